//! The prompt, at a real pseudo-terminal.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::builder::DEADLINE;
use crate::terminal::{CTRL_C, CTRL_D, Setup, Terminal, UP};

/// Waits until the cursor stands on a blank further line.
#[track_caller]
fn wait_for_further_line(terminal: &mut Terminal) {
    terminal.wait_until("further line", DEADLINE, |shown| {
        shown.trim_end_matches(' ').ends_with('\n')
    });
}

/// A session of the usual kind, at its first prompt.
#[track_caller]
fn session() -> Terminal {
    Setup::new().prompt()
}

#[test]
fn a_value_shows() {
    let mut terminal = session();
    assert_eq!(terminal.enter("1 + 1"), "2");
    assert_eq!(terminal.enter("let x = 'single or \"double\"'"), "");
    assert_eq!(terminal.enter("x"), r#""single or \"double\"""#);
    assert_eq!(terminal.enter("print(x); 4"), "single or \"double\"\n4");
    assert_eq!(terminal.enter("it + 1"), "5");
    assert_eq!(terminal.enter(""), "");
}

#[test]
fn an_error_shows_with_a_caret_and_the_variables_stay() {
    let mut terminal = session();
    terminal.enter("let x = 5");
    let shown = terminal.enter("x + nothing");
    assert!(
        shown.contains("error: ") && shown.contains("nothing"),
        "{shown}"
    );
    let caret = shown.lines().find_map(|line| line.find('^'));
    let source = shown
        .lines()
        .find_map(|line| line.find("nothing").filter(|_| line.contains('|')));
    assert!(
        caret.is_some() && caret == source,
        "the caret stands under the name:\n{shown}"
    );
    assert_eq!(terminal.enter("x"), "5");
}

#[test]
fn a_statement_goes_over_as_many_lines_as_it_needs() {
    let mut terminal = session();
    for line in [
        "for i in 0..2 {",
        "    if i == 1 {",
        "        print(`line ${i}`)",
        "    }",
    ] {
        terminal.send(&format!("{line}\r"));
        wait_for_further_line(&mut terminal);
    }
    assert_eq!(terminal.enter("}"), "line 1");
    terminal.send("let list = [\r");
    wait_for_further_line(&mut terminal);
    assert_eq!(terminal.enter("3]"), "");
    assert_eq!(terminal.enter("list"), "[3]");
}

#[test]
fn two_enters_end_a_statement_that_is_still_open() {
    let mut terminal = session();
    terminal.send("foo(1,\r");
    wait_for_further_line(&mut terminal);
    terminal.send("\r");
    wait_for_further_line(&mut terminal);
    let shown = terminal.enter("");
    assert!(
        shown.contains("error: ") && shown.contains("never closed"),
        "{shown}"
    );
}

#[test]
fn a_line_that_is_wrong_already_waits_for_nothing() {
    let mut terminal = session();
    let shown = terminal.enter("def f(x):");
    assert!(shown.contains("error: ") && shown.contains("fn"), "{shown}");
    let shown = terminal.enter("foo)");
    assert!(shown.contains("error: "), "{shown}");
}

#[test]
fn ctrl_c_at_the_prompt_drops_the_line() {
    let mut terminal = session();
    terminal.send("throw 'never' ");
    terminal.wait_for("never");
    terminal.send(CTRL_C);
    terminal.wait_for_prompt();
    assert_eq!(terminal.enter("2"), "2");
    assert!(
        !terminal.screen().contains("error"),
        "{}",
        terminal.screen()
    );
}

#[test]
fn ctrl_c_in_half_a_statement_drops_all_of_it() {
    let mut terminal = session();
    terminal.send("while true {\r");
    wait_for_further_line(&mut terminal);
    terminal.send("print(1)\r");
    wait_for_further_line(&mut terminal);
    terminal.send(CTRL_C);
    terminal.wait_for_prompt();
    assert_eq!(terminal.enter("2"), "2");
}

#[test]
fn ctrl_d_on_an_empty_line_leaves() {
    let mut terminal = session();
    terminal.enter("let s = socket()");
    terminal.send(CTRL_D);
    assert_eq!(terminal.end(), Some(0));
}

#[test]
fn ctrl_d_in_half_a_statement_says_what_is_open() {
    let mut terminal = session();
    terminal.send("foo(1,\r");
    wait_for_further_line(&mut terminal);
    terminal.send(CTRL_D);
    let shown = terminal.wait_for_prompt();
    assert!(shown.contains("never closed"), "{shown}");
}

#[test]
fn exit_and_quit_leave() {
    for word in ["exit", "quit"] {
        let mut terminal = session();
        terminal.send(&format!("{word}\r"));
        assert_eq!(terminal.end(), Some(0), "{word}");
    }
}

#[test]
fn the_function_exit_leaves_with_its_code() {
    for (call, code) in [("exit()", 0), ("exit(4)", 4)] {
        let mut terminal = session();
        terminal.send(&format!("{call}\r"));
        assert_eq!(terminal.end(), Some(code), "{call}");
    }
}

#[test]
fn help_says_what_there_is() {
    let mut terminal = session();
    let shown = terminal.enter("help");
    assert!(
        shown.contains("lesson list") && shown.contains("Ctrl-D"),
        "{shown}"
    );
    let shown = terminal.enter("help recv");
    assert!(shown.contains("recv("), "{shown}");
}

#[test]
fn the_lab_is_in_the_prompt_while_it_is_on() {
    let mut terminal = session();
    terminal.send("lab on\r");
    terminal.wait_for_prompt_of("socklab lab> ");
    terminal.send("gethostbyname('crisewing.com')\r");
    assert_eq!(
        terminal.wait_for_prompt_of("socklab lab> "),
        "\"108.59.11.99\""
    );
    assert_eq!(terminal.enter("lab off"), "");
    assert!(terminal.enter("lab").contains("the lab is off"));
}

#[test]
fn a_variable_hides_the_command_of_its_name() {
    let mut terminal = session();
    assert_eq!(terminal.enter("let lab = 3"), "");
    assert_eq!(terminal.enter("lab"), "3");
    assert_eq!(terminal.enter("lab + 1"), "4");
}

#[test]
fn a_commands_name_before_an_operator_begins_a_statement() {
    let mut terminal = session();
    let shown = terminal.enter("run = 3");
    assert!(
        shown.contains("error: ") && shown.contains("let run"),
        "{shown}"
    );
    let shown = terminal.enter("lab(3)");
    assert!(
        shown.contains("error: ") && shown.contains("lab"),
        "{shown}"
    );
}

#[test]
fn an_unknown_word_after_a_command_is_explained() {
    let mut terminal = session();
    let shown = terminal.enter("lab of");
    assert!(
        shown.contains("error: ") && shown.contains("off"),
        "{shown}"
    );
    let shown = terminal.enter("lesson run 'open");
    assert!(shown.contains("a quote is open"), "{shown}");
}

#[test]
fn the_history_is_kept_across_sessions() {
    let mut terminal = session();
    terminal.enter("let first = 1");
    terminal.send("[first,\r");
    wait_for_further_line(&mut terminal);
    assert_eq!(terminal.enter("2]"), "[1, 2]");
    terminal.send("exit\r");
    let home = terminal.end_and_keep_home();

    let file = home.path().join(".local/state/socklab/history");
    let mode = fs::metadata(&file)
        .expect("a history file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600, "others may read it");

    let mut terminal = Setup::new().home(home).prompt();
    terminal.enter("let first = 5");
    // Past this session's line and the `exit` to the entry of two lines, whole.
    terminal.send(&UP.repeat(3));
    terminal.wait_for("2]");
    terminal.send("\r");
    assert_eq!(last_line(&terminal.wait_for_prompt()), "[5, 2]");
}

#[test]
fn two_sessions_share_one_history() {
    let mut one = session();
    let file = one.home().join(".local/state/socklab/history");
    let mut other = Setup::new()
        .env("HOME", &one.home().display().to_string())
        .prompt();
    one.enter("'from one'");
    other.enter("'from the other'");
    one.enter("'from one again'");
    other.send(CTRL_D);
    other.end();
    one.send(CTRL_D);
    one.end();
    let kept = fs::read_to_string(file).expect("a history file");
    for entry in ["'from one'", "'from the other'", "'from one again'"] {
        assert!(kept.contains(entry), "{entry} is lost:\n{kept}");
    }
}

#[test]
fn a_home_that_cannot_be_written_does_no_harm() {
    let mut terminal = Setup::new().env("HOME", "/proc/nowhere").prompt();
    assert_eq!(terminal.enter("1 + 1"), "2");
    assert_eq!(terminal.enter("1 + 2"), "3");
}

fn last_line(shown: &str) -> &str {
    shown.lines().last().unwrap_or_default()
}

/// The document's way of writing: no semicolons.
const PASTED: &str = "let a = [1,\n    2]\nlet b = 4\nfn sum(x, y) {\n    x + y\n}\nsum(a[1], b)\n";

#[test]
fn lines_that_arrive_together_are_all_evaluated() {
    let mut terminal = session();
    terminal.send(&PASTED.replace('\n', "\r"));
    terminal.wait_until("the sum", DEADLINE, |shown| {
        shown.ends_with("\n6\nsocklab> ")
    });
}

#[test]
fn a_bracketed_paste_is_evaluated_as_if_it_were_typed() {
    let mut terminal = session();
    terminal.send(&format!("\x1b[200~{PASTED}\x1b[201~\r"));
    let shown = terminal.wait_until("the prompt", DEADLINE, |shown| {
        shown.ends_with("\nsocklab> ") && shown.matches("socklab> ").count() >= 2
    });
    assert!(shown.contains("\n6\n"), "{shown}");
    assert_eq!(terminal.enter("a"), "[1, 2]");
}

#[test]
fn a_paste_of_several_hundred_lines_loses_none() {
    let mut terminal = session();
    terminal.enter("let seen = []");
    let lines: Vec<String> = (0..300).map(|i| format!("seen.push({i})")).collect();
    terminal.send(&format!(
        "{}\r`counted ${{seen.len()}}`\r",
        lines.join("\r")
    ));
    terminal.wait_for("\"counted 300\"");
}

#[test]
fn a_dumb_terminal_gets_no_escape_sequences() {
    let mut terminal = Setup::new().env("TERM", "dumb").prompt();
    assert_eq!(terminal.enter("1 + 1"), "2");
    assert!(terminal.enter("throw 'x'").contains("error: x"));
    terminal.send("[\r");
    terminal.wait_for("...> ");
    assert_eq!(terminal.enter("3]"), "[3]");
    terminal.send("exit\r");
    assert_eq!(terminal.end(), Some(0));
    let raw = terminal.raw();
    assert!(
        !raw.contains(&0x1b),
        "{}",
        String::from_utf8_lossy(&raw).escape_debug()
    );
}

#[test]
fn no_color_and_a_closed_colour_switch_are_respected() {
    let mut terminal = Setup::new().env("NO_COLOR", "1").prompt();
    terminal.enter("throw 'x'");
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    assert!(!raw.contains("\x1b[31m"), "{}", raw.escape_debug());
}

#[test]
fn a_terminal_of_20_columns_is_wide_enough() {
    let mut terminal = Setup::new().columns(20).prompt();
    terminal.enter("let x = 'a long text that wraps more than once'");
    assert_eq!(
        last_line(&terminal.enter("x.len() * 1000 + x.len()")),
        "37037"
    );
    let shown = terminal.enter("throw 'x'");
    assert!(shown.contains("error: x"), "{shown}");
}

#[test]
fn a_terminal_without_a_size_works() {
    let mut terminal = Setup::new().columns(0).prompt();
    assert_eq!(last_line(&terminal.enter("1 + 1")), "2");
}

/// An escape sequence that would change the window's title and one that would hide what follows.
const WICKED: &str = "\\x1b]0;owned\\x07\\x1b[8mhidden";

#[track_caller]
pub(crate) fn assert_harmless(terminal: &Terminal) {
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    assert!(
        !raw.contains("\x1b]0;"),
        "the title was changed:\n{}",
        raw.escape_debug()
    );
    assert!(
        !raw.contains("\x1b[8m"),
        "the text was hidden:\n{}",
        raw.escape_debug()
    );
    assert!(
        !raw.contains('\x07'),
        "the bell was rung:\n{}",
        raw.escape_debug()
    );
    assert!(
        !raw.contains('\u{9b}') && !raw.contains('\u{202e}'),
        "{}",
        raw.escape_debug()
    );
}

#[test]
fn escape_sequences_in_texts_are_shown_and_not_obeyed() {
    let mut terminal = session();
    let shown = terminal.enter(&format!("print(\"{WICKED}\")"));
    assert!(shown.contains("\\x1b]0;owned"), "{shown}");
    terminal.enter(&format!("eprint(\"{WICKED}\")"));
    terminal.enter(&format!("\"{WICKED}\""));
    terminal.enter(&format!("[\"{WICKED}\", #{{\"{WICKED}\": 1}}]"));
    terminal.enter("print(\"\\u009b31m \\u202eback\")");
    assert_harmless(&terminal);
}

#[test]
fn escape_sequences_in_errors_are_shown_and_not_obeyed() {
    let mut terminal = session();
    let shown = terminal.enter(&format!("throw \"{WICKED}\""));
    assert!(shown.contains("\\x1b]0;owned"), "{shown}");
    terminal.enter(&format!(
        "throw #{{ message: \"{WICKED}\", kind: \"{WICKED}\", call: \"{WICKED}\" }}"
    ));
    terminal.enter(&format!("getservbyname(\"{WICKED}\")"));
    terminal.enter(&format!("getaddrinfo(\"127.0.0.1\", \"{WICKED}\")"));
    terminal.enter(&format!("inet_aton(\"{WICKED}\")"));
    terminal.enter(&format!("int(\"{WICKED}\")"));
    terminal.enter(&format!("getattr(socket, \"{WICKED}\")"));
    assert_harmless(&terminal);
}

#[test]
fn escape_sequences_that_were_received_are_shown_and_not_obeyed() {
    let mut terminal = session();
    terminal.enter("unpack a, b = socketpair()");
    terminal.enter(&format!("a.send(\"{WICKED}\")"));
    let shown = terminal.enter("let got = b.recv(100); got");
    assert!(shown.contains("b\"\\x1b]0;owned"), "{shown}");
    terminal.enter("got.decode()");
    terminal.enter("print(got.decode())");
    terminal.enter("print(got)");
    terminal.enter("print(got.hexdump())");
    terminal.enter("throw got.decode()");
    assert_harmless(&terminal);
}

#[test]
fn escape_sequences_in_a_lesson_are_shown_and_not_obeyed() {
    let wicked = "\x1b]0;owned\x07\x1b[8mhidden";
    let differs = format!(
        "//! # A {wicked} lesson\n//! About {wicked}.\n//@ network: none\n\n// Prose {wicked}.\n\
         print(\"{WICKED}\");\n//> something {wicked}\n"
    );
    let broken = format!("//! # A lesson\n//! About.\n\n//@ {wicked}: x\n1;\n");
    let mut terminal = Setup::new()
        .file("differs.rhai", &differs)
        .file("broken.rhai", &broken)
        .prompt();
    let shown = terminal.enter("lesson run ./differs.rhai");
    assert!(shown.contains("owned"), "{shown}");
    terminal.enter("lesson run -v ./differs.rhai");
    terminal.enter("lesson run ./broken.rhai");
    terminal.enter("lesson lint ./differs.rhai");
    assert_harmless(&terminal);
}

#[test]
fn the_terminal_is_left_as_it_was_found() {
    let mut terminal = Setup::new()
        .program([
            "sh",
            "-c",
            &format!(
                "before=$(stty -g); {}; test \"$before\" = \"$(stty -g)\" && echo unchanged",
                crate::builder::SOCKLAB
            ),
        ])
        .prompt();
    terminal.enter("1");
    terminal.send("exit\r");
    terminal.wait_for("unchanged");
}

#[test]
fn much_output_reaches_the_terminal_whole() {
    let mut terminal = session();
    let shown = terminal.enter("for i in 0..5000 { print(i) }");
    assert_eq!(shown.lines().count(), 5000);
    assert_eq!(last_line(&shown), "4999");
}

#[test]
fn a_missing_let_is_told_before_anything_connects_or_is_received() {
    let mut terminal = session();
    terminal.enter("let server = create_server([\"127.0.0.1\", 0])");
    terminal.enter("server.settimeout(0)");
    for line in [
        "s = create_connection(server.getsockname())",
        "let n = 1; s = create_connection(server.getsockname())",
        "for i in 0..2 { s = create_connection(server.getsockname()) }",
        "try { s = create_connection(server.getsockname()) } catch (err) { print(err) }",
        "let c = create_connection(server.getsockname()); got = c.recv(1)",
    ] {
        let shown = terminal.enter(line);
        assert!(
            shown.contains("is new; a first value needs `let`"),
            "{shown}"
        );
        let accepted = terminal.enter("server.accept()");
        assert!(accepted.contains("EAGAIN"), "{line}: {accepted}");
    }
    terminal.enter("unpack here, there = socketpair(); here.sendall(\"one\")");
    for line in [
        "request = there.recv(10)",
        "request += there.recv(10)",
        "loop { request = there.recv(10); if request == b { break } }",
        "first, second = there.recv(10)",
        "let [first, second] = there.recv(10)",
        "let first, second = there.recv(10)",
    ] {
        let shown = terminal.enter(line).replace('\n', " ");
        let mends = ["`let request = ", "`unpack first, second = "];
        assert!(mends.iter().any(|mend| shown.contains(mend)), "{shown}");
    }
    assert_eq!(
        terminal.enter("let request = there.recv(10); request"),
        "b\"one\""
    );
    assert_eq!(
        terminal.enter("here.sendall(\"two\"); request = there.recv(10); request"),
        "b\"two\""
    );
}

#[test]
fn a_call_that_nothing_answers_is_told_before_anything_is_received() {
    let mut terminal = session();
    terminal.enter("unpack here, there = socketpair(); here.sendall(\"one\")");
    for (line, told) in [
        ("prnt(there.recv(10))", "did you mean `print`"),
        ("there.recv(10).decod()", "did you mean `decode`"),
        ("let text = there.recv(10).decod()", "did you mean `decode`"),
        ("there.recv(10).send(\"x\")", "is a method of a socket"),
        (
            "for i in 0..1 { prnt(there.recv(10)) }",
            "did you mean `print`",
        ),
        ("print(there.recv(10), nme)", "no variable `nme`"),
        ("`${there.recv(10)} ${nme}`", "no variable `nme`"),
        (
            "there.recv(10); there.recv(10).nothing_like_it()",
            "no method `nothing_like_it`",
        ),
    ] {
        let shown = terminal.enter(line).replace('\n', " ");
        assert!(shown.contains(told), "{line}: {shown}");
    }
    assert_eq!(terminal.enter("there.recv(10)"), "b\"one\"");
}
