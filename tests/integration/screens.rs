//! How answers look: help, explain, the commands' tables, values, what a slip gets.

use crate::builder::SOCKLAB;
use crate::screen_file::Screen;
use crate::terminal::{Setup, Terminal};

const NO_GREETING: &str = "greeting = false";

/// A session in the lab, on a tall terminal.
fn session() -> Terminal {
    let mut terminal = Setup::configured(NO_GREETING).rows(60).prompt();
    // The tables of a private internet are for machines that can have one.
    terminal.send("lab on --shared\r");
    terminal.wait_for_prompt_of(LAB);
    terminal
}

const LAB: &str = "socklab lab> ";

/// Enters a line on a clear screen, and compares.
#[track_caller]
fn expect(terminal: &mut Terminal, line: &str, screen: &Screen) {
    terminal.send("\x0c");
    terminal.wait_for_screen("a clear screen", |shown| shown.trim() == LAB.trim());
    enter(terminal, line);
    screen.expect(terminal);
}

#[track_caller]
fn enter(terminal: &mut Terminal, line: &str) {
    terminal.send(&format!("{line}\r"));
    terminal.wait_for_prompt_of(LAB);
}

#[test]
fn help_looks_as_kept() {
    let mut terminal = session();
    for (line, name) in [
        ("help getaddrinfo", "help-function"),
        ("?AF_INET6", "help-constant"),
        ("recv?", "help-method"),
        ("help \"close wait\"", "help-words"),
        ("help reverse lookup", "help-search"),
        ("help time", "help-command"),
        ("help getadrinfo", "help-slip"),
        ("dir(socket())", "dir"),
    ] {
        expect(&mut terminal, line, &Screen::new(name, line));
    }
}

#[test]
fn explain_looks_as_kept() {
    let mut terminal = session();
    expect(
        &mut terminal,
        "socket().connect('closed.test', 80)",
        &Screen::new("refused", "socket().connect('closed.test', 80)"),
    );
    enter(&mut terminal, "let s = create_server('127.0.0.1', 0)");
    for (line, name) in [
        ("explain", "explain-error"),
        (
            "explain getaddrinfo('crisewing.com', 80)[0]",
            "explain-address-info",
        ),
        ("explain ['10.0.0.1', 50000]", "explain-address"),
        ("explain EPIPE", "explain-name"),
    ] {
        expect(&mut terminal, line, &Screen::new(name, line));
    }
    let screen = Screen::new("explain-socket", "explain s, which listens");
    expect(
        &mut terminal,
        "explain s",
        &screen.hole(r"BUF = \d+", "BUF = {bytes}"),
    );
}

#[test]
fn the_tables_look_as_kept() {
    let mut terminal = session();
    enter(&mut terminal, "let c = create_connection('echo.test', 7)");
    enter(&mut terminal, "let u = socket(AF_INET, SOCK_DGRAM)");
    let screen = Screen::new("sockets", "sockets: a connection and a new datagram socket");
    expect(
        &mut terminal,
        "sockets",
        &screen.hole(r"(?m)^\d+ +main", "{fd} main"),
    );
    enter(&mut terminal, "fn double(x) { x * 2 }");
    // Where the value is cut depends on its descriptor's digits.
    let screen = Screen::new("vars", "vars").hole(r"SOCK\.\.\.", "SOC...");
    expect(&mut terminal, "vars", &screen);
    expect(
        &mut terminal,
        "consoles",
        &Screen::new("consoles", "consoles"),
    );
    expect(&mut terminal, "lab", &Screen::new("lab", "lab"));
    expect(&mut terminal, "lab dns", &Screen::new("lab-dns", "lab dns"));
    let screen = Screen::new("lab-hosts", "lab hosts");
    expect(&mut terminal, "lab hosts", &screen);
    let screen = Screen::new(
        "doctor",
        "doctor: what it looks at; the answers are the machine's",
    );
    let screen = screen
        .hole(r"(?m)^(?:ok|--)  (\S+(?: \S+)*?) {2,}.*$", "{answer}  $1")
        .hole(r"(?m)^ {10,}mend: .*(?:\n {10,}.*)*\n", "")
        .hole(
            r"(?m)^(?:everything that the course uses|one thing is|\d+ things are) .*$",
            "{sum}",
        );
    expect(&mut terminal, "doctor", &screen);
}

#[test]
fn results_time_and_reset_look_as_kept() {
    let mut terminal = session();
    for line in [
        "40 + 2",
        "it + 1",
        "out[1]",
        "out",
        "time 6 * 7",
        "let x = 5",
        "reset",
        "x",
    ] {
        enter(&mut terminal, line);
    }
    Screen::new(
        "results",
        "40 + 2, it + 1, out[1], out, time 6 * 7, let x = 5, reset, x",
    )
    .from("socklab lab> 40")
    .expect(&mut terminal);
}

#[test]
fn edit_save_and_load_look_as_kept() {
    let mut terminal = Setup::configured(NO_GREETING)
        .file("editor.sh", "#!/bin/sh\necho '6 * 7' > \"$1\"\n")
        .env("EDITOR", "sh editor.sh")
        .prompt();
    for line in [
        "6 * 8",
        "edit",
        "save a.rhai",
        "save a.rhai",
        "reset",
        "load a.rhai",
        "load b.rhai",
    ] {
        terminal.enter(line);
    }
    let typed = "6 * 8, edit (the editor writes 6 * 7), save a.rhai, twice, reset, load a.rhai, \
                 load b.rhai";
    Screen::new("edit-save-load", typed).expect(&mut terminal);
}

#[test]
fn wide_values_and_pages_look_as_kept() {
    let mut terminal = session();
    let line = "getaddrinfo('google.com', 80, AF_INET, SOCK_STREAM)";
    expect(&mut terminal, line, &Screen::new("address-infos", line));
    let line = "#{host: 'crisewing.com', ports: list(range(50000, 50020)), text: 'x'}";
    expect(&mut terminal, line, &Screen::new("wide-map", line));
    let config = "greeting = false\npager = \"head -n 5\"";
    let mut terminal = Setup::configured(config).prompt();
    terminal.enter("list(range(0, 100))");
    let screen = Screen::new("pager", "list(range(0, 100)), with pager = \"head -n 5\"");
    screen.expect(&mut terminal);
}

#[test]
fn slips_look_as_kept() {
    let mut terminal = Setup::configured(NO_GREETING)
        .rows(60)
        .columns(100)
        .prompt();
    for line in [
        "import socket",
        "foo = socket.socket()",
        "def get_constants(prefix):",
        "while not done:",
        "s.connect(('127.0.0.1', 80))",
        "conn, addr = server.accept()",
        "print 'port %d' % 22",
        "`GET / HTTP/1.1\\r\\n`",
        "'abc",
    ] {
        terminal.enter(line);
    }
    Screen::new("slips", "nine habits of Python's").expect(&mut terminal);
}

#[test]
fn no_terminal_breaks_a_sentence_within_a_word() {
    // What `-c` and a shell's command line show is read on a terminal too.
    for command in [
        ["help", "getaddrinfo"],
        ["explain", "ECONNREFUSED"],
        ["-c", "let port = 80; prot"],
        [
            "-c",
            "socket().connect(\"127.0.0.1\", \"eighty\", \"more\")",
        ],
        ["help", "getadrinfooooooooooooooooooooooooooooooo"],
        ["run", "no-such-file-of-a-rather-long-name.rhai"],
    ] {
        let words = |columns| {
            let program = [&[SOCKLAB][..], &command].concat();
            let setup = Setup::new().columns(columns).rows(60).program(program);
            let mut terminal = setup.start();
            terminal.end();
            let shown = terminal.screen();
            let widest = shown.lines().map(str::len).max().unwrap_or(0);
            let words: Vec<String> = shown.split_whitespace().map(String::from).collect();
            (words, widest)
        };
        let (narrow, wide) = (words(46), words(250));
        assert_eq!(narrow.0, wide.0, "{command:?}");
        assert!(wide.1 > 46, "{command:?} shows too little to be broken");
    }
}
