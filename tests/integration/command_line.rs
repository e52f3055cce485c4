//! `-c`, `run`, pipes and the words after the program's name: output, streams and exit codes.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use crate::builder::{DEADLINE, LESSON, Run, SOCKLAB, code, piped, socklab, wait_until_blocked};

#[test]
fn code_shows_its_value() {
    code("1 + 1").stdout("2").status(0);
}

#[test]
fn code_shows_the_last_value_of_a_line_and_nothing_for_a_let() {
    code("let x = 3; x; x * 2").stdout("6").status(0);
    code("let x = 3").status(0);
    code("print(4)").stdout("4").status(0);
}

#[test]
fn code_of_several_lines_shows_the_value_of_each() {
    code("let x = [\n  1,\n  2,\n];\nx\nx.len()")
        .stdout("[1, 2]\n2")
        .status(0);
}

#[test]
fn an_error_of_code_goes_to_standard_error_and_ends_with_1() {
    code("print(\"before\"); throw \"it broke\"")
        .stdout("before")
        .stderr_has("error: it broke")
        .status(1);
}

#[test]
fn an_error_of_a_call_names_the_call_and_the_symbol() {
    code("socket().recv(1)")
        .stderr_has("error: recv: ")
        .stderr_has("(ENOTCONN)")
        .status(1);
}

#[test]
fn code_that_stops_in_the_middle_says_what_is_open() {
    code("foo(1,")
        .stderr_has("never closed")
        .stderr_has("^")
        .status(1);
    code("let x = \"").stderr_has("closing quote").status(1);
    code("/* never ends").stderr_has("error: ").status(1);
}

#[test]
fn code_may_be_a_command() {
    code("lab").stdout_has("the lab is off").status(0);
    code("lab on\nlab").stdout_has("the lab is on").status(0);
}

#[test]
fn an_empty_code_shows_nothing() {
    code("").status(0);
    code(" \n\n ").status(0);
    code("// only a comment").status(0);
}

#[test]
fn the_lab_can_be_entered_from_the_start() {
    socklab()
        .args(["--lab", "-c", "gethostbyname('crisewing.com')"])
        .stdout("\"108.59.11.99\"")
        .status(0);
}

#[test]
fn arguments_after_code_are_what_args_gives() {
    code("args()")
        .args(["a", "-b", "--help", "ü"])
        .stdout(r#"["a", "-b", "--help", "ü"]"#)
        .status(0);
    code("args()").stdout("[]").status(0);
}

#[test]
fn arguments_after_a_script_are_what_args_gives() {
    socklab()
        .file("script.rhai", "print(args());\n")
        .args(["run", "script.rhai", "a", "-c", "--help"])
        .stdout(r#"["a", "-c", "--help"]"#)
        .status(0);
}

#[test]
fn the_first_socket_of_a_program_is_descriptor_3() {
    // What a test program was left with is closed first.
    let script =
        format!("exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; exec {SOCKLAB} -c 'socket().fileno()'");
    let output = Command::new("sh").args(["-c", &script]).output();
    let output = output.expect("sh is here");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "3\n");
}

#[test]
fn exit_in_code_and_in_a_script_chooses_the_exit_code() {
    code("exit(7); print(\"never\")").status(7);
    code("exit()").status(0);
    piped("exit(3)\nprint(\"never\")\n").status(3);
    socklab()
        .file(
            "script.rhai",
            "fn leave() { exit(5); }\nleave();\nprint(\"never\");\n",
        )
        .args(["run", "script.rhai"])
        .status(5);
}

#[test]
fn a_script_shows_what_it_prints_and_no_values() {
    socklab()
        .file(
            "script.rhai",
            "1 + 1;\nprint(\"two\");\neprint(\"aside\");\nshow(3);\nfn show(x) { print(x); }\n",
        )
        .args(["run", "script.rhai"])
        .stdout("two\n3")
        .stderr("aside")
        .status(0);
}

#[test]
fn an_error_of_a_script_shows_its_file_line_and_column() {
    socklab()
        .file(
            "script.rhai",
            "print(\"before\");\nlet s = socket();\ns.listen(1); s.recv(1);\n",
        )
        .args(["run", "script.rhai"])
        .stdout("before")
        .stderr_has("error: recv: ")
        .stderr_has("script.rhai:3:")
        .stderr_has("^")
        .status(1);
}

#[test]
fn a_script_with_a_syntax_error_does_nothing() {
    socklab()
        .file("script.rhai", "print(\"never\");\nlet = 3;\n")
        .args(["run", "script.rhai"])
        .stderr_has("script.rhai:2:5")
        .status(1);
}

#[test]
fn a_script_that_cannot_be_read_ends_with_2() {
    socklab()
        .args(["run", "missing.rhai"])
        .stderr_has("cannot read `missing.rhai`")
        .status(2);
    socklab()
        .args(["run", "."])
        .stderr_has("cannot read `.`")
        .status(2);
    socklab()
        .file("script.rhai", b"print(\"\xff\");")
        .args(["run", "script.rhai"])
        .stderr_has("the byte at 7 is not UTF-8")
        .status(2);
}

#[test]
fn a_script_with_a_byte_order_mark_and_carriage_returns_runs() {
    socklab()
        .file(
            "script.rhai",
            "\u{feff}let x = 1;\r\nif x == 1 {\r\n  print(\"yes\");\r\n}\r\n",
        )
        .args(["run", "script.rhai"])
        .stdout("yes")
        .status(0);
}

#[test]
fn running_a_lesson_as_a_script_runs_it_as_a_lesson() {
    let lesson =
        "//! # A lesson\n//! About sums.\n//@ network: none\n\n// One and one.\n1 + 1;\n//> 3\n";
    socklab()
        .file("sums.rhai", lesson)
        .args(["run", "sums.rhai"])
        .stdout_has("sums.rhai:6")
        .stdout_has("- 3")
        .stdout_has("+ 2")
        .status(1);
}

/// Starts a script that waits in accept, and gives it once it waits there.
#[track_caller]
fn blocked_in_accept(script: &str) -> crate::builder::Program {
    let mut program = socklab()
        .file("server.rhai", script)
        .args(["run", "server.rhai"])
        .start();
    assert_eq!(program.next_line(), "waiting");
    wait_until_blocked(program.id());
    program
}

#[test]
fn ctrl_c_ends_a_script_blocked_in_accept_with_130() {
    let script = "let s = create_server(\"127.0.0.1\", 0);\nprint(\"waiting\");\ns.accept();\nprint(\"never\");\n";
    let mut program = blocked_in_accept(script);
    program.interrupt();
    let ended = program.end(DEADLINE);
    assert_eq!(
        ended.status.code(),
        Some(130),
        "{}{}",
        ended.stdout,
        ended.stderr
    );
    assert_eq!(ended.stdout, "waiting\n");
    assert!(
        ended.stderr.contains("accept: interrupted"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_script_that_catches_ctrl_c_ends_as_it_likes() {
    let script = "let s = create_server(\"127.0.0.1\", 0);\nprint(\"waiting\");\n\
                  try { s.accept(); } catch (err) { print(err.kind); }\ns.close();\nprint(\"closed\");\n";
    let mut program = blocked_in_accept(script);
    program.interrupt();
    let ended = program.end(DEADLINE);
    assert_eq!(ended.stdout, "waiting\nInterrupted\nclosed\n");
    assert_eq!(ended.stderr, "");
    assert_eq!(ended.status.code(), Some(0));
}

#[test]
fn help_and_version_are_no_errors() {
    let name = format!("socklab {}", env!("CARGO_PKG_VERSION"));
    socklab().args(["--version"]).stdout(&name).status(0);
    socklab().args(["-V"]).stdout(&name).status(0);
    socklab()
        .args(["--help"])
        .stdout_has("Usage:")
        .stdout_has("lesson")
        .stdout_has("-c <CODE>")
        .status(0);
    socklab()
        .args(["lesson", "--help"])
        .stdout_has("Usage: socklab lesson")
        .stdout_has("run")
        .status(0);
    socklab()
        .args(["lesson", "run", "--help"])
        .stdout_has("Usage: socklab lesson run")
        .status(0);
}

#[test]
fn the_lesson_binary_calls_itself_lesson() {
    Run::new(LESSON)
        .args(["--help"])
        .stdout_has("Usage: lesson")
        .status(0);
    Run::new(LESSON)
        .args(["--version"])
        .stdout_has(env!("CARGO_PKG_VERSION"))
        .status(0);
}

#[test]
fn help_explains_functions_constants_and_commands() {
    socklab().args(["help"]).stdout_has("lesson list").status(0);
    socklab()
        .args(["help", "getaddrinfo"])
        .stdout_has("getaddrinfo(host, port")
        .status(0);
    socklab()
        .args(["help", "AF_INET"])
        .stdout_has("AF_INET = 2")
        .status(0);
    socklab()
        .args(["help", "lab"])
        .stdout_has("on")
        .stdout_has("off")
        .status(0);
    code("help getadrinfo")
        .stdout_has("did you mean `help getaddrinfo`?")
        .status(1);
}

#[test]
fn an_unknown_command_is_named_and_ends_with_2() {
    socklab()
        .args(["nonsense"])
        .stderr_has("nonsense")
        .status(2);
}

#[test]
fn a_misspelled_command_gets_a_suggestion() {
    socklab()
        .args(["lessen", "list"])
        .stderr_has("lesson")
        .status(2);
    socklab()
        .args(["lesson", "rum", "2"])
        .stderr_has("run")
        .status(2);
}

#[test]
fn the_lab_option_goes_with_a_command() {
    socklab()
        .args(["--lab", "lab"])
        .stdout_has("the lab is on")
        .status(0);
    socklab()
        .args(["lab", "--lab"])
        .stdout_has("the lab is on")
        .status(0);
}

#[test]
fn an_unknown_option_ends_with_2() {
    socklab()
        .args(["--nonsense"])
        .stderr_has("--nonsense")
        .status(2);
    socklab().args(["-c"]).stderr_has("<CODE>").status(2);
}

#[test]
fn piped_lines_show_their_values_without_a_prompt() {
    piped("1 + 1\n\nlet x = 5\nx\n\"last line without an end\"")
        .stdout("2\n5\n\"last line without an end\"")
        .status(0);
}

#[test]
fn piped_blocks_of_many_lines_are_whole_statements() {
    let input = "fn double(x) {\n    // a comment with a }\n    x * 2\n}\n\nfor i in 0..2 {\n    \
                 print(double(i));\n}\nlet list = [\n  1,\n\n  2,\n]\nlist\n";
    piped(input).stdout("0\n2\n[1, 2]").status(0);
}

#[test]
fn piped_else_and_catch_may_begin_a_line() {
    piped("let x = 3\nif x == 4 {\n  print(\"four\")\n}\nelse {\n  print(\"other\")\n}\n")
        .stdout("other")
        .status(0);
    piped("try {\n  throw \"x\"\n}\ncatch (err) {\n  print(err)\n}\n")
        .stdout("x")
        .status(0);
}

#[test]
fn piped_commands_work_as_at_the_prompt() {
    piped("lab on\ngethostbyname('crisewing.com')\nlab off\nlab\n")
        .stdout_has("\"108.59.11.99\"\n")
        .stdout_has("the lab is off")
        .status(0);
    piped("1\nexit\n2\n").stdout("1").status(0);
    piped("1\nquit\n2\n").stdout("1").status(0);
}

#[test]
fn a_piped_variable_hides_the_command_of_its_name() {
    piped("let lab = 3\nlab\n").stdout("3").status(0);
}

#[test]
fn the_first_piped_error_ends_it_with_1() {
    piped("1\nthrow \"it broke\"\n2\n")
        .stdout("1")
        .stderr_has("error: it broke")
        .status(1);
    piped("let = 1\n2\n").stderr_has("error: ").status(1);
}

#[test]
fn a_piped_command_that_fails_ends_it_with_its_code() {
    piped("lesson run nonsense\n2\n")
        .stderr_has("no lesson `nonsense`")
        .status(2);
}

#[test]
fn piped_input_that_is_not_utf8_ends_with_2() {
    piped(b"1\n\xff\n".to_vec())
        .stderr_has("the byte at 2 is not UTF-8")
        .status(2);
}

#[test]
fn empty_piped_input_shows_nothing() {
    piped("").status(0);
    piped("\n \n\t\n").status(0);
    piped("\u{feff}").status(0);
}

#[test]
fn piped_byte_order_marks_and_carriage_returns_do_no_harm() {
    piped("\u{feff}1 + 1\r\nlet list = [\r\n  1,\r\n]\r\nlist\r\n")
        .stdout("2\n[1]")
        .status(0);
}

#[test]
fn piped_input_that_ends_in_the_middle_says_what_is_open() {
    piped("1\nfoo(1,\n")
        .stdout("1")
        .stderr_has("never closed")
        .status(1);
    piped("while true {\n").stderr_has("never closed").status(1);
    piped("let x = `abc\n").stderr_has("error: ").status(1);
}

#[test]
fn a_nul_byte_or_an_escape_in_the_input_does_no_harm() {
    piped("\"a\u{0}b\u{1b}[31mc\"\n")
        .stdout(r#""a\x00b\x1b[31mc""#)
        .status(0);
    code("\"\\x1b]0;owned\\x07\"")
        .stdout(r#""\x1b]0;owned\x07""#)
        .status(0);
}

#[test]
fn nothing_is_coloured_where_the_output_is_no_terminal() {
    let shown = code("throw 1").stderr_has("error").stdout("").status(1);
    assert!(!shown.stderr.contains('\x1b') && !shown.stdout.contains('\x1b'));
    let lesson = "//! # A lesson\n//! About sums.\n//@ network: none\n\n// One.\n1 + 1;\n//> 3\n";
    let run = socklab()
        .file("sums.rhai", lesson)
        .args(["lesson", "run", "./sums.rhai"]);
    let shown = run.stdout_has("failed").status(1);
    assert!(!shown.stdout.contains('\x1b'), "{}", shown.stdout);
    let shown = socklab().args(["--help"]).stdout_has("Usage").status(0);
    assert!(!shown.stdout.contains('\x1b'), "{}", shown.stdout);
}

#[test]
fn a_reader_that_goes_away_causes_no_panic() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut child = Command::new(SOCKLAB)
        .args(["-c", "for i in 0..20000 { print(i); }"])
        .env("HOME", home.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut first = String::new();
    let stdout = child.stdout.take().expect("a pipe");
    BufReader::with_capacity(1, stdout)
        .read_line(&mut first)
        .expect("its first line");
    assert_eq!(first, "0\n");
    // The reader is gone with the end of the last statement.
    let mut complaint = String::new();
    child
        .stderr
        .take()
        .expect("a pipe")
        .read_to_string(&mut complaint)
        .expect("its stderr");
    assert_eq!(complaint, "");
    assert!(
        child.wait().expect("its end").code().is_some(),
        "no signal ended it"
    );
}

#[test]
fn closed_standard_streams_cause_no_panic() {
    for closing in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
        let script = format!("exec {SOCKLAB} -c 'print(1); throw 2' {closing}");
        let run = Run::new("sh").args(["-c", &script]);
        let run = if closing.contains('1') || closing == ">&-" || closing.len() > 5 {
            run
        } else {
            run.stdout("1")
        };
        let run = if closing == "2>&-" || closing.len() > 5 {
            run
        } else {
            run.stderr_has("error: 2")
        };
        run.status(1);
    }
}

#[test]
fn the_function_help_explains_as_the_command_does() {
    code("help(\"recv\")").stdout_has("recv(").status(0);
    code("help()").stdout_has("lesson list").status(0);
}

#[test]
fn an_error_that_is_caught_and_thrown_on_points_to_where_it_came_from() {
    let script = "fn ask(s) {\n    s.recv(1)\n}\nlet s = socket();\ntry {\n    ask(s);\n} catch (err) {\n    s.close();\n    throw err;\n}\n";
    socklab()
        .file("rethrown.rhai", script)
        .args(["run", "rethrown.rhai"])
        .stderr_has("recv: transport endpoint is not connected (ENOTCONN)")
        .stderr_has("rethrown.rhai:2:")
        .status(1);
    let script =
        "fn half(x) {\n    x / 0\n}\ntry {\n    half(1);\n} catch (err) {\n    throw err;\n}\n";
    socklab()
        .file("divided.rhai", script)
        .args(["run", "divided.rhai"])
        .stderr_has("error: division by zero: 1 / 0\n")
        .stderr_has("divided.rhai:2:")
        .status(1);
}

#[test]
fn a_script_may_name_its_interpreter() {
    socklab()
        .file(
            "mine.rhai",
            "#!/usr/bin/env -S socklab run\nprint(6 * 7);\n",
        )
        .args(["run", "mine.rhai"])
        .stdout("42")
        .status(0);
}

#[test]
fn a_script_or_a_line_in_place_of_a_command_is_told_what_to_type() {
    for (word, next) in [
        ("port.rhai", "a script is run by `socklab run port.rhai`"),
        (
            "getservbyname(\"ssh\")",
            "a line is evaluated by `socklab -c 'getservbyname(\"ssh\")'`",
        ),
        ("client.py", "a Python program is run by `python3`"),
    ] {
        socklab().args([word]).stderr_has(next).status(2);
    }
}
