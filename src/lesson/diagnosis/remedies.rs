//! What to do about a fault: a sentence that holds in every language, and the code for it in the
//! program's own.

use super::language::Language;
use super::program_fault::ProgramFault;

/// A sentence, and its code in rhai, Python, C, Node, Go and Java; an empty one where the sentence
/// is enough.
struct Remedy {
    words: &'static str,
    code: [&'static str; 6],
}

impl ProgramFault {
    /// What to do, in this language.
    pub(crate) fn advice(self, language: Language) -> String {
        let advice = row(self);
        let place = match language {
            Language::Rhai => 0,
            Language::Python => 1,
            Language::C => 2,
            Language::Node => 3,
            Language::Go => 4,
            Language::Java => 5,
            Language::Other => return advice.words.into(),
        };
        match advice.code[place] {
            "" => advice.words.into(),
            code => format!("{}: `{code}`", advice.words),
        }
    }
}

const fn say(words: &'static str, code: [&'static str; 6]) -> Remedy {
    Remedy { words, code }
}

const NONE: [&str; 6] = [""; 6];

const UNTIL_END: [&str; 6] = [
    "loop { let piece = conn.recv(16); if piece.len == 0 { break; } conn.sendall(piece); }",
    "while piece := conn.recv(16): conn.sendall(piece)",
    "while ((n = recv(conn, piece, sizeof piece, 0)) > 0) …",
    "socket.on('data', piece => socket.write(piece))",
    "for { n, err := conn.Read(piece); conn.Write(piece[:n]); if err != nil { break } }",
    "while ((n = in.read(piece)) != -1) out.write(piece, 0, n);",
];
const AS_IT_CAME: [&str; 6] = [
    "conn.sendall(piece)",
    "conn.sendall(piece)",
    "send(conn, piece, n, 0), n as `recv` gave it",
    "socket.write(piece), without setEncoding",
    "conn.Write(piece[:n])",
    "out.write(piece, 0, n) on the streams themselves, no Reader or Writer",
];
const CATCH_CLIENT: [&str; 6] = [
    "try { … } catch (err) { if err.kind == \"Interrupted\" { throw err; } }",
    "try: … except OSError: … finally: conn.close()",
    "if (send(…) < 0 || recv(…) < 0) { close(conn); continue; }",
    "socket.on('error', () => socket.destroy())",
    "if err != nil { conn.Close(); return }",
    "try { … } catch (IOException e) { … } inside the loop",
];
const ACCEPT_LOOP: [&str; 6] = [
    "loop { unpack conn, addr = server.accept(); … }",
    "while True: conn, addr = server.accept()",
    "for (;;) { int conn = accept(server, NULL, NULL); … }",
    "net.createServer(socket => …).listen(10000, '127.0.0.1')",
    "for { conn, err := listener.Accept(); … }",
    "while (true) { Socket conn = server.accept(); … }",
];
const CLOSE: [&str; 6] = [
    "if piece.len == 0 { break; }, then conn.close()",
    "if not piece: break, then conn.close()",
    "recv gives 0: leave the loop, then close(conn)",
    "socket.on('end', () => socket.end())",
    "err == io.EOF: leave the loop, then conn.Close()",
    "read gives -1: leave the loop, then conn.close()",
];
const BIND: [&str; 6] = [
    "server.bind(\"127.0.0.1\", 10000)",
    "server.bind((\"127.0.0.1\", 10000))",
    "address.sin_addr.s_addr = htonl(INADDR_LOOPBACK)",
    "server.listen(10000, '127.0.0.1')",
    "net.Listen(\"tcp\", \"127.0.0.1:10000\")",
    "new ServerSocket(10000, 50, InetAddress.getByName(\"127.0.0.1\"))",
];
const ON_INTERRUPT: [&str; 6] = [
    "catch (err) { if err.kind != \"Interrupted\" { throw err; } } around the loop, then server.close()",
    "except KeyboardInterrupt: pass around the loop, and nowhere a bare except:",
    "a handler of SIGINT set by sigaction without SA_RESTART, that sets a flag which the loop asks",
    "process.on('SIGINT', () => process.exit(0))",
    "signal.Notify(c, os.Interrupt); go func() { <-c; os.Exit(0) }()",
    "Signal.handle(new Signal(\"INT\"), s -> System.exit(0))",
];
const SEND_ALL: [&str; 6] = [
    "conn.sendall(piece), or use what send returns",
    "conn.sendall(piece), or use what send returns",
    "while (left > 0) { k = send(conn, at, left, 0); at += k; left -= k; }",
    "socket.write keeps the rest by itself: do not destroy() before it is written",
    "conn.Write writes all, or gives an error",
    "out.write writes all; a channel's write does not: loop while buffer.hasRemaining()",
];
const SELECT: [&str; 6] = [
    "select([server] + conns, [], [])",
    "select.select([server, *conns], [], []), or selectors",
    "poll(fds, count, -1)",
    "",
    "go serve(conn)",
    "new Thread(() -> serve(conn)).start(), or a Selector",
];
const UNSENT: [&str; 6] = [
    "conn.setblocking(false), and ask select in its second list who has room",
    "conn.setblocking(False), and ask select in its second list who has room",
    "send with MSG_DONTWAIT, and ask poll for POLLOUT",
    "if (!socket.write(piece)) socket.pause(), then resume() on 'drain'",
    "go serve(conn)",
    "a thread for each client, or a Selector with OP_WRITE",
];
const CLIENT_ENDS: [&str; 6] = [
    "s.shutdown(SHUT_WR)",
    "s.shutdown(socket.SHUT_WR)",
    "shutdown(s, SHUT_WR)",
    "socket.end(message)",
    "conn.(*net.TCPConn).CloseWrite()",
    "socket.shutdownOutput()",
];
const ARGUMENT: [&str; 6] = [
    "args()[0]",
    "sys.argv[1]",
    "argv[1] and strlen(argv[1])",
    "process.argv[2]",
    "os.Args[1]",
    "args[0]",
];
const GATHER: [&str; 6] = [
    "loop { let piece = s.recv(16); if piece.len == 0 { break; } reply += piece; }",
    "while piece := s.recv(16): reply += piece",
    "while ((n = recv(s, reply + got, sizeof reply - got, 0)) > 0) got += n;",
    "socket.on('data', piece => pieces.push(piece)), and Buffer.concat at 'end'",
    "reply, err := io.ReadAll(conn)",
    "in.readAllBytes()",
];

#[allow(clippy::too_many_lines, reason = "a table")]
fn row(fault: ProgramFault) -> Remedy {
    match fault {
        ProgramFault::CannotBeRead => say(
            "mend the line that the message names, and start it by hand once",
            NONE,
        ),
        ProgramFault::EndsAtStart => say(
            "what it wrote says why; start it by hand once, then check it again",
            NONE,
        ),
        ProgramFault::NoLoop => say(
            "go on after `listen`: accept clients in a loop without an end",
            ACCEPT_LOOP,
        ),
        ProgramFault::ForeignAddress | ProgramFault::OtherAddress => {
            say("bind 127.0.0.1 and no other", BIND)
        }
        ProgramFault::NoReuse => say(
            "without it the system keeps the port for a minute after a connection: set it before `bind`",
            [
                "server.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)",
                "server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)",
                "setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes)",
                "net.createServer sets it: listen on nothing else",
                "net.Listen sets it: use no ListenConfig that takes it away",
                "server.setReuseAddress(true) before server.bind(…)",
            ],
        ),
        ProgramFault::OtherPort => say("the exercise is about port 10000 of 127.0.0.1", BIND),
        ProgramFault::NeverListens => say(
            "`bind` it to 127.0.0.1 port 10000, then `listen`, then `accept` in a loop",
            [
                "server.listen(1)",
                "server.listen(1)",
                "listen(server, 1)",
                "server.listen(10000, '127.0.0.1')",
                "net.Listen(\"tcp\", \"127.0.0.1:10000\")",
                "new ServerSocket(…)",
            ],
        ),
        ProgramFault::Refuses => say(
            "keep the listening socket open while there are clients",
            ACCEPT_LOOP,
        ),
        ProgramFault::Nothing | ProgramFault::Silent => {
            say("receive a piece, and send back just that piece", UNTIL_END)
        }
        ProgramFault::LosesLong | ProgramFault::LosesOfSlow => say(
            "`send` may take only a part of a piece: send what is left of it as well",
            SEND_ALL,
        ),
        ProgramFault::AddsNewline
        | ProgramFault::AddsNul
        | ProgramFault::WholeBuffer
        | ProgramFault::ShowsBytes
        | ProgramFault::AddsInFront
        | ProgramFault::AddsMore
        | ProgramFault::Doubles
        | ProgramFault::Reverses
        | ProgramFault::ChangesLetters
        | ProgramFault::ChangesNewlines
        | ProgramFault::Strips
        | ProgramFault::DropsLast
        | ProgramFault::DropsFirst
        | ProgramFault::OtherBytes => say(
            "send each piece just as it came: all of it, nothing else",
            AS_IT_CAME,
        ),
        ProgramFault::StopsAtNul => say(
            "bytes are no text: count them, and do not look for a zero at the end",
            AS_IT_CAME,
        ),
        ProgramFault::MakesText => say(
            "send the bytes as they came; do not make a text of a piece",
            AS_IT_CAME,
        ),
        ProgramFault::OnePiece | ProgramFault::LosesPieces => say(
            "a piece is not the message: go on until `recv` gives 0 bytes",
            UNTIL_END,
        ),
        ProgramFault::OnlyFullPieces => say(
            "a piece may be shorter than 16 bytes: send back what there is",
            UNTIL_END,
        ),
        ProgramFault::HoldsBack => say("send each piece back as soon as it is there", UNTIL_END),
        ProgramFault::KeepsOpen => say(
            "`recv` gives 0 bytes when the client has ended: close then",
            CLOSE,
        ),
        ProgramFault::BreaksOff => say(
            "go on until `recv` gives 0 bytes, and close only then",
            UNTIL_END,
        ),
        ProgramFault::EndsByItself | ProgramFault::ServesNoMore => say(
            "after one client, accept the next, in a loop without an end",
            ACCEPT_LOOP,
        ),
        ProgramFault::Crashes | ProgramFault::DiesOfBrokenClient => say(
            "an error of one client ends its connection, not the server: catch it, close, accept the next",
            CATCH_CLIENT,
        ),
        ProgramFault::StumblesAtTheEnd => say(
            "0 bytes are the end: look how many there are before you look at the first",
            CLOSE,
        ),
        ProgramFault::DiesOfSigpipe => say(
            "have it be an error of `send` instead",
            [
                "",
                "signal.signal(signal.SIGPIPE, signal.SIG_IGN)",
                "signal(SIGPIPE, SIG_IGN), or send with MSG_NOSIGNAL",
                "",
                "",
                "",
            ],
        ),
        ProgramFault::WrongMemory => say(
            "look for a write past a buffer; -fsanitize=address finds it",
            NONE,
        ),
        ProgramFault::Killed => say("nobody told it to end: look what sends that signal", NONE),
        ProgramFault::Leaks => say(
            "close each connection when it is over, also after an error",
            [
                "conn.close(), and take it out of the list",
                "conn.close() in a finally:, or with conn:",
                "close(conn); shutdown alone frees nothing",
                "socket.destroy() when it is over",
                "defer conn.Close()",
                "try (Socket conn = server.accept()) { … }",
            ],
        ),
        ProgramFault::NoLog => say(
            "say on standard error who connects",
            [
                "eprint(\"connection from\", addr)",
                "print(\"connection from\", addr, file=sys.stderr)",
                "fprintf(stderr, \"connection\\n\")",
                "console.error('connection')",
                "log.Println(conn.RemoteAddr())",
                "System.err.println(conn)",
            ],
        ),
        ProgramFault::SwallowsCtrlC | ProgramFault::DiesOfCtrlC | ProgramFault::CtrlCIsError => {
            say(
                "let Ctrl-C end the loop, close the server, and end with exit code 0",
                ON_INTERRUPT,
            )
        }
        ProgramFault::HeldUp => say(
            "when such a client leaves, `send` fails: close its connection and accept the next",
            CATCH_CLIENT,
        ),
        ProgramFault::OthersWait => say(
            "never wait for one client alone: ask who has something to say",
            SELECT,
        ),
        ProgramFault::OthersWaitToo => say(
            "keep what a client does not take, and go on with the others meanwhile",
            UNSENT,
        ),
        ProgramFault::ClosesOthers => say(
            "close the one connection that is broken, and no other",
            CATCH_CLIENT,
        ),
        ProgramFault::Mixes => say(
            "keep for each client what is its own; send a piece where it came from",
            NONE,
        ),
        ProgramFault::Spins => say(
            "wait without a timeout while there is nothing to do, and ask only for what you can use",
            SELECT,
        ),
        ProgramFault::NoCall => say(
            "connect to 127.0.0.1 port 10000",
            [
                "s.connect(\"127.0.0.1\", 10000)",
                "s.connect((\"127.0.0.1\", 10000))",
                "connect(s, (struct sockaddr *)&address, sizeof address)",
                "net.connect(10000, '127.0.0.1')",
                "net.Dial(\"tcp\", \"127.0.0.1:10000\")",
                "new Socket(\"127.0.0.1\", 10000)",
            ],
        ),
        ProgramFault::SendsNothing => say(
            "the message is the first argument: send all of it",
            ARGUMENT,
        ),
        ProgramFault::NeverEnds => say("tell the server that this was all", CLIENT_ENDS),
        ProgramFault::PrintsMessage | ProgramFault::PrintsNothing | ProgramFault::PrintsMore => {
            say(
                "print the reply that was gathered, and nothing else, on standard output",
                GATHER,
            )
        }
        ProgramFault::RunsOn => say("end when `recv` gives 0 bytes", GATHER),
        ProgramFault::ErrorAtEnd => say(
            "gather the bytes first, then make a text of them; end with exit code 0",
            GATHER,
        ),
    }
}
