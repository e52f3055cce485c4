//! Lessons, run as a learner and as an author run them.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::builder::{
    DEADLINE, LESSON, Run, SOCKLAB, code, piped, socklab, socklab_alone, wait_until_blocked,
};
use crate::terminal::Setup;

/// A small lesson of the usual form; its second step's transcript is the argument.
fn sums(expected: &str) -> String {
    format!(
        "//! # Sums\n//! What one and one is.\n//@ network: none\n\n// Begin with a number.\n\
         let one = 1;\n\n// Now add it to itself.\none + one;\n//> {expected}\n\n// And once more.\n\
         print(one * 3);\n//> 3\n"
    )
}

/// A lesson without a network, its steps stated.
fn lesson(steps: &str) -> String {
    format!("//! # A lesson\n//! For a test.\n//@ network: none\n//@ timeout: 300ms\n\n{steps}")
}

/// `lesson run ./it.rhai` of a lesson with these steps.
fn run(steps: &str) -> Run {
    socklab()
        .file("it.rhai", lesson(steps))
        .args(["lesson", "run", "./it.rhai"])
}

/// In a network of its own, so that nothing outside can help, where the machine allows one.
#[test]
fn every_lesson_of_the_course_passes() {
    let (run, _ports) = socklab_alone(&["lesson", "run", "--all"]);
    let shown = run.stdout_has("ok ").status(0);
    let lessons = Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons");
    for file in fs::read_dir(lessons).expect("the lessons").flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        if let Some(name) = name.strip_suffix(".rhai") {
            let line = shown.stdout.lines().find(|line| line.contains(name));
            assert!(
                line.is_some_and(|line| line.starts_with("ok")),
                "{name}: {}",
                shown.stdout
            );
        }
    }
}

#[test]
fn no_lesson_of_the_course_confuses() {
    let (run, _ports) = socklab_alone(&["lesson", "lint"]);
    run.stdout("nothing found").status(0);
}

#[test]
fn the_list_shows_the_course_in_order() {
    let shown = socklab()
        .args(["lesson", "list"])
        .stdout_has("02-sockets")
        .status(0);
    let names: Vec<&str> = shown
        .stdout
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(names.is_sorted(), "{names:?}");
}

#[test]
fn a_lesson_is_named_by_number_by_name_by_both_or_by_a_path() {
    for name in [
        "3",
        "03",
        "getaddrinfo",
        "03-getaddrinfo",
        "3-getaddrinfo",
        "GetAddrInfo",
    ] {
        socklab()
            .args(["lesson", "run", name])
            .stdout_has("03-getaddrinfo")
            .stdout_has("ok")
            .status(0);
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/03-getaddrinfo.rhai");
    socklab()
        .args(["lesson", "run", path])
        .stdout_has("03-getaddrinfo")
        .status(0);
}

#[test]
fn an_unknown_lesson_gets_a_suggestion() {
    socklab()
        .args(["lesson", "run", "getadrinfo"])
        .stderr_has("no lesson `getadrinfo`")
        .stderr_has("did you mean `03-getaddrinfo`?")
        .status(2);
    socklab()
        .args(["lesson", "run", "99"])
        .stderr_has("no lesson `99`")
        .status(2);
    socklab()
        .args(["lesson", "run", "./missing.rhai"])
        .stderr_has("./missing.rhai")
        .status(2);
    socklab()
        .args(["lesson", "run"])
        .stderr_has("NAMES")
        .status(2);
}

#[test]
fn the_lesson_command_of_the_shell_is_the_same_program() {
    Run::new(LESSON)
        .args(["run", "03-getaddrinfo"])
        .stdout_has("ok")
        .status(0);
    Run::new(LESSON)
        .args(["list"])
        .stdout_has("03-getaddrinfo")
        .status(0);
    Run::new(LESSON)
        .args(["run", "nonsense"])
        .stderr_has("no lesson `nonsense`")
        .status(2);
    Run::new(LESSON).stderr_has("Usage: lesson").status(2);
}

#[test]
fn lesson_is_a_link_to_the_program_or_finds_it_through_links() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = |to: &str, name: &str| {
        let path = folder.path().join(name);
        std::os::unix::fs::symlink(to, &path).expect("a link");
        path.display().to_string()
    };
    for program in [link(SOCKLAB, "lesson"), link(LESSON, "course")] {
        Run::new(&program)
            .args(["show", "03", "--source"])
            .stdout_has("getaddrinfo")
            .status(0);
        Run::new(&program).stderr_has("Usage: lesson").status(2);
    }
}

#[test]
fn lesson_without_the_program_beside_it_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let alone = folder.path().join("lesson");
    std::fs::copy(LESSON, &alone).expect("a copy");
    Run::new(&alone.display().to_string())
        .args(["list"])
        .stderr_has("socklab cannot be started: No such file")
        .stderr_has("in the same folder")
        .status(2);
}

#[test]
fn the_same_words_work_at_the_prompt() {
    let mut terminal = Setup::new().prompt();
    let shown = terminal.enter("lesson run 03-getaddrinfo");
    assert!(shown.starts_with("ok"), "{shown}");
    let shown = terminal.enter("lesson run getadrinfo");
    assert!(shown.contains("did you mean `03-getaddrinfo`?"), "{shown}");
    assert!(terminal.enter("lesson list").contains("03-getaddrinfo"));
    // The lesson's variables are its own.
    assert!(terminal.enter("infos").contains("error: "));
    code("lesson run 3").stdout_has("ok").status(0);
    piped("lesson run 3\n1 + 1\n")
        .stdout_has("ok")
        .stdout_has("\n2")
        .status(0);
}

#[test]
fn a_lesson_of_a_folder_comes_before_the_programs_own() {
    let mine = sums("2").replace("# Sums", "# My own");
    socklab()
        .file("lessons/02-sockets.rhai", &mine)
        .args(["lesson", "run", "2"])
        .stdout_has("My own: 3 steps passed")
        .status(0);
    socklab()
        .file("mine/02-sockets.rhai", &mine)
        .args(["lesson", "--lessons", "mine", "run", "sockets"])
        .stdout_has("My own: 3 steps passed")
        .status(0);
    socklab()
        .args(["lesson", "--lessons", "nowhere", "list"])
        .stderr_has("nowhere")
        .status(2);
}

#[test]
fn a_changed_line_shows_a_difference_and_ends_with_1() {
    let shown = socklab()
        .file("sums.rhai", sums("3"))
        .args(["lesson", "run", "./sums.rhai"])
        .stdout_has("failed ./sums.rhai:9  Now add it to itself.")
        .stdout_has("    one + one;")
        .stdout_has("\n  - 3\n  + 2\n")
        .stdout_has("2 steps passed, 1 failed")
        .status(1);
    assert!(
        !shown.stdout.contains("once more"),
        "only what fell short is shown:\n{}",
        shown.stdout
    );
}

#[test]
fn the_command_that_accepts_a_difference_is_shown_as_it_must_be_typed() {
    socklab()
        .file("sums.rhai", sums("3"))
        .args(["lesson", "run", "./sums.rhai"])
        .stdout_has("lesson accept ./sums.rhai")
        .status(1);
}

#[test]
fn the_difference_of_many_lines_shows_only_what_differs() {
    let steps = "// Three lines.\nfor i in 0..3 { print(`line ${i}`); }\n//> line 0\n//> line one\n//> line 2\n";
    let shown = run(steps)
        .stdout_has("- line one")
        .stdout_has("+ line 1")
        .status(1);
    assert!(
        !shown.stdout.contains("- line 0") && !shown.stdout.contains("- line 2"),
        "{}",
        shown.stdout
    );
}

#[test]
fn a_changed_line_of_the_course_is_found() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/03-getaddrinfo.rhai");
    let text = fs::read_to_string(path).expect("lesson 03");
    let line = text
        .lines()
        .find(|line| line.starts_with("//> ") && line.contains("127.0.0.1"));
    let line = line.expect("a transcript with this machine's address");
    let changed = text.replacen(line, &line.replace("127.0.0.1", "127.0.0.2"), 1);
    socklab()
        .file("lessons/03-getaddrinfo.rhai", changed)
        .args(["lesson", "run", "3"])
        .stdout_has("127.0.0.2")
        .stdout_has("lesson accept 03-getaddrinfo")
        .status(1);
}

#[test]
fn an_error_that_nobody_expected_ends_the_lesson() {
    run("// This fails.\nthrow \"it broke\";\n\n// This is not reached.\nprint(\"never\");\n")
        .stdout_has("error: it broke")
        .stdout_has("1 failed, 1 not run")
        .status(1);
}

#[test]
fn an_error_that_was_expected_passes_and_another_one_does_not() {
    run("// This fails.\nthrow \"it broke\";\n//> error: it broke\n")
        .stdout_has("ok")
        .status(0);
    run("// This fails.\nthrow \"it broke\";\n//> error: it held\n")
        .stdout_has("it broke")
        .status(1);
    run("// This does not.\n1;\n//> error: it broke\n")
        .stdout_has("it broke")
        .status(1);
}

#[test]
fn a_broken_lesson_is_shown_with_a_caret_and_ends_with_2() {
    for (steps, mark) in [
        ("//@ nonsense: x\n1;\n", "./it.rhai:6:5"),
        ("1 +;\n", "./it.rhai:6:"),
        ("let x = [1,\n", "./it.rhai:6:"),
        ("//> 2\n", "./it.rhai:6:1"),
        ("1;\n//> {port:}\n", "./it.rhai:7:"),
        ("1;\n//> {=never}\n", "./it.rhai:7:"),
        ("1;\n//> {{1 +}}\n", "./it.rhai:7:"),
        ("//@ timeout: soon\n1;\n", "./it.rhai:6:"),
        ("//@ ask: What?\n//@ waits\n//@ answer: 1\n", "./it.rhai:7:"),
    ] {
        run(steps)
            .stderr_has("error: ")
            .stderr_has(mark)
            .stderr_has("^")
            .status(2);
    }
    socklab()
        .file("it.rhai", b"//! # T\n//! s\n\n// \xff\n1;\n")
        .args(["lesson", "run", "./it.rhai"])
        .stderr_has("byte `0xff` is not UTF-8")
        .status(2);
}

#[test]
fn an_empty_lesson_is_no_success() {
    socklab()
        .file("it.rhai", "")
        .args(["lesson", "run", "./it.rhai"])
        .stderr_has("error: ")
        .status(2);
}

#[test]
fn what_cannot_run_weighs_more_than_what_fell_short() {
    socklab()
        .file("short.rhai", sums("3"))
        .file("broken.rhai", "//! # T\n//! s\n\n1 +;\n")
        .args([
            "lesson",
            "run",
            "./short.rhai",
            "./broken.rhai",
            "./short.rhai",
        ])
        .stdout_has("failed")
        .stderr_has("./broken.rhai:4")
        .status(2);
}

#[test]
fn a_step_that_blocks_without_waits_is_named_with_its_call() {
    run("let s = create_server(\"127.0.0.1\", 0);\n\n// Nobody comes.\ns.accept();\n\n1;\n")
        .stdout_has("failed ./it.rhai:9  Nobody comes.")
        .stdout_has("console `main` still waits in accept on 127.0.0.1:")
        .stdout_has("after 300 ms")
        .stdout_has("1 steps passed, 1 failed, 1 not run")
        .status(1);
}

#[test]
fn a_step_that_never_ends_is_stopped() {
    run("// For ever.\nloop { let x = 1; }\n")
        .stdout_has("still runs after 300 ms")
        .status(1);
    run("// It will not be told.\nloop { try { sleep(100); } catch { } }\n")
        .stdout_has("after 300 ms")
        .status(1);
}

#[test]
fn a_wait_that_never_ends_is_named() {
    run("let s = create_server(\"127.0.0.1\", 0);\n\n// Nobody comes.\n//@ waits\ns.accept();\n\nprint(1);\n//> 1\n")
        .stdout_has("failed ./it.rhai:10  Nobody comes.")
        .stdout_has("still waits in accept")
        .status(1);
}

#[test]
fn a_statement_that_ends_though_waits_said_otherwise_is_named() {
    run("// Over at once.\n//@ waits\n1 + 1;\n//> 2\n")
        .stdout_has("the lesson says `waits`, but the statement ended")
        .status(1);
}

#[test]
fn an_error_in_a_statement_that_should_wait_is_shown() {
    run("// Over at once.\n//@ waits\nthrow \"it broke\";\n")
        .stdout_has("it broke")
        .status(1);
}

#[test]
fn a_conversation_of_two_consoles_passes_every_time() {
    let steps = "//@ console: server\nlet s = create_server(\"127.0.0.1\", 0);\n\ns.getsockname();\n\
                 //> [\"127.0.0.1\", {port:p}]\n\n// Wait for somebody.\n//@ waits\n\
                 unpack conn, addr = s.accept();\n\n//@ console: client\n\
                 let c = create_connection(\"127.0.0.1\", p);\n\n//@ console: server\n// Hear.\n\
                 //@ waits\nconn.recv(100);\n//> b\"hello\"\n\n//@ console: client\nc.sendall(\"hello\");\n\n\
                 //@ console: server\naddr;\n//> [\"127.0.0.1\", {port}]\n";
    for _ in 0..10 {
        run(steps).stdout_has("7 steps passed").status(0);
    }
}

#[test]
fn the_verbose_report_shows_a_conversation() {
    socklab()
        .file("sums.rhai", sums("2"))
        .args(["lesson", "run", "--verbose", "./sums.rhai"])
        .stdout_has("> one + one;\n2\n")
        .stdout_has("> print(one * 3);\n3\n")
        .status(0);
}

#[test]
fn ctrl_c_ends_a_lesson_with_130() {
    let steps =
        "//@ timeout: 100s\n// Nobody comes.\ncreate_server(\"127.0.0.1\", 0).accept();\n\n1;\n";
    let mut program = run(steps).start();
    wait_until_blocked(program.id());
    program.interrupt();
    let ended = program.end(DEADLINE);
    assert_eq!(
        ended.status.code(),
        Some(130),
        "{}{}",
        ended.stdout,
        ended.stderr
    );
}

#[test]
fn nothing_is_left_of_a_lesson_that_got_stuck() {
    let steps = "let s = create_server(\"127.0.0.1\", 0);\n\n// Tell the test where it is.\n\
                 s.getsockname()[1];\n//> nothing of the kind\n\n// Nobody comes.\n//@ waits\ns.accept();\n";
    let path = tempfile::tempdir().expect("a temporary folder");
    let file = path.path().join("stuck.rhai");
    fs::write(&file, lesson(steps)).expect("the lesson");
    let mut terminal = Setup::new().prompt();
    terminal.enter("1");
    let before = threads_and_descriptors(terminal.id());
    for _ in 0..3 {
        let shown = terminal.enter(&format!("lesson run '{}'", file.display()));
        let port: u16 = shown
            .lines()
            .find_map(|line| line.trim().strip_prefix("+ ")?.trim().parse().ok())
            .unwrap_or_else(|| panic!("no port in:\n{shown}"));
        assert!(
            std::net::TcpListener::bind(("127.0.0.1", port)).is_ok(),
            "port {port} is held"
        );
    }
    until_no_more_than(before, terminal.id());
}

#[test]
fn nothing_is_left_of_a_lesson_that_passed() {
    let mut terminal = Setup::new().prompt();
    // The first one starts what stays until the end.
    terminal.enter("lesson run 3");
    let before = threads_and_descriptors(terminal.id());
    for _ in 0..3 {
        let shown = terminal.enter("lesson run 3");
        assert!(shown.starts_with("ok"), "{shown}");
    }
    until_no_more_than(before, terminal.id());
}

/// Waits until a process has no more threads and descriptors than so many: they end by themselves.
#[track_caller]
fn until_no_more_than(before: (usize, usize), id: u32) {
    let end = Instant::now() + DEADLINE;
    loop {
        let now = threads_and_descriptors(id);
        if now.0 <= before.0 && now.1 <= before.1 {
            return;
        }
        assert!(
            Instant::now() < end,
            "{now:?} threads and descriptors, {before:?} before"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// How many threads and open descriptors a process has; nothing where /proc does not tell.
fn threads_and_descriptors(id: u32) -> (usize, usize) {
    let count = |what: &str| fs::read_dir(format!("/proc/{id}/{what}")).map_or(0, Iterator::count);
    (count("task"), count("fd"))
}

#[test]
fn a_lesson_without_consoles_is_a_plain_script_too() {
    let whole =
        "fn main_part() { 1 }\n\n// A value.\nmain_part();\n//> 1\n\nprint(\"end\");\n//> end\n";
    run(whole).stdout_has("3 steps passed").status(0);
}

#[test]
fn the_lab_of_a_lesson_has_its_own_hosts() {
    let text = "//! # Hosts\n//! Of its own.\n//@ host: crisewing.com 108.168.213.86\n//@ host: mine.test 192.0.2.7 2001:db8::7\n\n\
                gethostbyname(\"crisewing.com\");\n//> \"108.168.213.86\"\n\ngethostbyname(\"mine.test\");\n//> \"192.0.2.7\"\n";
    socklab()
        .file("it.rhai", text)
        .args(["lesson", "run", "./it.rhai"])
        .stdout_has("2 steps passed")
        .status(0);
}

#[test]
fn a_lesson_of_the_wrong_machine_is_skipped() {
    let text = "//! # Elsewhere\n//! s\n//@ only-if: macos\n\n1;\n//> 2\n";
    let run = socklab()
        .file("it.rhai", text)
        .args(["lesson", "run", "./it.rhai"]);
    if cfg!(target_os = "macos") {
        run.stdout_has("failed").status(1);
    } else {
        run.stdout_has("skipped")
            .stdout_has("only on macOS")
            .status(0);
    }
}
