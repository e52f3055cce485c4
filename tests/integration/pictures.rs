//! What happened, seen: `trace` and the pictures of a conversation.

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Instant;

use regex::Regex;

use crate::builder::{DEADLINE, piped};
use crate::consoles::wait_until_console_blocked;
use crate::machine;
use crate::terminal::{CTRL_C, CTRL_Z, Setup, Terminal};

#[test]
fn each_call_shows_as_it_ends_while_that_is_on() {
    piped(
        "trace on\nunpack a, b = socketpair()\na.sendall('GET / HTTP/1.1 and much more')\nb.recv(3)\n\
         trace off\nb.recv(2)\n",
    )
    .stdout("b\"GET\"\nb\" /\"")
    .stderr_has("sendall(\"GET / HT\"…, 28 bytes)")
    .stderr_has("recv(3) = b\"GET\"  ")
    .status(0);
}

#[test]
fn the_prompt_knows_what_was_and_a_script_keeps_nothing() {
    let mut terminal = Setup::new().columns(100).prompt();
    terminal.enter("unpack a, b = socketpair(); a.send('Hey')");
    let shown = terminal.enter("trace");
    assert!(shown.contains("main "), "{shown}");
    assert!(shown.contains("send(\"Hey\") = 3"), "{shown}");
    assert_eq!(terminal.enter("let trace = 5; trace"), "5");
    piped("let s = socket()\ntrace\n")
        .stdout_has("no call is recorded; `trace on` shows each from now on")
        .status(0);
}

#[track_caller]
fn client(terminal: &mut Terminal, line: &str) -> String {
    terminal.send(&format!("{line}\r"));
    terminal.wait_for_prompt_of("client> ")
}

#[track_caller]
fn client_in_lab(terminal: &mut Terminal, line: &str) -> String {
    terminal.send(&format!("{line}\r"));
    terminal.wait_for_prompt_of("client lab> ")
}

/// The transaction of the course, on the learner's machine of a private internet; none where the
/// system has none.
fn transaction_over_the_wire(columns: u16) -> Option<Terminal> {
    if !machine::private_internet() {
        return None;
    }
    let mut terminal = Setup::new().columns(columns).rows(60).prompt();
    for line in [
        "lab on --private",
        "let server = create_server('127.0.0.1', 50000)",
    ] {
        in_lab(&mut terminal, line);
    }
    terminal.send("unpack conn, addr = server.accept(); conn.recv(4096)\r");
    wait_until_console_blocked(&terminal, "main");
    terminal.send(CTRL_Z);
    terminal.wait_for_prompt_of("client lab> ");
    for line in [
        "let c = socket()",
        "c.connect('127.0.0.1', 50000)",
        "c.sendall('Hey, can you hear me?')",
    ] {
        client_in_lab(&mut terminal, line);
    }
    terminal.send("console main\r");
    terminal.wait_for_prompt_of(LAB);
    for line in ["conn.sendall('Yes, I hear you.')", "conn.close()"] {
        in_lab(&mut terminal, line);
    }
    terminal.send("console client\r");
    terminal.wait_for_prompt_of("client lab> ");
    for line in ["c.recv(4096)", "c.recv(4096)", "c.close()"] {
        client_in_lab(&mut terminal, line);
    }
    Some(terminal)
}

#[test]
fn two_consoles_of_a_private_internet_have_packets_between_their_calls() {
    let Some(mut terminal) = transaction_over_the_wire(80) else {
        return;
    };
    let picture = client_in_lab(&mut terminal, "ladder");
    assert_rows(
        &picture,
        &["main                              client", "LISTEN"],
    );
    // The packets come in this order, whatever else the machine has to do.
    let arrows = Regex::new("[◄─]─+ ([^─]+) ─+").expect("a pattern");
    let packets: Vec<&str> = picture
        .lines()
        .filter_map(|row| Some(arrows.captures(row)?.get(1)?.as_str()))
        .filter(|packet| !packet.ends_with("ACK") || *packet == "SYN ACK")
        .collect();
    assert_eq!(
        packets,
        ["SYN", "SYN ACK", "21 bytes", "16 bytes", "FIN", "FIN"],
        "{picture}"
    );
    // So do the calls of each console, and what they wait for comes before they end. When a console
    // wakes beside the other's next call is the machine's affair.
    for order in [
        &[
            "│ accept()",
            "┊◄───────────── SYN ─────",
            "┊ SYN_RECV ",
            "= socket fd=",
            "─ 21 bytes ─",
            "= b\"Hey, can\"…, 21 bytes",
            "│ sendall(\"Yes, I hear you.\")",
            "─ 16 bytes ─",
            "│ close()",
            "─ FIN ─",
            "FIN_WAIT1",
            "─ FIN ─",
            "│ TIME_WAIT",
        ][..],
        &[
            "│ connect(\"127.0.0.1\", 50000)",
            "─ SYN ─",
            " SYN_SENT",
            "─ SYN ACK ─",
            "◄───────────── ACK ─────",
            "sendall(\"Hey, can",
            "─ 21 bytes ─",
            "─ 16 bytes ─",
            "= b\"Yes, I h\"…, 16 bytes",
            "recv(4096) = b\"\"",
            "│ close()",
            "─ FIN ─",
            "LAST_ACK",
        ],
        &["─ FIN ─", "CLOSE_WAIT", "recv(4096) = b\"\"", "─ FIN ─"],
    ] {
        assert_rows(&picture, order);
    }
    assert!(picture.matches(" = socket fd=").count() >= 3, "{picture}");
    assert!(!picture.contains("again"), "{picture}");
}

/// Each part is in a row below the part before it.
#[track_caller]
fn assert_rows(picture: &str, parts: &[&str]) {
    let rows: Vec<&str> = picture.lines().collect();
    let mut next = 0;
    for part in parts {
        let found = rows[next..].iter().position(|row| row.contains(part));
        let found = found.unwrap_or_else(|| panic!("no {part} below row {next} of\n{picture}"));
        next += found + 1;
    }
}

/// A server in `main` that was left in `accept`, and a client that called, asked and hung up.
fn transaction() -> Terminal {
    let mut terminal = Setup::new().columns(90).rows(50).prompt();
    terminal.enter("let s = create_server('127.0.0.1', 0)");
    let port = terminal.enter("s.getsockname()[1]");
    terminal.send("unpack conn, addr = s.accept(); conn.recv(16)\r");
    wait_until_console_blocked(&terminal, "main");
    terminal.send(CTRL_Z);
    terminal.wait_for_prompt_of("client> ");
    client(&mut terminal, "let c = socket()");
    client(&mut terminal, &format!("c.connect('127.0.0.1', {port})"));
    client(&mut terminal, "c.sendall('Hello server')");
    client(&mut terminal, "c.close()");
    terminal.send("console main\r");
    terminal.wait_for_prompt();
    terminal.enter("conn.recv(16)");
    terminal.enter("conn.close()");
    terminal
}

#[test]
fn the_transaction_of_two_consoles_is_one_ladder() {
    let mut terminal = transaction();
    let picture = terminal.enter("ladder");
    let rows: Vec<&str> = picture.lines().map(str::trim).collect();
    let place = |part: &str| {
        let found = rows.iter().position(|row| row.contains(part));
        found.unwrap_or_else(|| panic!("no {part} in\n{picture}"))
    };
    let order = [
        "LISTEN",
        "accept()",
        "connect(\"127.0.0.1\"",
        " connect ─",
        "ESTABLISHED",
        "sendall(\"Hello server\")",
        " 12 bytes ─",
        "CLOSE_WAIT",
    ];
    let places: Vec<usize> = order.iter().map(|part| place(part)).collect();
    assert!(places.is_sorted(), "{places:?}\n{picture}");
    // The server waits until it is called, and its line says so.
    assert!(rows[place(" connect ─")].contains('┊'), "{picture}");
    assert!(picture.contains("the calls alone"), "{picture}");
    let states = terminal.enter("states");
    assert!(
        states.contains("ESTABLISHED, CLOSE_WAIT, CLOSED"),
        "{states}"
    );
    let port = terminal.enter("s.getsockname()[1]");
    let by_port = terminal.enter(&format!("ladder {port} --ascii"));
    assert!(
        by_port.contains(" 12 bytes -") && !by_port.contains('│'),
        "{by_port}"
    );
    let wrong = terminal.enter("ladder nothing");
    assert!(
        wrong.contains("`nothing` is no open socket here"),
        "{wrong}"
    );
}

#[test]
fn a_listener_that_is_closed_listens_no_more() {
    let mut terminal = Setup::new().columns(90).rows(40).prompt();
    terminal.enter("let server = create_server('127.0.0.1', 0)");
    let states = terminal.enter("states server");
    assert!(states.contains("The way: CLOSED, LISTEN."), "{states}");
    terminal.enter("server.close()");
    let refused = terminal.enter("states server");
    assert!(refused.contains("`states` alone draws"), "{refused}");
    let states = terminal.enter("states");
    assert!(
        states.contains("The way: CLOSED, LISTEN, CLOSED."),
        "{states}"
    );
}

#[test]
fn a_followed_ladder_is_drawn_again_while_the_conversation_goes_on() {
    let mut terminal = Setup::new().columns(90).rows(40).prompt();
    terminal.enter("let server = create_server('127.0.0.1', 0)");
    let port = terminal.enter("server.getsockname()[1]");
    terminal.send("unpack conn, addr = server.accept(); conn.recv(16)\r");
    wait_until_console_blocked(&terminal, "main");
    terminal.send(CTRL_Z);
    terminal.wait_for_prompt_of("client> ");
    terminal.send(&format!("ladder {port} --follow\r"));
    terminal.wait_for("accept() waits");
    let port = port.parse().expect("a port");
    let mut caller = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    terminal.wait_for("recv() waits");
    caller.write_all(b"Hey server").expect("it is taken");
    terminal.wait_for("= b\"Hey serv\"…, 10 bytes");
    terminal.send(CTRL_C);
    terminal.wait_for_prompt_of("client> ");
    assert_eq!(client(&mut terminal, "1 + 1"), "2");
}

#[test]
fn buffers_show_bytes_that_nobody_has_taken_yet() {
    let mut terminal = Setup::new().columns(90).prompt();
    terminal.enter("unpack a, b = socketpair(); a.send('Hello'); b.recv(2)");
    let shown = terminal.enter("buffers b");
    for part in [
        r"(?m)sent by the program +5 bytes",
        r"(?m)in the receive queue +\d+ bytes  █",
        r"(?m)taken by recv +2 bytes",
    ] {
        assert!(
            Regex::new(part).expect("a pattern").is_match(&shown),
            "{part}: {shown}"
        );
    }
    let refused = terminal.enter("buffers nothing");
    assert!(refused.contains("`nothing` is no open socket"), "{refused}");
}

#[test]
fn without_packets_there_is_nothing_to_capture() {
    piped("trace on\nlet s = socket()\ncapture talk.pcapng\n")
        .stderr_has("there are no packets")
        .status(2);
}

#[test]
fn a_ladder_is_written_as_a_picture_and_as_text() {
    let mut terminal = transaction();
    let folder = terminal.home().to_path_buf();
    for (name, part) in [
        (
            "talk.svg",
            "<title id=\"title\">A conversation: main, client</title>",
        ),
        ("talk.md", "```text\n"),
        ("talk.txt", "12 bytes"),
    ] {
        let path = folder.join(name);
        let said = terminal.enter(&format!("ladder '{}'", path.display()));
        assert!(said.contains("wrote"), "{said}");
        let text = fs::read_to_string(&path).expect("it was written");
        assert!(text.contains(part), "{text}");
    }
}

const LAB: &str = "socklab lab> ";

#[track_caller]
fn in_lab(terminal: &mut Terminal, line: &str) -> String {
    terminal.send(&format!("{line}\r"));
    terminal.wait_for_prompt_of(LAB)
}

/// A page that came over the wire of a private internet; none where the system has none.
fn page_over_the_wire() -> Option<Terminal> {
    if !machine::private_internet() {
        return None;
    }
    let mut terminal = Setup::new().columns(80).rows(60).prompt();
    for line in [
        "lab on --private",
        "let s = create_connection('crisewing.com', 80)",
        r#"s.sendall("GET / HTTP/1.1\r\nHost: crisewing.com\r\nConnection: close\r\n\r\n")"#,
        "let page = s.recv_all()",
        "s.close()",
    ] {
        in_lab(&mut terminal, line);
    }
    assert_eq!(in_lab(&mut terminal, "page.len"), "19427");
    // The last packet is on its way when `close` returns.
    let deadline = Instant::now() + DEADLINE;
    while !in_lab(&mut terminal, "ladder").contains("CLOSED") {
        assert!(Instant::now() < deadline, "no end is seen");
        thread::yield_now();
    }
    Some(terminal)
}

#[test]
fn a_ladder_shows_the_packets_of_a_private_internet() {
    let Some(mut terminal) = page_over_the_wire() else {
        return;
    };
    let picture = in_lab(&mut terminal, "ladder");
    assert_rows(
        &picture,
        &[
            "crisewing.com:80",
            "create_connection(\"crise",
            "─ SYN ─",
            "SYN_SENT",
            "─ SYN ACK ─",
            "ESTABLISHED",
            "─ ACK ─",
            "sendall(\"GET / HT\"…, 58 bytes)",
            "─ 58 bytes ─",
            " 13 × 1448 ",
            "─ FIN ─",
            "CLOSE_WAIT",
            "close()",
            "─ FIN ─",
            "CLOSED",
        ],
    );
    assert!(!picture.contains("again"), "{picture}");
    assert!(!picture.contains("calls alone"), "{picture}");
    let states = in_lab(&mut terminal, "states");
    let way = "CLOSED, SYN_SENT, ESTABLISHED, CLOSE_WAIT, LAST_ACK, CLOSED";
    assert!(states.replace('\n', " ").contains(way), "{states}");
}

#[test]
fn the_packets_of_a_ladder_have_colours_unless_nobody_wants_them() {
    if !machine::private_internet() {
        return;
    }
    let coloured = Regex::new("\x1b\\[[0-9;]*m─").expect("a pattern");
    for (refused, colours) in [("", true), ("1", false)] {
        let setup = Setup::new().env("NO_COLOR", refused);
        let mut terminal = setup.columns(80).rows(60).prompt();
        for line in [
            "lab on --private",
            "let s = create_connection('echo.test', 7)",
            "s.sendall('hello')",
            "s.recv_exactly(5)",
        ] {
            in_lab(&mut terminal, line);
        }
        let before = terminal.raw().len();
        let picture = in_lab(&mut terminal, "ladder");
        assert_rows(&picture, &["─ SYN ─", "─ SYN ACK ─", "─ 5 bytes ─"]);
        let drawn = String::from_utf8_lossy(&terminal.raw()[before..]).into_owned();
        assert_eq!(
            coloured.is_match(&drawn),
            colours,
            "{}",
            drawn.escape_debug()
        );
    }
}

#[test]
fn wireshark_finds_every_captured_packet_right() {
    let Some(mut terminal) = page_over_the_wire() else {
        return;
    };
    let file = terminal.home().join("talk.pcapng");
    let said = in_lab(&mut terminal, &format!("capture '{}'", file.display()));
    let count = Regex::new(r"wrote (\d+) packets").expect("a pattern");
    let count = count.captures(&said).expect("it says how many")[1].to_string();
    if !machine::installed("tshark") {
        return;
    }
    let fields = tshark(
        &file,
        &[
            "tcp.len",
            "ip.checksum.status",
            "tcp.checksum.status",
            "frame.comment",
        ],
    );
    assert_eq!(fields.lines().count().to_string(), count);
    let tcp: Vec<Vec<&str>> = fields
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter(|row| !row[0].is_empty())
        .collect();
    // `1` is wireshark's word for good.
    assert!(tcp.iter().all(|row| row[1..3] == ["1", "1"]), "{fields}");
    let full = tcp.iter().filter(|row| row[0] == "1448").count();
    assert_eq!(full, 13, "{fields}");
    assert!(fields.contains("main: sendall("), "{fields}");
}

fn tshark(file: &Path, fields: &[&str]) -> String {
    let mut command = Command::new("tshark");
    command.arg("-r").arg(file).args(["-T", "fields"]);
    for layer in ["ip", "tcp", "udp"] {
        command.args(["-o", &format!("{layer}.check_checksum:TRUE")]);
    }
    for field in fields {
        command.args(["-e", field]);
    }
    let output = command.output().expect("tshark runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("it is text")
}

#[test]
fn what_a_link_loses_is_seen_to_be_lost_and_sent_again() {
    if !machine::private_internet() {
        return;
    }
    let mut terminal = Setup::new().columns(80).rows(60).prompt();
    in_lab(&mut terminal, "lab on --private");
    let said = in_lab(&mut terminal, "lab link echo.test loss 30% seed 3");
    assert_eq!(said, "the link to echo.test: loss 30% seed 3");
    for line in [
        "let s = create_connection('echo.test', 7)",
        "let data = bytes('0123456789') * 2000",
        "s.sendall(data)",
        "let came = s.recv_exactly(len(data))",
    ] {
        in_lab(&mut terminal, line);
    }
    assert_eq!(in_lab(&mut terminal, "came == data"), "true");
    // It is longer than the screen, where it would be paged.
    let file = terminal.home().join("talk.txt");
    in_lab(
        &mut terminal,
        &format!("ladder '{}' --ascii", file.display()),
    );
    let picture = fs::read_to_string(&file).expect("it was written");
    assert!(picture.contains("lost ---"), "{picture}");
    assert!(picture.contains(" again "), "{picture}");
    let listed = in_lab(&mut terminal, "lab link");
    assert!(listed.contains("echo.test  loss 30% seed 3"), "{listed}");
    let mended = in_lab(&mut terminal, "lab link all mend");
    assert_eq!(mended, "the link to every host: without faults again");
    let none = in_lab(&mut terminal, "lab link");
    assert!(none.contains("no link has faults"), "{none}");
    for (wrong, said) in [
        ("lab link echo.test lose 5%", "a link knows no `lose`"),
        (
            "lab link nosuch.test cut",
            "the lab has no host `nosuch.test`",
        ),
    ] {
        let refused = in_lab(&mut terminal, wrong);
        assert!(refused.contains(said), "{refused}");
    }
}
