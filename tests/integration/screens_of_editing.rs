//! How a line looks while it is typed: completion, hints, colours, several lines, history, pastes,
//! sizes. One session serves several screens.

use crate::screen_file::Screen;
use crate::terminal::{CTRL_C, CTRL_L, CTRL_R, DOWN, Setup, TAB, Terminal, UP};

const NO_GREETING: &str = "greeting = false";

/// A session without the greeting of the first start.
fn session() -> Terminal {
    Setup::configured(NO_GREETING).prompt()
}

/// Drops the line and clears the screen.
#[track_caller]
fn begin_anew(terminal: &mut Terminal) {
    terminal.send(CTRL_C);
    terminal.wait_for_prompt();
    terminal.send(CTRL_L);
    terminal.wait_for_screen("a clear screen", |shown| shown.trim_end() == "socklab>");
}

/// Types, and compares.
#[track_caller]
fn expect(terminal: &mut Terminal, keys: &str, screen: &Screen) {
    terminal.send(keys);
    screen.expect(terminal);
}

#[test]
fn the_first_start_and_the_second() {
    let mut terminal = Setup::new().prompt();
    Screen::new("first-start", "nothing: the first start in a new home").expect(&mut terminal);
    terminal.send("exit\r");
    let home = terminal.end_and_keep_home();
    let mut terminal = Setup::new().home(home).prompt();
    Screen::new("second-start", "nothing: the second start").expect(&mut terminal);
}

#[test]
fn completion_looks_as_kept() {
    let mut terminal = Setup::configured(NO_GREETING)
        .file("server.rhai", "1;")
        .prompt();
    let screen = Screen::new(
        "signature",
        "getservbyn Tab: the rest, and the signature below",
    );
    expect(&mut terminal, "getservbyn\t", &screen.with_marks());
    begin_anew(&mut terminal);

    terminal.enter("let foo = socket()");
    let screen = Screen::new("members", "foo.get Tab");
    expect(&mut terminal, "foo.get\t", &screen);
    begin_anew(&mut terminal);

    let screen = Screen::new("members-of-a-call", "getaddrinfo('127.0.0.1', 80)[0]. Tab");
    expect(&mut terminal, "getaddrinfo('127.0.0.1', 80)[0].\t", &screen);
    begin_anew(&mut terminal);

    terminal.enter("let m = #{server: foo, port: 80}");
    let screen = Screen::new(
        "keys-of-a-map",
        "m. Tab: its keys with their types, its methods",
    );
    expect(&mut terminal, "m.\t", &screen);
    begin_anew(&mut terminal);

    let screen = Screen::new("socket-names", "socket.getse Tab");
    expect(&mut terminal, "socket.getse\t", &screen);
    begin_anew(&mut terminal);

    terminal.enter("let info = getaddrinfo('127.0.0.1', 80)[0]");
    let screen = Screen::new("variables", "f(inf Tab: variables with their types");
    expect(
        &mut terminal,
        "f(inf\t",
        &Screen::new("variable", "f(inf Tab"),
    );
    begin_anew(&mut terminal);
    terminal.enter("let info2 = 5");
    expect(&mut terminal, "f(inf\t", &screen);
    begin_anew(&mut terminal);

    let screen = Screen::new("options-of-a-level", "foo.setsockopt(IPPROTO_IP, IP_M Tab");
    expect(&mut terminal, "foo.setsockopt(IPPROTO_IP, IP_M\t", &screen);
    begin_anew(&mut terminal);

    let screen = Screen::new("words-of-a-command", "lab Blank Tab");
    expect(&mut terminal, "lab \t", &screen);
    begin_anew(&mut terminal);

    let screen = Screen::new("lesson-names", "lesson run 03 Tab");
    expect(&mut terminal, "lesson run 03\t", &screen);
    begin_anew(&mut terminal);

    let screen = Screen::new("file-names", "load s Tab");
    expect(&mut terminal, "load s\t", &screen);
    begin_anew(&mut terminal);

    let screen = Screen::new("file-names-in-a-text", "unlink('./s Tab");
    expect(&mut terminal, "unlink('./s\t", &screen);
}

#[test]
fn a_menu_goes_round_where_it_is_asked_for() {
    let config = "greeting = false\ncompletion = \"circular\"";
    let mut terminal = Setup::configured(config).prompt();
    let screen = Screen::new("menu", "getserv Tab Tab, with completion = \"circular\"");
    expect(
        &mut terminal,
        "getserv",
        &Screen::new("menu-before", "getserv"),
    );
    expect(&mut terminal, "\t\t", &screen);
}

#[test]
fn hints_and_colours_look_as_kept() {
    let mut terminal = session();
    let screen = Screen::new(
        "hint-argument",
        "getservbyname('ssh', : the second argument is bold",
    );
    expect(&mut terminal, "getservbyname('ssh', ", &screen.with_marks());
    begin_anew(&mut terminal);

    terminal.enter("let first = getservbyname('ssh')");
    terminal.send(CTRL_L);
    let screen = Screen::new("hint-history", "let f, after a statement that began so");
    expect(&mut terminal, "let f", &screen.with_marks());
    begin_anew(&mut terminal);

    let screen = Screen::new("list-erases-hint", "le Tab, after let first = ...");
    expect(&mut terminal, "le\t", &screen);
    begin_anew(&mut terminal);

    let line = "for i in 0..2 { print(`${AF_INET}`); f('text') } // end";
    let screen = Screen::new("colours", "a loop with a text, a constant and a comment");
    expect(&mut terminal, line, &screen.with_marks());
    begin_anew(&mut terminal);

    let screen = Screen::new("colours-of-a-command", "lesson run --all 03");
    expect(&mut terminal, "lesson run --all 03", &screen.with_marks());
    begin_anew(&mut terminal);

    let screen = Screen::new("brackets", "f([1, (2)]) and three times left");
    expect(
        &mut terminal,
        "f([1, (2)])\x1b[D\x1b[D\x1b[D",
        &screen.with_marks(),
    );
    begin_anew(&mut terminal);

    terminal.send("let x = 5; x + missing\r");
    let screen = Screen::new("error-position", "let x = 5; x + missing Enter");
    screen.with_marks().expect(&mut terminal);
    begin_anew(&mut terminal);

    terminal.send("[1, 'text', true, bytes('a'), #{port: 80}]\r");
    let screen = Screen::new("colours-of-a-value", "an array of every kind Enter");
    screen.with_marks().expect(&mut terminal);
}

#[test]
fn without_colour_and_on_dumb_terminals() {
    let mut terminal = Setup::configured(NO_GREETING).env("NO_COLOR", "1").prompt();
    terminal.enter("let first = 'text'");
    terminal.enter("first + missing");
    let screen = Screen::new(
        "no-color",
        "with NO_COLOR=1: a value, an error, half a call",
    );
    expect(&mut terminal, "getservbyname(", &screen.with_marks());

    let mut terminal = Setup::configured(NO_GREETING).env("TERM", "dumb").prompt();
    terminal.enter("[1, 'text']");
    terminal.enter("missing");
    let screen = Screen::new("term-dumb", "with TERM=dumb: a value, an error");
    screen.with_marks().expect(&mut terminal);
}

#[test]
fn several_lines_look_as_kept() {
    let mut terminal = session();
    for (at, keys) in [
        "fn double(x) {\r",
        "if x > 1 {\r",
        "return x * 2\r",
        "}\r",
        "x",
    ]
    .into_iter()
    .enumerate()
    {
        terminal.send(keys);
        let lines = if keys.ends_with('\r') { at + 2 } else { at + 1 };
        terminal.wait_for_view("the next line", |view| {
            usize::from(view.cursor_position().0) + 1 == lines
        });
    }
    let screen = Screen::new(
        "several-lines",
        "fn double(x) { Enter if x > 1 { Enter ... x",
    );
    screen.with_marks().expect(&mut terminal);
    // Up into the second line, and another condition there.
    let screen = Screen::new(
        "several-lines-edited",
        "Up Up Up End Left Left: the line of the `if`",
    );
    expect(
        &mut terminal,
        &format!("{}\x1b[F\x1b[D\x1b[D", UP.repeat(3)),
        &screen.with_marks(),
    );
}

#[test]
fn the_history_looks_as_kept() {
    let mut terminal = session();
    for line in ["1 + 1", "let a = 1", "2 + 2", "let b = 2", "3 + 3"] {
        terminal.enter(line);
    }
    terminal.send(CTRL_L);
    let screen = Screen::new(
        "prefix-search",
        "let Up Up: the second entry that begins so",
    );
    expect(&mut terminal, &format!("let{UP}{UP}"), &screen);
    let screen = Screen::new("prefix-search-back", "Down: the newer one again");
    expect(&mut terminal, DOWN, &screen);
    begin_anew(&mut terminal);
    let screen = Screen::new("ctrl-r", "Ctrl-R 2 +");
    expect(&mut terminal, &format!("{CTRL_R}2 +"), &screen);
}

#[test]
fn pastes_look_as_kept() {
    let mut terminal = session();
    terminal.send("\x1b[200~fn f(x) {\n    x + 1\n}\nf(1)\nlet y = [3,\n    4]\ny\x1b[201~");
    Screen::new("paste", "a bracketed paste of four statements").expect(&mut terminal);
    terminal.send("\r");
    terminal.wait_for_prompt();
    Screen::new("paste-sent", "Enter behind it").expect(&mut terminal);
    begin_anew(&mut terminal);
    // A terminal without paste marks types the lines; their own indentation counts once.
    terminal.send("fn g(x) {\r    if x > 1 {\r        return 2;\r    }\r    x\r}\r");
    terminal.wait_for_prompt();
    let screen = Screen::new(
        "paste-without-marks",
        "an indented function, as fast as it goes",
    );
    screen.expect(&mut terminal);
}

#[test]
fn sizes_look_as_kept() {
    let mut terminal = session();
    let line = "let info = getaddrinfo('127.0.0.1', 80, AF_INET, SOCK_STREAM, IPPROTO_TCP)[0]";
    terminal.send(line);
    terminal.wait_for_screen("the line", |shown| {
        shown.replace('\n', "").contains("TCP)[0]")
    });
    terminal.resize(24, 60);
    terminal.send(" ");
    Screen::new("resize", "a long line, then 60 columns, then a blank").expect(&mut terminal);
    terminal.send("\r");
    terminal.wait_for_prompt();
    terminal.enter("info.family");

    let mut terminal = Setup::configured(NO_GREETING).columns(40).prompt();
    terminal.enter("getaddrinfo('127.0.0.1', 80)");
    terminal.enter("let s = socket()");
    let screen = Screen::new("narrow", "40 columns: two address infos, then s.get Tab");
    expect(&mut terminal, &format!("s.get{TAB}"), &screen);
}

#[test]
fn vi_keys_and_the_configurations_mistakes() {
    let config = "greeting = false\nediting = \"vi\"\nhistroy = 5\ncolour = \"red\"\n";
    let mut terminal = Setup::configured(config).prompt();
    terminal.send("1 + 2");
    terminal.wait_for("2");
    terminal.send("\x1b");
    terminal.send("0");
    terminal.send("x");
    terminal.send("i");
    let screen = Screen::new(
        "vi",
        "1 + 2 Esc 0 x i 5, with two mistakes in the configuration",
    );
    expect(
        &mut terminal,
        "5",
        &screen.hole(r"(?s)/[^ ]*/config", "{folder}/config"),
    );
}
