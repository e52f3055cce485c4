//! Writing lessons: begun, accepted, shown, exported, recorded, watched; and what goes wrong.

use std::fs;

use crate::builder::{Run, socklab};
use crate::terminal::Setup;

/// A lesson without a network, its steps stated.
fn lesson(steps: &str) -> String {
    format!("//! # A lesson\n//! For a test.\n//@ network: none\n//@ timeout: 2s\n\n{steps}")
}

/// `lesson WORDS` with such a lesson as `it.rhai`.
fn with(steps: &str, words: &[&str]) -> Run {
    socklab()
        .file("it.rhai", lesson(steps))
        .args(["lesson"])
        .args(words)
}

/// The text after `lesson accept --yes`; the lesson passes then.
#[track_caller]
fn accepted(steps: &str) -> String {
    let script = "socklab=\"$1\"; \"$socklab\" lesson accept --yes ./it.rhai && \
                  \"$socklab\" lesson run -q ./it.rhai && cat it.rhai";
    let shown = Run::new("sh")
        .file("it.rhai", lesson(steps))
        .args(["-c", script, "sh", crate::builder::SOCKLAB])
        .stdout_has("accepted: ./it.rhai")
        .status(0);
    let (_, text) = shown
        .stdout
        .split_once("//! # A lesson")
        .expect("the lesson");
    text.split_once("2s\n\n").expect("the header").1.to_owned()
}

#[test]
fn a_new_lesson_runs_and_lints_clean_and_is_not_overwritten() {
    let script = "set -e; lesson=\"$1\"; $lesson new 15-my-topic; $lesson run 15; $lesson lint 15; \
                  $lesson accept 15-my-topic; ! $lesson new 15-my-topic";
    let shown = Run::new("sh")
        .args(["-c", script, "sh", crate::builder::LESSON])
        .stdout_has("lessons/15-my-topic.rhai is begun")
        .stdout_has("My topic: 6 steps passed")
        .stdout_has("nothing found")
        .stdout_has("every transcript is as it should be")
        .stderr_has("there is a lesson `15-my-topic` already")
        .status(0);
    assert_eq!(shown.stdout.matches("is begun").count(), 1);
}

#[test]
fn a_new_lesson_goes_where_it_is_told_and_has_a_proper_name() {
    socklab()
        .args(["lesson", "--lessons", "mine/deep", "new", "topic"])
        .stdout_has("mine/deep/topic.rhai")
        .status(0);
    socklab()
        .args(["lesson", "new", "../My Topic"])
        .stderr_has("such as `my-topic`")
        .status(2);
    socklab()
        .args(["lesson", "new", "03-getaddrinfo"])
        .stderr_has("there is a lesson `03-getaddrinfo` already")
        .status(2);
}

#[test]
fn accept_rewrites_what_differs_and_keeps_holes_and_layout() {
    let steps = "let s = create_server(\"127.0.0.1\", 0);\n\n\n// Two.\n1 + 1;\n//> 3\n\
                 /* mine */\n\n   [s.getsockname(), 5];\n//> [[\"127.0.0.1\", {port:p}], 4]\n\n\
                 print(\"a\"); print(s.getsockname()[1]); print(\"...\");\n//> b\n//> {=p}\n//> ...\n\n\
                 s.getsockname()[1] == p;\n//> false\n";
    let text = accepted(steps);
    assert!(text.contains("1 + 1;\n//> 2\n/* mine */\n\n   ["), "{text}");
    assert!(text.contains("//> a\n//> {=p}\n//> ...\n"), "{text}");
    assert!(text.ends_with("== p;\n//> true\n"), "{text}");
}

#[test]
fn a_port_that_is_accepted_as_text_is_told_instead_of_written() {
    let steps = "let s = create_server(\"127.0.0.1\", 0);\n\n// Its port.\ns.getsockname();\n//> [\"127.0.0.1\", 1]\n";
    let before = lesson(steps);
    with(steps, &["accept", "--yes", "./it.rhai"])
        .stderr_has("./it.rhai:9  Its port.")
        .stderr_has("it shows something else in every run; write a hole")
        .status(1);
    assert!(before.contains("1]"));
}

#[test]
fn a_lesson_that_fails_for_another_reason_is_not_touched() {
    let script = "\"$1\" lesson accept --yes ./it.rhai; echo \"ended $?\"; cat it.rhai";
    let text = lesson("1;\n//> 2\n\n// It breaks.\nnobody(1);\n");
    Run::new("sh")
        .file("it.rhai", &text)
        .args(["-c", script, "sh", crate::builder::SOCKLAB])
        .stdout_has(format!("ended 1\n{text}").trim_end())
        .stderr_has("./it.rhai:10  It breaks.")
        .stderr_has("not touched")
        .status(0);
}

#[test]
fn accept_asks_a_person_and_refuses_where_there_is_none() {
    with("1;\n//> 2\n", &["accept", "./it.rhai"])
        .stdout_has("- //> 2")
        .stdout_has("+ //> 1")
        .stderr_has("there is nobody to ask; add --yes")
        .status(2);
    for (answer, expected) in [("n", "//> 2"), ("y", "//> 1")] {
        let mut terminal = Setup::new()
            .file("it.rhai", &lesson("1;\n//> 2\n"))
            .prompt();
        terminal.send("lesson accept ./it.rhai\r");
        terminal.wait_for("write this? [y/N]");
        terminal.enter(answer);
        let text = fs::read_to_string(terminal.home().join("it.rhai")).expect("the lesson");
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn a_lesson_of_the_program_is_not_accepted_but_copied() {
    socklab()
        .args(["lesson", "accept", "--yes", "3"])
        .stderr_has("lesson show 03-getaddrinfo --source > 03-getaddrinfo.rhai")
        .status(2);
    let source = include_str!("../../lessons/03-getaddrinfo.rhai");
    let shown = socklab()
        .args(["lesson", "show", "3", "--source"])
        .stdout_has("//! #")
        .status(0);
    assert_eq!(shown.stdout, source);
}

/// Types a text into `lesson record`, then runs what it wrote so often; gives the lesson.
#[track_caller]
fn recorded(typed: &str, times: usize) -> String {
    let script = format!(
        "set -e; \"$1\" lesson record 15-it; for i in $(seq {times}); do \
         \"$1\" lesson run -q 15-it; done; echo; echo ----; cat lessons/15-it.rhai"
    );
    let shown = Run::new("sh")
        .stdin(typed)
        .args(["-c", &script, "sh", crate::builder::SOCKLAB])
        .stdout_has("lessons/15-it.rhai is written")
        .status(0);
    let (_, text) = shown.stdout.split_once("----\n").expect("the lesson");
    text.to_owned()
}

/// The document's transaction as an author types it, with a port that no outgoing connection is given.
const TRANSACTION: &str = r#"# A server takes calls.
console server
let server = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)
server
server.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
server.bind(["127.0.0.1", 20123])
server.listen(1)
server.getsockname()
let port = server.getsockname()[1]
# Now it waits.
#
# For whom?
unpack conn, addr = server.accept()
console client
let oops = 1
undo
let client = socket()
client.proto
client.connect(["127.0.0.1", 20123])
client.getsockname()
console server
addr
conn
let heard = conn.recv(4096)
console client
client.sendall("Hey, can you hear me?")
console server
heard
len(heard)
conn.sendall("Yes, I can hear you.")
conn.close()
server
console client
client.recv(4096)
client.close()
console server
server.close()
server.accept()
# The end.
done
"#;

#[test]
fn the_transaction_of_the_course_is_recorded_with_its_holes() {
    let text = recorded(TRANSACTION, 50);
    for part in [
        "// A server takes calls.\n//@ console: server\nlet server",
        "server;\n//> <socket fd={fd:fd} family=AF_INET",
        "//> [\"127.0.0.1\", 20123]",
        "// Now it waits.\n//\n// For whom?\n//@ waits\nunpack conn, addr = server.accept();",
        "client.getsockname();\n//> [\"127.0.0.1\", {port:port2}]",
        "addr;\n//> [\"127.0.0.1\", {=port2}]",
        "//@ waits\nlet heard = conn.recv(4096);",
        "server;\n//> <socket fd={=fd} family=AF_INET",
        "client.recv(4096);\n//> b\"Yes, I can hear you.\"",
        "heard;\n//> b\"Hey, can you hear me?\"",
        "server.accept();\n//> error: accept: bad file descriptor (EBADF)\n",
        "\n// The end.\n",
    ] {
        assert!(text.contains(part), "{part}\n----\n{text}");
    }
    assert!(!text.contains("oops"), "{text}");
}

#[test]
fn a_port_that_was_read_off_the_screen_is_recorded_by_its_name() {
    let mut terminal = Setup::new()
        .program([crate::builder::LESSON, "record", "15-it"])
        .start();
    terminal.wait_for("main*");
    terminal.send("let s = create_server(\"127.0.0.1\", 0)\rs.getsockname()\r");
    let shown = terminal.wait_for("[\"127.0.0.1\", ");
    let port: String = shown
        .rsplit_once("[\"127.0.0.1\", ")
        .map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect())
        .unwrap_or_default();
    terminal.send("unpack c, a = s.accept()\r");
    terminal.wait_for("main waits in accept");
    terminal.send(&format!(
        "console client\rlet d = create_connection(\"127.0.0.1\", {port})\r"
    ));
    terminal.send("console main\r");
    terminal.send("a == d\rundo\rdone\r");
    terminal.wait_for("is written");
    let text = fs::read_to_string(terminal.home().join("lessons/15-it.rhai")).expect("it");
    assert!(text.contains("{port:port}]"), "{text}");
    assert!(
        text.contains("create_connection(\"127.0.0.1\", port);"),
        "{text}"
    );
}

#[test]
fn a_recording_can_be_given_up_and_says_what_still_waits() {
    let run = |typed: &str| socklab().args(["lesson", "record", "it"]).stdin(typed);
    run("1 + 1\ncancel\n")
        .stdout("2\nnothing is written")
        .status(0);
    run("").stderr_has("nothing was recorded").status(2);
    run("create_server(\"127.0.0.1\", 0).accept()\ndone\n")
        .stdout_has("main waits in accept")
        .stderr_has("console `main` still waits in `create_server")
        .status(1);
}

#[test]
fn every_lesson_can_be_shown_and_exported() {
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/lessons")).expect("lessons") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|ending| ending != "rhai") {
            continue;
        }
        let path = path.display().to_string();
        let shown = socklab()
            .args(["lesson", "show", &path])
            .stdout_has("> ")
            .status(0);
        // Prose is wrapped; code and transcripts keep their lines.
        let wide = shown
            .stdout
            .lines()
            .filter(|line| !line.starts_with(['>', '.', ' ']) && line.chars().count() > 100);
        assert!(wide.count() < 5, "{path}");
        socklab()
            .args(["lesson", "export", &path])
            .stdout_has("</html>")
            .status(0);
        socklab()
            .args(["lesson", "export", &path, "--format", "md"])
            .stdout_has("# ")
            .status(0);
    }
}

#[test]
fn a_hand_out_is_written_to_a_file() {
    let script = "\"$1\" lesson export 6 -o out.html && head -c 15 out.html";
    Run::new("sh")
        .args(["-c", script, "sh", crate::builder::SOCKLAB])
        .stdout("written: out.html\n<!DOCTYPE html>")
        .status(0);
    socklab()
        .args(["lesson", "export", "6", "-o", "no/such/place.html"])
        .stderr_has("cannot write `no/such/place.html`")
        .status(2);
}

#[test]
fn reports_come_in_each_format() {
    let steps = "// One.\n1;\n//> 2\n";
    with(steps, &["run", "--format", "json", "./it.rhai"])
        .stdout_has("\"verdict\":\"failed\"")
        .stdout_has("\"reason\":\"differs\"")
        .status(1);
    with(steps, &["run", "--format", "junit", "./it.rhai"])
        .stdout_has("<testcase name=\"001 One.\" classname=\"it\"")
        .stdout_has("<failure ")
        .status(1);
    with(steps, &["run", "--format", "github", "./it.rhai"])
        .stdout_has("::error file=./it.rhai,line=7,title=it%3A One.::")
        .status(1);
    with(
        "//@ ask: What?\n",
        &["lint", "--format", "github", "./it.rhai"],
    )
    .stdout_has("::error file=./it.rhai,line=6,col=1,title=this question has no answer::")
    .status(1);
    with("//@ oops\n1;\n", &["run", "--format", "junit", "./it.rhai"])
        .stdout_has("<error ")
        .status(2);
}

#[test]
fn a_quiet_report_tells_only_what_fell_short() {
    with("1;\n//> 1\n", &["run", "-q", "./it.rhai"]).status(0);
    with("1;\n//> 2\n", &["run", "-q", "./it.rhai"])
        .stdout_has("failed ./it.rhai:6")
        .status(1);
    with("1;\n", &["lint", "-q", "./it.rhai"]).status(0);
}

#[test]
fn a_slow_lesson_shows_its_progress_and_the_line_is_gone_afterwards() {
    let steps = "sleep(1.6);\n\n2;\n//> 2\n";
    let mut terminal = Setup::new().file("it.rhai", &lesson(steps)).prompt();
    terminal.send("lesson run ./it.rhai\r");
    terminal.wait_for("it: step 1 of 2");
    let shown = terminal.wait_for("2 steps passed");
    let _ = shown;
    terminal.enter("1 + 1");
    assert!(
        !terminal.screen().contains("step 1 of"),
        "{}",
        terminal.screen()
    );
}

/// The `rhai` examples of the guide, each with the line at which it begins.
fn examples() -> Vec<(usize, String)> {
    let guide = include_str!("../../lessons/AUTHORING.md");
    let mut examples = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (at, line) in guide.lines().enumerate() {
        match &mut open {
            None if line == "```rhai" => open = Some((at + 2, String::new())),
            Some(_) if line == "```" => examples.extend(open.take()),
            Some((_, text)) => *text += &format!("{line}\n"),
            None => {}
        }
    }
    examples
}

#[test]
fn every_example_of_the_guide_passes() {
    let examples = examples();
    assert!(examples.len() >= 5);
    for (line, text) in examples {
        println!("lessons/AUTHORING.md:{line}");
        socklab()
            .file("it.rhai", &text)
            .args(["lesson", "run", "./it.rhai"])
            .stdout_has("ok ")
            .status(0);
    }
}

#[test]
fn the_guide_has_an_example_of_every_directive_and_hole() {
    let guide = include_str!("../../lessons/AUTHORING.md");
    let code: String = examples().into_iter().map(|(_, text)| text).collect();
    for key in [
        "network:", "host:", "only-if:", "timeout:", "console:", "waits", "ask:", "answer:",
        "choices:", "hint:", "check:", "given", "explore:", "enter:", "id:",
    ] {
        assert!(code.contains(&format!("\n//@ {key}")), "{key}");
    }
    assert!(guide.contains("//@ exercise: "));
    for hole in [
        "...", "{int}", "{port:p}", "{=p}", "{ipv4}", "{ipv6}", "{host}", "{fd}", "{{", "{/",
        r"\{", r"\...",
    ] {
        let shown = code.lines().filter(|line| line.starts_with("//>"));
        assert!(shown.into_iter().any(|line| line.contains(hole)), "{hole}");
    }
}

#[test]
fn editors_get_definition_files() {
    let script = "\"$1\" definitions deep/er && ls deep/er";
    Run::new("sh")
        .args(["-c", script, "sh", crate::builder::SOCKLAB])
        .stdout_has("4 files written to deep/er")
        .stdout_has("socklab.d.rhai")
        .status(0);
}

#[test]
fn ctrl_c_at_the_question_of_accept_leaves_the_lesson_as_it_was() {
    let text = lesson("1;\n//> 2\n");
    let mut terminal = Setup::new()
        .file("it.rhai", &text)
        .program([crate::builder::LESSON, "accept", "./it.rhai"])
        .start();
    terminal.wait_for("write this?");
    terminal.send(crate::terminal::CTRL_C);
    assert_eq!(terminal.end(), Some(130));
    let kept = fs::read_to_string(terminal.home().join("it.rhai")).expect("the lesson");
    assert_eq!(kept, text);
}

#[test]
fn a_lesson_that_is_changed_during_the_question_is_not_overwritten() {
    let mut terminal = Setup::new()
        .file("it.rhai", &lesson("1;\n//> 2\n"))
        .program([crate::builder::LESSON, "accept", "./it.rhai"])
        .start();
    terminal.wait_for("write this?");
    let path = terminal.home().join("it.rhai");
    fs::write(&path, lesson("3;\n//> 4\n")).expect("the new text");
    terminal.send("y\r");
    terminal.wait_for("was changed in the meantime");
    assert_eq!(terminal.end(), Some(2));
    let kept = fs::read_to_string(&path).expect("the lesson");
    assert_eq!(kept, lesson("3;\n//> 4\n"));
}

#[test]
fn a_recording_whose_name_was_taken_meanwhile_is_kept_under_another() {
    let mut terminal = Setup::new()
        .program([crate::builder::LESSON, "record", "70-mine"])
        .start();
    terminal.wait_for("main* ");
    let folder = terminal.home().join("lessons");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("70-mine.rhai"), lesson("1;\n")).expect("another's");
    terminal.send("1 + 1\r");
    // A key that comes before the prompt would belong to nobody.
    terminal.wait_for_prompt_of("main* ");
    // Ctrl-D loses nothing.
    terminal.send("\x04");
    terminal.wait_for("`done` writes the lesson");
    terminal.send("done\r");
    terminal.wait_for("70-mine-2.rhai is written");
    assert_eq!(terminal.end(), Some(0));
}

#[test]
fn a_watched_lesson_runs_again_when_it_is_saved() {
    let mut terminal = Setup::new()
        .file("it.rhai", &lesson("1;\n//> 2\n"))
        .program([crate::builder::LESSON, "watch", "./it.rhai"])
        .start();
    terminal.wait_for("watching ./it.rhai");
    assert!(
        terminal.screen().contains("failed ./it.rhai:6"),
        "{}",
        terminal.screen()
    );
    let path = terminal.home().join("it.rhai");
    // As an editor does: a new file in the old one's place.
    let fresh = terminal.home().join("it.rhai.new");
    fs::write(&fresh, lesson("1;\n//> 1\n")).expect("the new text");
    fs::rename(&fresh, &path).expect("in its place");
    terminal.wait_for("1 steps passed");
    terminal.wait_for("watching ./it.rhai");
    assert!(
        !terminal.screen().contains("failed"),
        "{}",
        terminal.screen()
    );
    // What is added goes on in the session; what is changed begins anew.
    fs::write(&path, lesson("1;\n//> 1\n\nlet a = 6;\n")).expect("a step more");
    terminal.wait_for("2 steps passed");
    assert!(
        terminal.screen().contains("on from step 2"),
        "{}",
        terminal.screen()
    );
    fs::write(&path, lesson("1;\n//> 1\n\nlet a = 7;\n\na;\n//> 7\n")).expect("a change");
    terminal.wait_for("3 steps passed");
    assert!(
        !terminal.screen().contains("on from step"),
        "{}",
        terminal.screen()
    );
    terminal.send(crate::terminal::CTRL_C);
    assert_eq!(terminal.end(), Some(0));
}
