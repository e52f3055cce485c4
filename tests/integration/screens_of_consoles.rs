//! How several consoles at one prompt look: Ctrl-C, Ctrl-Z, what appears above a half-typed line,
//! and leaving.

use std::net::TcpStream;

use crate::consoles::wait_until_console_blocked;
use crate::screen_file::Screen;
use crate::terminal::{CTRL_C, CTRL_Z, Setup, Terminal};

const CLIENT: &str = "client> ";

/// A session that listens in `s`, and the port.
#[track_caller]
fn listening() -> (Terminal, u16) {
    let mut terminal = Setup::configured("greeting = false").columns(100).prompt();
    terminal.enter("let s = create_server('127.0.0.1', 0)");
    let port = terminal.enter("s.getsockname()[1]");
    (terminal, port.parse().expect("a port"))
}

#[track_caller]
fn client(terminal: &mut Terminal, line: &str) {
    terminal.send(&format!("{line}\r"));
    terminal.wait_for_prompt_of(CLIENT);
}

#[test]
fn ctrl_c_leaves_a_blocked_accept() {
    let (mut terminal, _port) = listening();
    terminal.send("s.accept()\r");
    wait_until_console_blocked(&terminal, "main");
    terminal.send(CTRL_C);
    terminal.wait_for_prompt();
    terminal.enter("s.fileno() > 0");
    let screen = Screen::new(
        "ctrl-c",
        "s.accept() Enter Ctrl-C, and the socket is still there",
    );
    screen.expect(&mut terminal);
}

#[test]
fn ctrl_z_and_what_appears_above_a_half_typed_line() {
    let (mut terminal, port) = listening();
    terminal.send("s.accept(); 'some' + 'body'\r");
    wait_until_console_blocked(&terminal, "main");
    terminal.send(CTRL_Z);
    terminal.wait_for_prompt_of(CLIENT);
    client(&mut terminal, "consoles");
    client(&mut terminal, "sockets");
    let screen = Screen::new(
        "ctrl-z",
        "s.accept(); 'some' + 'body' Enter Ctrl-Z, consoles, sockets",
    );
    screen
        .hole(r"(?m)^\d+ {2,}main", "{fd} main")
        .expect(&mut terminal);
    client(&mut terminal, "exit");
    terminal.send("'typed ' + ");
    terminal.wait_for("+ ");
    let _caller = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    let screen = Screen::new(
        "notice",
        "exit Enter, then half a line, then somebody calls",
    );
    screen.from("client> exit").expect(&mut terminal);
}

#[test]
fn what_was_pasted_behind_a_statement_that_was_left_does_not_run_elsewhere() {
    let (mut terminal, _port) = listening();
    terminal.send("\x1b[200~s.accept()\nlet mine = 5\nmine\x1b[201~");
    terminal.wait_for("mine");
    terminal.send("\r");
    wait_until_console_blocked(&terminal, "main");
    terminal.send(CTRL_Z);
    terminal.wait_for_prompt_of(CLIENT);
    client(&mut terminal, "vars");
    let screen = Screen::new(
        "ctrl-z-in-a-paste",
        "a paste whose first line blocks, Ctrl-Z, vars",
    );
    screen.expect(&mut terminal);
}
