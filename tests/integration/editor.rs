//! The comforts of the line editor, at a real pseudo-terminal: what happens. How it looks, the
//! screens tell.

use crate::builder::DEADLINE;
use crate::terminal::{CTRL_C, DOWN, RIGHT, Setup, TAB, Terminal, UP};

#[track_caller]
fn wait_for_screen(terminal: &mut Terminal, text: &str) {
    terminal.wait_for_screen(&format!("`{text}` on the screen"), |shown| {
        shown.contains(text)
    });
}

/// The prompt's line as it stands on the screen.
#[track_caller]
fn wait_for_line(terminal: &mut Terminal, line: &str) {
    terminal.wait_for_screen(&format!("line `{line}`"), |shown| {
        let last = shown
            .lines()
            .rev()
            .find(|shown| shown.starts_with("socklab"));
        last.is_some_and(|last| last.trim_end() == format!("socklab> {line}").trim_end())
    });
}

#[test]
fn tab_completes_a_function_and_the_signature_shows() {
    let mut terminal = Setup::new().prompt();
    terminal.send("getservbyn\t");
    wait_for_line(&mut terminal, "getservbyname(");
    wait_for_screen(&mut terminal, "\n  getservbyname(name, protocol = ())");
    terminal.send("'ssh')");
    wait_for_line(&mut terminal, "getservbyname('ssh')");
    assert_eq!(terminal.enter(""), "22");
    assert!(
        !terminal.screen().contains("protocol"),
        "{}",
        terminal.screen()
    );
}

#[test]
fn tab_lists_the_members_of_a_sockets_type() {
    let mut terminal = Setup::new().prompt();
    terminal.enter("let foo = socket()");
    terminal.send("foo.get");
    terminal.send(TAB);
    wait_for_screen(&mut terminal, "getpeername()");
    terminal.send(CTRL_C);
    terminal.wait_for_prompt();
    terminal.send("foo.fam\t\r");
    assert_eq!(terminal.wait_for_prompt(), "2");
}

#[test]
fn tab_knows_variables_with_their_types() {
    let mut terminal = Setup::new().prompt();
    terminal.enter("let info1 = 3");
    terminal.enter("let info2 = 'x'");
    terminal.send("inf");
    terminal.send(TAB);
    wait_for_screen(&mut terminal, "info1  integer");
    wait_for_screen(&mut terminal, "info2  text");
}

#[test]
fn tab_offers_the_options_of_the_level() {
    let mut terminal = Setup::new().prompt();
    terminal.enter("let s = socket()");
    terminal.send("s.setsockopt(IPPROTO_TCP, TCP_NODE\t");
    wait_for_line(&mut terminal, "s.setsockopt(IPPROTO_TCP, TCP_NODELAY");
    terminal.send(CTRL_C);
    terminal.wait_for_prompt();
    terminal.send("s.setsockopt(SOL_SOCKET, SO_REUSEA\t");
    wait_for_line(&mut terminal, "s.setsockopt(SOL_SOCKET, SO_REUSEADDR");
}

#[test]
fn tab_completes_commands_lessons_and_files() {
    let mut terminal = Setup::new().file("server.rhai", "1;").prompt();
    terminal.send("less\t run 03\t");
    wait_for_line(&mut terminal, "lesson run 03-getaddrinfo");
    terminal.send(CTRL_C);
    terminal.wait_for_prompt();
    terminal.send("run ser\t");
    wait_for_line(&mut terminal, "run server.rhai");
    terminal.send(CTRL_C);
    terminal.wait_for_prompt();
    terminal.send("let s = socket(AF_UNIX); s.bind(\"./ser\t");
    wait_for_line(
        &mut terminal,
        "let s = socket(AF_UNIX); s.bind(\"./server.rhai",
    );
}

#[test]
fn a_statement_of_several_lines_is_indented_and_edited_whole() {
    let mut terminal = Setup::new().prompt();
    terminal.send("fn double(x) {\r");
    terminal.send("if x > 1 {\r");
    terminal.send("return x * 2\r}\r");
    terminal.send("x");
    wait_for_screen(&mut terminal, "\n    x");
    assert_eq!(terminal.enter("\r}"), "");
    assert_eq!(terminal.enter("double(4)"), "8");
    // It comes back as one entry.
    terminal.send(&UP.repeat(2));
    wait_for_screen(&mut terminal, "socklab> fn double(x) {\n    if x > 1 {");
}

#[test]
fn an_arrow_looks_for_entries_that_begin_as_the_line_does() {
    let mut terminal = Setup::new().prompt();
    for line in ["1 + 1", "let a = 1", "2 + 2", "let b = 2", "3 + 3"] {
        terminal.enter(line);
    }
    terminal.send("let");
    terminal.send(UP);
    wait_for_line(&mut terminal, "let b = 2");
    terminal.send(UP);
    wait_for_line(&mut terminal, "let a = 1");
    terminal.send(DOWN);
    wait_for_line(&mut terminal, "let b = 2");
    terminal.send(CTRL_C);
    terminal.wait_for_prompt();
    // Without a beginning every entry comes.
    terminal.send(&UP.repeat(3));
    wait_for_line(&mut terminal, "2 + 2");
}

#[test]
fn ctrl_r_searches_the_history() {
    let mut terminal = Setup::new().prompt();
    terminal.enter("40 + 2");
    terminal.enter("1 + 1");
    terminal.send("\x12");
    wait_for_screen(&mut terminal, "(reverse-i-search)");
    terminal.send("40");
    wait_for_screen(&mut terminal, "40 + 2");
    terminal.send("\r");
    assert_eq!(terminal.wait_for_prompt(), "42");
}

#[test]
fn the_right_arrow_takes_the_rest_of_an_earlier_entry() {
    let mut terminal = Setup::new().prompt();
    terminal.enter("let first = 1");
    terminal.send("let f");
    wait_for_line(&mut terminal, "let first = 1");
    terminal.send(RIGHT);
    terminal.send("; first");
    wait_for_line(&mut terminal, "let first = 1; first");
    assert_eq!(terminal.enter(""), "1");
}

#[test]
fn a_paste_is_one_statement_after_the_other_up_to_the_first_that_fails() {
    let mut terminal = Setup::new().prompt();
    terminal.send("\x1b[200~1 + 1\nlet x = [3,\n    4]\nx\nthrow 'no'\n99\x1b[201~");
    wait_for_screen(&mut terminal, "99");
    terminal.send("\r");
    let shown = terminal.wait_for_prompt();
    assert!(
        shown.contains("2\n[3, 4]\n") && shown.contains("error: no"),
        "{shown}"
    );
    assert!(!shown.contains("99"), "{shown}");
}

#[test]
fn colours_show_on_a_terminal_and_nowhere_else() {
    let mut terminal = Setup::new().prompt();
    terminal.enter("let x = 'text'");
    terminal.enter("[1, x]");
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    for part in [
        "\x1b[35mlet\x1b[0m",
        "\x1b[32m'text'\x1b[0m",
        "\x1b[36m1\x1b[0m",
        "\x1b[32m\"text\"\x1b[0m",
    ] {
        assert!(raw.contains(part), "{part:?} is not in {raw:?}");
    }
    let mut plain = Setup::new().env("NO_COLOR", "1").prompt();
    plain.enter("let x = 'text'");
    plain.enter("[1, x]");
    let raw = String::from_utf8_lossy(&plain.raw()).into_owned();
    assert!(
        !raw.contains("m'text'") && !raw.contains("\x1b[36m"),
        "{raw:?}"
    );
}

#[test]
fn a_narrow_terminal_lays_values_out_for_its_width() {
    let mut terminal = Setup::new().columns(30).prompt();
    let shown = terminal.enter("[\"127.0.0.1\", 80, \"more text\"]");
    assert_eq!(shown, "[\n  \"127.0.0.1\",\n  80,\n  \"more text\",\n]");
}

#[test]
fn more_than_a_screen_is_paged() {
    let mut terminal = Setup::configured("pager = \"head -n 3\"").prompt();
    assert_eq!(terminal.enter("list(range(0, 100))").lines().count(), 3);
    // Lines that were typed ahead and meant for the prompt write no file and start no shell.
    let told = "pager = \"sh -c 'cat > /dev/null; echo $LESSSECURE $LESS'\"";
    let mut terminal = Setup::configured(told).prompt();
    let shown = terminal.enter("list(range(0, 100))");
    assert!(
        shown.starts_with("1 FRX") && shown.contains("q leaves"),
        "{shown}"
    );
    let mut terminal = Setup::configured("pager = \"never\"").prompt();
    assert_eq!(terminal.enter("list(range(0, 100))").lines().count(), 102);
    let mut terminal = Setup::configured("pager = \"/does/not/exist\"").prompt();
    assert_eq!(terminal.enter("list(range(0, 100))").lines().count(), 102);
}

#[test]
fn of_a_huge_value_only_the_beginning_shows_where_no_pager_does() {
    let mut terminal = Setup::configured("pager = \"never\"").rows(200).prompt();
    let shown = terminal.enter("let data = bytes(\"x\" * 50000); data");
    assert!(
        shown.contains("x\" … 45,904 more bytes\n`print(it)`"),
        "{shown}"
    );
    let shown = terminal.enter("list(range(0, 1000))");
    assert!(
        shown.contains("  126,\n  … 873 more\n]\n`print(it)`"),
        "{shown}"
    );
    // What a person asks to see whole is whole, and so is the value.
    terminal.send("\x0c");
    let shown = terminal.enter("print(list(range(0, 150))); it.len");
    assert!(shown.ends_with("  149,\n]\n1000"), "{shown}");
}

#[test]
fn the_first_start_says_what_to_type_and_the_second_does_not() {
    let mut terminal = Setup::new().prompt();
    terminal.send("exit\r");
    let home = terminal.end_and_keep_home();
    let mut terminal = Setup::new().home(home).prompt();
    assert_eq!(terminal.screen().trim_end(), "socklab>");
    terminal.send("exit\r");
    assert_eq!(terminal.end(), Some(0));
}

#[test]
fn the_configuration_file_is_obeyed_and_its_mistakes_are_named() {
    let terminal = Setup::configured("histroy = 5\nediting = \"vim\"\ngreeting = false\n").prompt();
    let shown = terminal.screen().replace('\n', " ");
    assert!(
        shown.contains("config.toml:1: unknown key `histroy`; did you mean `history`?"),
        "{shown}"
    );
    assert!(
        shown.contains(":2: `editing` takes \"emacs\" or \"vi\", not `\"vim\"`"),
        "{shown}"
    );
    assert!(!shown.contains("lesson list"), "{shown}");
}

#[test]
fn vi_keys_work_where_they_are_asked_for() {
    let mut terminal = Setup::configured("editing = \"vi\"\nhints = false").prompt();
    terminal.send("1 + 2");
    terminal.wait_for("2");
    // To command mode, to the line's beginning, delete a letter, insert another.
    terminal.send("\x1b");
    terminal.send("0");
    terminal.send("x");
    terminal.send("i");
    terminal.send("5");
    wait_for_line(&mut terminal, "5 + 2");
    terminal.send("\r");
    assert_eq!(terminal.wait_for_prompt(), "7");
}

#[test]
fn a_line_with_control_characters_does_not_reach_the_terminal_raw() {
    for colour in ["", "1"] {
        let mut terminal = Setup::new().env("NO_COLOR", colour).prompt();
        terminal.send("\x1b[200~'a\u{9b}31m\x07\u{202e}b'\x1b[201~");
        terminal.wait_until("the text", DEADLINE, |shown| shown.contains("b'"));
        terminal.send(CTRL_C);
        terminal.wait_for_prompt();
        let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
        for harmful in ['\x07', '\u{9b}', '\u{202e}'] {
            assert!(!raw.contains(harmful), "{harmful:?} in {raw:?}");
        }
    }
}

#[test]
fn a_call_typed_across_the_right_edge_leaves_what_is_above_it() {
    let mut terminal = Setup::configured("greeting = false").columns(40).prompt();
    terminal.send("\"kept\"\r");
    terminal.wait_for_prompt();
    for key in "create_connection(\"localhost\", 8080, 1)".chars() {
        terminal.send(&key.to_string());
        terminal.wait_until_quiet();
    }
    let shown = terminal.screen();
    let rows: Vec<&str> = shown.lines().map(str::trim_end).collect();
    assert_eq!(rows[..2], ["socklab> \"kept\"", "\"kept\""], "{shown}");
}

#[test]
fn lines_that_end_in_two_characters_are_pasted_whole() {
    let mut terminal = Setup::configured("greeting = false").prompt();
    terminal.send("let a = [\r\n  1,\r\n  2\r\n]\r\n");
    terminal.wait_for_prompt();
    assert_eq!(terminal.enter("a.len"), "2");
}

#[test]
fn the_prompt_outlives_the_end_of_descriptors_and_works_beside_very_many() {
    for (limit, count) in [(200, 500), (3000, 1500)] {
        let script = format!("ulimit -n {limit}; exec {}", crate::builder::SOCKLAB);
        let mut terminal = Setup::configured("greeting = false")
            .program(["sh", "-c", &script])
            .start();
        terminal.wait_for_prompt();
        terminal.enter("let open = []");
        terminal.enter(&format!(
            "for number in 0..{count} {{ open.push(socket()) }}"
        ));
        assert_eq!(terminal.enter("6 * 7"), "42", "{limit} descriptors");
        assert_eq!(terminal.enter("open.len > 100"), "true");
    }
}
