//! Lessons taken as a learner takes them, in a terminal.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use socklab::lesson::format::model::{Lesson, Step, StepKind};
use socklab::lesson::format::parse::parse_bytes;

use super::builder::{DEADLINE, FixedPorts, LESSON, Run, SOCKLAB, socklab};
use super::machine::network_namespaces;
use super::terminal::{CTRL_C, CTRL_D, DOWN, Setup, Terminal, UP};

const ANSWER: &str = "answer> ";
const LAB: &str = "socklab lab> ";

/// A terminal in which a lesson was just started, at this prompt.
#[track_caller]
fn taking(lesson: &str, prompt: &str) -> Terminal {
    let mut terminal = Setup::new()
        .rows(60)
        .program([SOCKLAB, "lesson", "start", lesson])
        .start();
    terminal.wait_for_prompt_of(prompt);
    terminal
}

/// Types a line and waits for this prompt; gives what was shown between.
#[track_caller]
fn typed(terminal: &mut Terminal, line: &str, prompt: &str) -> String {
    terminal.send(&format!("{line}\r"));
    terminal.wait_for_prompt_of(prompt)
}

#[test]
fn a_huge_value_does_not_flood_a_lesson() {
    let mut terminal = taking("3", ANSWER);
    typed(&mut terminal, "2", LAB);
    let shown = typed(&mut terminal, "list(range(0, 1000))", LAB);
    assert!(
        shown.contains("  126,\n  … 873 more\n]\n`print(it)`"),
        "{shown}"
    );
}

#[test]
fn right_answers_in_other_words_are_right() {
    let mut terminal = taking("3", ANSWER);
    // A choice by its number.
    let shown = typed(&mut terminal, "2", LAB);
    assert!(shown.starts_with("right"), "{shown}");
    let shown = typed(&mut terminal, "getaddrinfo('127.0.0.1', 80)", LAB);
    assert!(shown.contains("step 3 of 29"), "{shown}");
    let shown = typed(
        &mut terminal,
        "let infos = socket.getaddrinfo(\"localhost\", 80);",
        LAB,
    );
    assert!(shown.contains("step 4 of 29"), "{shown}");
    typed(&mut terminal, "skip", LAB);
    // The value counts: `info[0..2][1]` for `info[1]`.
    typed(&mut terminal, "info", LAB);
    let shown = typed(&mut terminal, "info[0..2][1]", LAB);
    assert!(shown.contains("step 7 of 29"), "{shown}");
    let shown = typed(&mut terminal, "SOCK_STREAM", LAB);
    assert!(shown.contains("step 8 of 29"), "{shown}");
    typed(&mut terminal, "info.addr", ANSWER);
    // 6, IPPROTO_TCP and info.proto are one answer.
    let shown = typed(&mut terminal, "IPPROTO_TCP", LAB);
    assert!(shown.contains("right"), "{shown}");
}

#[test]
fn wrong_tries_are_told_what_differs_and_hints_escalate() {
    let mut terminal = taking("3", ANSWER);
    let shown = typed(&mut terminal, "yes", ANSWER);
    assert!(shown.contains("no; try again"), "{shown}");
    assert!(!shown.contains("hint:"), "{shown}");
    let shown = typed(&mut terminal, "1", ANSWER);
    assert!(shown.contains("Is the type a part"), "{shown}");
    let shown = typed(&mut terminal, "yes", ANSWER);
    assert!(shown.contains("`show` types the answer"), "{shown}");
    let shown = typed(&mut terminal, "show", LAB);
    assert!(shown.contains("the answer: `no`"), "{shown}");
    let shown = typed(&mut terminal, "getaddrinfo(\"127.0.0.1\", 81)", LAB);
    assert!(
        shown.contains("not quite") && shown.contains("81"),
        "{shown}"
    );
    typed(&mut terminal, "skip", LAB);
    let shown = typed(&mut terminal, "let infos = 5", LAB);
    assert!(
        shown.contains("`infos` is of the type `integer`"),
        "{shown}"
    );
    terminal.send("let infos = nope(\r");
    let shown = typed(&mut terminal, "1)", LAB);
    assert!(
        shown.contains("error:") && shown.contains("still open"),
        "{shown}"
    );
}

#[test]
fn exploring_help_and_commands_are_no_tries() {
    let mut terminal = taking("3", ANSWER);
    typed(&mut terminal, "no", LAB);
    for _ in 0..4 {
        let shown = typed(&mut terminal, "1 + 1", LAB);
        assert!(
            shown.contains("still open") && !shown.contains("hint"),
            "{shown}"
        );
        let shown = typed(&mut terminal, "help getaddrinfo", LAB);
        assert!(
            shown.contains("getaddrinfo(") && !shown.contains("still open"),
            "{shown}"
        );
        let shown = typed(&mut terminal, "lab hosts", LAB);
        assert!(
            shown.contains("108.168.213.86"),
            "the lesson's own host: {shown}"
        );
    }
    let shown = typed(&mut terminal, "hint", LAB);
    assert!(shown.contains("`show` types the answer"), "{shown}");
    let shown = typed(&mut terminal, "words", LAB);
    assert!(shown.contains("restart"), "{shown}");
}

#[test]
fn play_back_restart_and_next_work_at_every_prompt() {
    let mut terminal = taking("3", ANSWER);
    let shown = typed(&mut terminal, "back", ANSWER);
    assert!(shown.contains("this is the first step"), "{shown}");
    let shown = typed(&mut terminal, "play", LAB);
    assert!(shown.contains("free play"), "{shown}");
    let shown = typed(&mut terminal, "let mine = 6 * 7", LAB);
    assert_eq!(shown, "");
    let shown = typed(&mut terminal, "mine", LAB);
    assert_eq!(shown, "42");
    typed(&mut terminal, "next", ANSWER);
    typed(&mut terminal, "no", LAB);
    let shown = typed(&mut terminal, "next", LAB);
    assert!(shown.contains("still open"), "{shown}");
    let shown = typed(&mut terminal, "back", ANSWER);
    assert!(shown.contains("step 1 of 29"), "{shown}");
    typed(&mut terminal, "skip", LAB);
    let shown = typed(&mut terminal, "restart", ANSWER);
    assert!(shown.contains("step 1 of 29"), "{shown}");
    typed(&mut terminal, "skip", LAB);
    let shown = typed(&mut terminal, "mine", LAB);
    assert!(shown.contains("no variable `mine`"), "{shown}");
}

#[test]
fn quit_and_ctrl_d_keep_the_place_and_the_variables_come_back() {
    let mut terminal = taking("3", ANSWER);
    typed(&mut terminal, "no", LAB);
    typed(&mut terminal, "show", LAB);
    typed(&mut terminal, "show", LAB);
    terminal.send("quit\r");
    terminal.wait_for("goes on here");
    let home = terminal.end_and_keep_home();
    let setup = || Setup::new().rows(60).program([LESSON, "start"]);
    let mut terminal = setup().home(home).start();
    let shown = terminal.wait_for_prompt_of(LAB);
    assert!(shown.contains("step 4 of 29"), "{shown}");
    typed(&mut terminal, "let info = infos[0]", LAB);
    terminal.send(CTRL_D);
    terminal.wait_for("goes on here");
    let mut terminal = setup().home(terminal.end_and_keep_home()).start();
    let shown = terminal.wait_for_prompt_of(LAB);
    assert!(shown.contains("step 5 of 29"), "{shown}");
}

#[test]
fn ctrl_c_ends_a_statement_and_the_lesson_goes_on() {
    let mut terminal = taking("3", ANSWER);
    typed(&mut terminal, "no", LAB);
    terminal.send("half a li");
    terminal.wait_for("half a li");
    terminal.send(CTRL_C);
    terminal.wait_for_prompt_of(LAB);
    for line in [
        "loop {}",
        "sleep(600);",
        "socket(AF_INET, SOCK_DGRAM).recv(1);",
    ] {
        terminal.send(&format!("print(\"it\" + \"runs\"); {line}\r"));
        terminal.wait_for("\nitruns");
        terminal.send(CTRL_C);
        let shown = terminal.wait_until("the prompt", DEADLINE, |shown| shown.ends_with(LAB));
        assert!(shown.contains("still open"), "{shown}");
        assert!(!shown.contains("not quite"), "{shown}");
    }
    let shown = typed(&mut terminal, "6 * 7", LAB);
    assert!(shown.contains("42"), "{shown}");
}

#[test]
fn what_a_lesson_made_is_at_the_prompt_after_quit() {
    let mut terminal = Setup::new().rows(60).prompt();
    terminal.send("lesson start 3\r");
    terminal.wait_for_prompt_of(ANSWER);
    typed(&mut terminal, "no", LAB);
    typed(&mut terminal, "let mine = 6 * 7", LAB);
    terminal.enter("quit");
    assert_eq!(terminal.enter("mine"), "42");
    let shown = terminal.enter("lesson list");
    assert!(shown.contains("03-getaddrinfo           [...."), "{shown}");
}

/// Whether this process has the fixed ports of the lessons for itself. If not, runs this test again
/// in a network namespace of its own, where the system allows one; else the ports are locked.
fn has_ports_alone(test: &str) -> Option<FixedPorts> {
    if std::env::var_os("INSIDE").is_some() {
        return Some(FixedPorts::of_own_network());
    }
    if !network_namespaces() {
        return Some(FixedPorts::of_the_machine());
    }
    let me = std::env::current_exe().expect("the test's own program");
    let script = format!(
        "ip link set lo up && INSIDE=1 exec {} --exact tutor::{test} --nocapture",
        me.display()
    );
    Run::new("unshare")
        .args(["-rn", "sh", "-c", &script])
        .stdout_has("1 passed")
        .stderr_has("")
        .status(0);
    None
}

#[test]
fn a_blocked_accept_is_seen_to_wake_up() {
    let Some(_ports) = has_ports_alone("a_blocked_accept_is_seen_to_wake_up") else {
        return;
    };
    let mut terminal = Setup::new()
        .rows(80)
        .program([SOCKLAB, "lesson", "start", "6"])
        .start();
    let prompt_of = |terminal: &mut Terminal, name: &str| {
        terminal.wait_until(name, DEADLINE, |shown| {
            shown.ends_with("> ")
                && shown
                    .lines()
                    .last()
                    .is_some_and(|line| line.starts_with(name))
        })
    };
    prompt_of(&mut terminal, "server");
    let mut say = |line: &str, name: &str| {
        terminal.send(&format!("{line}\r"));
        prompt_of(&mut terminal, name)
    };
    say(
        "let server = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)",
        "server",
    );
    say("show", "server");
    say("show", "server");
    say("server.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)", "server");
    let shown = say("server.bind(\"127.0.0.1\", 50000)", "server");
    assert!(shown.contains("step 6 of"), "{shown}");
    say("server.getsockname()", "answer");
    let shown = say("connect", "client");
    assert!(shown.contains("in the console `client`"), "{shown}");
    say("create_connection([\"127.0.0.1\", 50000])", "client");
    say("skip", "server");
    say("server.listen(5)", "server");
    let shown = say("unpack conn, client_addr = server.accept()", "client");
    assert!(shown.contains("[server] waits in accept"), "{shown}");
    say("let client = socket(AF_INET, SOCK_STREAM)", "client");
    say("client.proto", "client");
    let shown = say("client.connect(\"127.0.0.1\", 50000)", "client");
    assert!(shown.contains("[server] wakes up"), "{shown}");
    let shown = say("client.getsockname()", "server");
    assert!(shown.contains("step 15 of"), "{shown}");
    say("client_addr", "server");
    say("back", "server");
    let shown = say("client_addr", "server");
    assert!(shown.contains("step 16 of"), "{shown}");
}

#[test]
fn the_arrows_go_through_the_choices_of_a_question() {
    let mut terminal = taking("3", ANSWER);
    terminal.send(DOWN);
    terminal.wait_for("> 1) yes\n  2) no\nanswer> yes");
    terminal.send(DOWN);
    terminal.wait_for("  1) yes\n> 2) no\nanswer> no");
    terminal.send(UP);
    terminal.wait_for("> 1) yes\n  2) no\nanswer> yes");
    terminal.send(DOWN);
    terminal.wait_for("> 2) no\nanswer> no");
    let shown = typed(&mut terminal, "", LAB);
    assert!(shown.contains("right"), "{shown}");
}

#[test]
fn a_line_in_another_console_than_the_steps_is_only_tried_out() {
    let mut terminal = taking("3", ANSWER);
    typed(&mut terminal, "no", LAB);
    typed(&mut terminal, "console aside", "aside lab> ");
    let line = "getaddrinfo('127.0.0.1', 80)";
    let shown = typed(&mut terminal, line, "aside lab> ");
    assert!(
        shown.contains("[2, 2, 17,") && shown.contains("`console main` goes there"),
        "{shown}"
    );
    typed(&mut terminal, "console main", LAB);
    let shown = typed(&mut terminal, line, LAB);
    assert!(shown.contains("step 3 of"), "{shown}");
}

#[test]
fn consoles_of_ones_own_outlive_a_lesson_with_the_same_names() {
    let Some(_ports) = has_ports_alone("consoles_of_ones_own_outlive_a_lesson_with_the_same_names")
    else {
        return;
    };
    let mut terminal = Setup::new().rows(60).prompt();
    typed(&mut terminal, "console server", "server> ");
    typed(&mut terminal, "let mine = 6 * 7", "server> ");
    typed(&mut terminal, "lesson start 6", "server lab> ");
    // As far as the blocked accept.
    for next in ["server", "server", "server", "server", "server"] {
        typed(&mut terminal, "skip", &format!("{next} lab> "));
    }
    typed(&mut terminal, "skip", ANSWER);
    for next in ["client", "server", "server", "client"] {
        typed(&mut terminal, "skip", &format!("{next} lab> "));
    }
    let shown = typed(&mut terminal, "quit", "client> ");
    assert!(shown.contains("`server` is `server2` here"), "{shown}");
    let theirs = "server2";
    let shown = typed(&mut terminal, "consoles", "client> ");
    assert!(
        shown.contains(theirs) && shown.contains("waiting in accept"),
        "{shown}"
    );
    let shown = typed(&mut terminal, "console server", "server> ");
    assert_eq!(shown, "");
    assert_eq!(typed(&mut terminal, "mine", "server> "), "42");
    terminal.send(&format!("console {theirs}\r"));
    terminal.wait_for("goes on: unpack");
    terminal.send(CTRL_C);
    let prompt = format!("{theirs}> ");
    terminal.wait_for_prompt_of(&prompt);
    let shown = typed(&mut terminal, "server.close()", &prompt);
    assert_eq!(shown, "");
}

#[test]
fn an_exercise_is_done_when_a_program_passes_its_checks() {
    let Some(_ports) = has_ports_alone("an_exercise_is_done_when_a_program_passes_its_checks")
    else {
        return;
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons/07-echo");
    let lesson = fs::read(folder.with_extension("rhai")).expect("the lesson");
    let lesson = parse_bytes(&lesson).expect("a lesson that can be read");
    let heads = lesson.taught();
    let first = heads.iter().position(|step| step.exercise.is_some());
    let home = tempfile::tempdir().expect("a folder");
    let server = home.path().join("server.rhai").display().to_string();
    let mut lines = "skip\n".repeat(first.expect("an exercise"));
    for line in [
        format!("lesson starter 7 server --output {server}"),
        format!("lesson check 7 {server}"),
        "6 * 7".into(),
        "show".into(),
        "back".into(),
        format!(
            "lesson check 7 --exercise server {}/server/solution.rhai",
            folder.display()
        ),
        "quit".into(),
    ] {
        lines.push_str(&line);
        lines.push('\n');
    }
    let of = heads.len();
    let at = |step: usize| format!("step {step} of {of}");
    let shown = socklab()
        .args(["lesson", "start", "7"])
        .stdin(lines)
        .stdout_has("goes on here")
        .stderr_has("")
        .status(0)
        .stdout;
    let mut rest = &*shown;
    for part in [
        &at(of - 1),
        "server.rhai is written",
        "0 of 20 checks passed",
        "42",
        "server.accept()",
        &at(of),
        &at(of - 1),
        "20 of 20 checks passed",
        &at(of),
    ] {
        let found = rest.find(part);
        let found = found.unwrap_or_else(|| panic!("no {part} in its place:\n{shown}"));
        rest = &rest[found + part.len()..];
    }
}

/// What a learner types who knows every answer.
fn answers(lesson: &Lesson) -> String {
    let mut lines = String::new();
    let theirs = |step: &&&Step| step.exercise.is_some() || !step.given;
    for step in lesson.taught().iter().filter(theirs) {
        match &step.kind {
            // At a prompt a line that could end a statement does end it.
            _ if step.exercise.is_some() => lines.push_str("skip"),
            StepKind::Statement(statement) => {
                lines.push_str(&statement.source.replace("\n    .", "."));
            }
            StepKind::Ask(question) if question.takes_anything() => lines.push_str("I (looked"),
            StepKind::Ask(question) => lines.push_str(&question.answers[0].text),
            StepKind::Explore(_) => lines.push_str("next"),
            StepKind::Enter(line) => lines.push_str(line),
        }
        lines.push('\n');
    }
    lines
}

fn lessons() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons");
    let files = fs::read_dir(folder).expect("the lessons").flatten();
    let mut files: Vec<PathBuf> = files
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "rhai"))
        .collect();
    files.sort();
    files
}

#[test]
fn the_whole_course_can_be_taken() {
    let Some(_ports) = has_ports_alone("the_whole_course_can_be_taken") else {
        return;
    };
    let begun = Instant::now();
    for file in lessons() {
        let this = Instant::now();
        let text = fs::read(&file).expect("a lesson");
        let lesson = parse_bytes(&text).expect("a lesson that can be read");
        let path = file.file_stem().expect("a name").to_string_lossy();
        let shown = socklab()
            .args(["lesson", "start", &*path])
            .stdin(answers(&lesson))
            .stdout_has("[####################] done")
            .stderr_has("")
            .status(0);
        for strange in [
            "not quite",
            "step is still open",
            "in the lesson this shows",
            "did not work",
            "no; try again",
        ] {
            assert!(
                !shown.stdout.contains(strange),
                "{path}: {strange}\n{}",
                shown.stdout
            );
        }
        println!("{path}: {:?}", this.elapsed());
    }
    println!("the course was taken in {:?}", begun.elapsed());
}
