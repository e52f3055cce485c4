//! Several consoles at one prompt: Ctrl-Z, what appears above the line, leaving.

use std::fs;
use std::io::Read;
use std::net::TcpStream;
use std::time::Duration;

use regex::Regex;

use crate::builder::{DEADLINE, is_blocked, piped, wait_until_blocked};
use crate::screen_file::Screen;
use crate::terminal::{CTRL_C, CTRL_D, CTRL_Z, Setup, Terminal};

/// What the prompt says in the console that Ctrl-Z makes.
const CLIENT: &str = "client> ";

/// A session that listens in `s`, and the port.
#[track_caller]
fn listening() -> (Terminal, u16) {
    let mut terminal = Setup::new().columns(120).prompt();
    terminal.enter("let s = create_server('127.0.0.1', 0)");
    let port = terminal.enter("s.getsockname()[1]");
    (terminal, port.parse().expect("a port"))
}

/// Begins a statement that holds in a call, and leaves it with Ctrl-Z.
#[track_caller]
fn leave(terminal: &mut Terminal, statement: &str) -> String {
    terminal.send(&format!("{statement}\r"));
    wait_until_blocked(terminal.id());
    terminal.send(CTRL_Z);
    terminal.wait_for_prompt_of(CLIENT)
}

/// Enters a line in the console that Ctrl-Z made.
#[track_caller]
fn client(terminal: &mut Terminal, line: &str) -> String {
    terminal.send(&format!("{line}\r"));
    terminal.wait_for_prompt_of(CLIENT)
}

#[test]
fn ctrl_z_leaves_accept_waiting_and_its_end_appears_above_the_line() {
    let (mut terminal, port) = listening();
    let shown = leave(&mut terminal, "s.accept(); 'some' + 'body'");
    let said = format!(
        "`main` goes on waiting in accept on 127.0.0.1:{port}; this is `client`, and `console main` goes back"
    );
    assert!(shown.ends_with(&said), "{shown}");
    // The line is being typed while somebody calls.
    terminal.send("'typed ' + ");
    terminal.wait_for("+ ");
    let _caller = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    terminal.wait_for("\"somebody\"");
    let line = |screen: &str| {
        screen
            .trim_end()
            .lines()
            .last()
            .unwrap_or_default()
            .to_string()
    };
    terminal.wait_until("the line again", DEADLINE, |shown| {
        shown.ends_with("client> 'typed ' + ")
    });
    assert_eq!(line(&terminal.screen()), "client> 'typed ' +");
    assert!(
        terminal
            .screen()
            .contains("[main] ended: s.accept(); 'some' + 'body'\n[main] \"somebody\"\n")
    );
    assert_eq!(client(&mut terminal, "'on'"), "\"typed on\"");
}

#[test]
fn consoles_tells_what_each_is_doing() {
    let (mut terminal, port) = listening();
    leave(&mut terminal, "s.accept()");
    let shown = client(&mut terminal, "consoles");
    let lines: Vec<&str> = shown.lines().map(str::trim).collect();
    assert!(lines[1].starts_with("*  client   idle"), "{shown}");
    assert!(
        lines[2].starts_with(&format!("main     waiting in accept on 127.0.0.1:{port}")),
        "{shown}"
    );
    assert!(lines[2].ends_with("s.accept()"), "{shown}");
}

#[test]
fn a_console_is_entered_again_and_its_statement_is_in_the_foreground() {
    let (mut terminal, port) = listening();
    leave(&mut terminal, "s.accept(); 'some' + 'body'");
    terminal.send("console main\r");
    terminal.wait_for("`main` goes on: s.accept(); 'some' + 'body'");
    let _caller = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    assert!(terminal.wait_for_prompt().ends_with("\"somebody\""));
    // And once more, ended by Ctrl-C.
    leave(&mut terminal, "s.accept()");
    terminal.send("console main\r");
    terminal.wait_for("goes on");
    terminal.send(CTRL_C);
    let shown = terminal.wait_for_prompt();
    assert!(
        terminal.screen().contains("error: accept: interrupted"),
        "{shown}"
    );
    assert_eq!(terminal.enter("1 + 1"), "2");
}

#[test]
fn a_loop_that_prints_can_be_left_and_the_prompt_still_answers() {
    let mut terminal = Setup::new().prompt();
    terminal.send("let i = 0; loop { i += 1; print(i); }\r");
    terminal.wait_for("\n1000\n");
    terminal.send(CTRL_Z);
    terminal.wait_for("this is `client`");
    terminal.send("'an' + 'swer'\r");
    terminal.wait_for("\"answer\"");
    terminal.send("console main\r");
    terminal.wait_for("goes on");
    terminal.send(CTRL_C);
    terminal.wait_for("stopped by Ctrl-C");
    terminal.send("'still' + ' here'\r");
    terminal.wait_for("\"still here\"");
}

#[test]
fn a_second_blocked_console_gets_a_third_one() {
    let (mut terminal, _port) = listening();
    leave(&mut terminal, "s.accept()");
    client(&mut terminal, "unpack a, b = socketpair()");
    terminal.send("b.recv(1)\r");
    wait_until_console_blocked(&terminal, "client");
    terminal.send(CTRL_Z);
    terminal.wait_for_prompt_of("console2> ");
    terminal.send("console client\r");
    terminal.wait_for("goes on");
    terminal.send(CTRL_C);
    terminal.wait_for_prompt_of(CLIENT);
}

#[test]
fn leaving_with_a_busy_console_says_so_once() {
    let (mut terminal, _port) = listening();
    leave(&mut terminal, "s.accept()");
    let shown = client(&mut terminal, "exit");
    assert!(
        shown.starts_with("`main` is waiting in accept") && shown.contains("`exit` again"),
        "{shown}"
    );
    terminal.send("exit\r");
    assert_eq!(terminal.end(), Some(0));
    // Ctrl-D is the same.
    let (mut terminal, _port) = listening();
    leave(&mut terminal, "s.accept()");
    terminal.send(CTRL_D);
    terminal.wait_for("`exit` again");
    terminal.wait_until("prompt", DEADLINE, |shown| shown.ends_with(CLIENT));
    terminal.send(CTRL_D);
    assert_eq!(terminal.end(), Some(0));
}

#[test]
fn the_prompt_carries_the_console_and_the_network() {
    let mut terminal = Setup::new().prompt();
    terminal.send("console server\r");
    terminal.wait_for_prompt_of("server> ");
    terminal.send("lab on\r");
    terminal.wait_for_prompt_of("server lab> ");
    terminal.send("console main\r");
    terminal.wait_for_prompt_of("socklab lab> ");
    terminal.enter("lab off");
    assert_eq!(
        terminal.enter("console 1x").replace('\n', " "),
        "error: `1x` cannot be a console's name; take letters and digits: `console client`"
    );
}

#[test]
fn each_console_has_variables_of_its_own() {
    piped("let x = 5\nconsole client\nlet x = 6\nconsole main\nx\nconsole client\nx\n")
        .stdout("5\n6")
        .status(0);
}

#[test]
fn a_peer_that_ends_early_is_seen_in_the_state_of_the_socket() {
    let (mut terminal, port) = listening();
    let mut caller = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    terminal.enter("unpack conn, addr = s.accept()");
    assert!(terminal.enter("sockets").contains("ESTABLISHED"));
    terminal.enter("conn.sendall('Hey')");
    let mut got = [0; 3];
    caller.read_exact(&mut got).expect("three bytes");
    drop(caller);
    // The end is there when it can be read.
    assert_eq!(terminal.enter("select([conn], [], [])[0].len()"), "1");
    assert!(terminal.enter("sockets").contains("CLOSE_WAIT"));
    let shown = terminal.enter("explain conn");
    assert!(
        shown.contains("state     CLOSE_WAIT  the peer has ended its sending"),
        "{shown}"
    );
}

/// The document's client and server by hand, in two consoles of one prompt: what the screen shows
/// is what the README shows.
#[test]
fn the_documents_client_and_server_at_one_prompt() {
    let mut terminal = Setup::new().rows(40).columns(110).prompt();
    let server = |terminal: &mut Terminal, line: &str| {
        terminal.send(&format!("{line}\r"));
        terminal.wait_for_prompt_of("server> ")
    };
    server(&mut terminal, "console server");
    server(&mut terminal, "let server_socket = socket()");
    server(&mut terminal, "server_socket.bind('127.0.0.1', 0)");
    server(&mut terminal, "server_socket.listen(1)");
    let address = server(&mut terminal, "server_socket.getsockname()");
    let port = Regex::new(r"\d{4,}")
        .unwrap()
        .find(&address)
        .expect("a port")
        .as_str()
        .to_string();
    terminal.send("unpack connection, client_address = server_socket.accept()\r");
    wait_until_console_blocked(&terminal, "server");
    terminal.send(CTRL_Z);
    terminal.wait_for_prompt_of(CLIENT);
    client(&mut terminal, "let client_socket = socket()");
    terminal.send(&format!("client_socket.connect('127.0.0.1', {port})\r"));
    terminal.wait_for("ended: ");
    terminal.wait_until("prompt", DEADLINE, |shown| shown.ends_with(CLIENT));
    client(
        &mut terminal,
        "client_socket.sendall('Hey, can you hear me?')",
    );
    server(&mut terminal, "console server");
    assert_eq!(
        server(&mut terminal, "connection.recv(4096)"),
        "b\"Hey, can you hear me?\""
    );
    server(&mut terminal, "connection.sendall('Yes, I hear you.')");
    server(&mut terminal, "connection.close()");
    client(&mut terminal, "console client");
    assert_eq!(
        client(&mut terminal, "client_socket.recv(4096)"),
        "b\"Yes, I hear you.\""
    );
    assert_eq!(client(&mut terminal, "client_socket.recv(4096)"), "b\"\"");
    client(&mut terminal, "client_socket.close()");
    // The greeting of the very first start has a screen of its own.
    Screen::new("transaction", "the document's client and server, by hand")
        .hole(r"\{port\}", "50000")
        .from("socklab> console server")
        .expect(&mut terminal);
    let readme = include_str!("../../README.md");
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/screens/transaction.txt");
    let kept = fs::read_to_string(kept).expect("it was compared just now");
    let (_, screen) = kept
        .split_once("---\n")
        .expect("what was typed stands above");
    assert!(readme.contains(screen), "README.md has another recording");
}

/// Waits until a console is in a call that cannot go on.
#[track_caller]
pub(crate) fn wait_until_console_blocked(terminal: &Terminal, console: &str) {
    let end = std::time::Instant::now() + DEADLINE;
    while cfg!(target_os = "linux") && !is_blocked(terminal.id(), console) {
        assert!(
            std::time::Instant::now() < end,
            "it does not wait in a call"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
}
