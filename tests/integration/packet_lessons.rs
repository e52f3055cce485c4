//! Lessons that say which packets a step causes: `//~` lines, run, shown, accepted.

use crate::builder::{LESSON, Run, SOCKLAB, socklab};
use crate::machine;
use crate::terminal::Setup;

/// A conversation with the echo server, whose packets are known one by one.
const ECHO: &str = "//! # Echo\n//! What a call sends.\n//@ network: lab\n//@ timeout: 5s\n\n\
    let s = create_connection(\"echo.test\", 7);\n//~ > SYN\n//~ < SYN ACK\n//~ > ACK\n\n\
    s.sendall(\"hello\");\n//~ > 5 bytes\n//~ < 5 bytes\n\n\
    s.recv_exactly(5);\n//> b\"hello\"\n//~ nothing\n\n\
    s.sendall(bytes(4000)); s.recv_exactly(4000).len;\n//> 4000\n\
    //~ main > echo.test: 2 x 1448 + 1104 bytes\n//~ ...\n\n\
    s.close();\n//~ > FIN\n//~ < FIN\n";

/// Both ends on the learner's machine.
const CONSOLES: &str = "//! # Two\n//! Two consoles.\n//@ network: lab\n//@ timeout: 5s\n\n\
    //@ console: server\nlet server = create_server(\"127.0.0.1\", 50000);\n//~ nothing\n\n\
    //@ waits\nunpack conn, addr = server.accept();\n\n\
    //@ console: client\nlet c = socket();\n\n\
    c.connect(\"127.0.0.1\", 50000);\n//~ client > server: SYN\n//~ server > client: SYN ACK\n\n\
    c.sendall(\"Hey\");\n//~ client > server: 3 bytes\n\n\
    //@ console: server\nconn.close();\n//~ server > client: {/FIN|RST/}\n";

fn lesson(text: &str, words: &[&str]) -> Run {
    socklab()
        .file("it.rhai", text)
        .args(["lesson"])
        .args(words)
        .args(["./it.rhai"])
}

#[test]
fn a_lesson_says_which_packets_a_step_causes() {
    if !machine::private_internet() {
        return;
    }
    for text in [ECHO, CONSOLES] {
        lesson(text, &["run"])
            .stdout_has("steps passed (")
            .status(0);
    }
}

/// Calls that come to nothing, and what they send nevertheless.
const REFUSED: &str = "//! # No\n//! Refused, swallowed, unknown.\n//@ network: lab\n//@ timeout: 5s\n\n\
    socket().connect([\"closed.test\", 80]);\n//> error: ...\n//~ > SYN\n//~ < RST\n\n\
    let patient = socket(); patient.settimeout(0.2);\n\n\
    patient.connect([\"blackhole.test\", 80]);\n//> error: ...\n//~ > SYN\n\n\
    socket().connect([\"nobody.test\", 80]);\n//> error: ...\n//~ nothing\n\n\
    let udp = socket(AF_INET, SOCK_DGRAM); udp.connect([\"echo.test\", 7]);\n//~ nothing\n\n\
    udp.send(\"\"); udp.send(\"abc\");\n//> 3\n//~ > 0 bytes\n//~ ...\n//~ > 3 bytes\n\n\
    //@ enter: ladder\n";

#[test]
fn a_call_that_comes_to_nothing_has_its_packets_too() {
    if machine::private_internet() {
        lesson(REFUSED, &["run"]).stdout_has("passed").status(0);
    }
}

#[test]
fn a_step_that_has_a_picture_drawn_shows_it_where_all_is_told() {
    let shown = lesson(REFUSED, &["run", "-v", "--shared"])
        .stdout_has("> ladder")
        .stdout_has("send(\"abc\") = 3")
        .stdout_has("the picture shows the calls alone")
        .status(0);
    assert!(shown.stdout.contains("echo.test:7"), "{}", shown.stdout);
    if machine::private_internet() {
        lesson(REFUSED, &["run", "-v"])
            .stdout_has("─ 3 bytes ─")
            .status(0);
    }
}

#[test]
fn the_tutor_draws_what_a_line_of_the_learners_sent() {
    if !machine::private_internet() {
        return;
    }
    let mut terminal = Setup::new()
        .rows(60)
        .file("it.rhai", ECHO)
        .program([LESSON, "start", "./it.rhai"])
        .start();
    terminal.wait_for("step 1 of");
    terminal.send("let s = create_connection('echo.test', 7)\r");
    terminal.wait_for("─ SYN ACK ─");
    terminal.wait_for("step 2 of");
    terminal.send("show\r");
    terminal.wait_for("─ 5 bytes ─");
}

#[test]
fn packets_that_differ_are_a_diff_and_what_was_seen_can_be_accepted() {
    if !machine::private_internet() {
        return;
    }
    let wrong = ECHO
        .replace("//~ > 5 bytes", "//~ > 6 bytes")
        .replace("//~ > FIN\n//~ < FIN\n", "//~\n")
        .replace("> SYN\n//~ < SYN ACK\n", "> {/S.N/}\n");
    let shown = lesson(&wrong, &["run"])
        .stdout_has("packets: - the lesson says, + the wire carried:")
        .stdout_has("  - > 6 bytes")
        .stdout_has("  + > 5 bytes")
        .stdout_has("lesson accept ./it.rhai")
        .status(1);
    assert!(shown.stdout.contains("  + < SYN ACK"), "{}", shown.stdout);
    let script =
        "\"$1\" lesson accept --yes ./it.rhai && \"$1\" lesson run -q ./it.rhai && cat it.rhai";
    let shown = Run::new("sh")
        .file("it.rhai", &wrong)
        .args(["-c", script, "sh", SOCKLAB])
        .stdout_has("accepted: ./it.rhai")
        .status(0);
    let (_, text) = shown.stdout.split_once("//! # Echo").expect("the lesson");
    let expected = ECHO.replace("> SYN\n", "> {/S.N/}\n");
    assert_eq!(format!("//! # Echo{text}"), expected);
}

#[test]
fn packet_lines_are_counted_where_there_are_no_packets() {
    for (text, lines) in [(ECHO, 10), (CONSOLES, 5)] {
        let said = format!("{lines} packet lines not checked: `--shared` was asked for");
        lesson(text, &["run", "--shared"])
            .stdout_has(&said)
            .status(0);
    }
    lesson(
        "//! # T\n//@ network: live\n\n1;\n//~ nothing\n",
        &["run", "--live"],
    )
    .stdout_has("1 packet line not checked: only the lab's private internet shows its packets")
    .status(0);
    lesson(ECHO, &["run", "--shared", "--format", "json"])
        .stdout_has("\"unchecked_packet_lines\":10")
        .status(0);
}

#[test]
fn what_is_no_packet_line_is_told_with_its_place_and_steers_no_terminal() {
    let nasty = "\x1b]0;P\x07\u{202e}";
    let text = format!(
        "//! # T\n//@ network: lab\n\n1;\n//~ > SYNC\n//~ {nasty}\n\n//~ > SYN\n//@ exercise: e\n2;\n//~ > FIN\n"
    );
    let told = lesson(&text, &["run"])
        .stderr_has("TCP has no flag `SYNC` here")
        .stderr_has("it.rhai:5:7")
        .stderr_has("no statement causes these packets")
        .stderr_has("the checks of an exercise look at no packets")
        .status(2)
        .stderr;
    assert!(
        !told.contains('\x1b') && !told.contains('\u{202e}'),
        "{told}"
    );
}

#[test]
fn a_recording_has_the_packets_of_what_was_typed() {
    if !machine::private_internet() {
        return;
    }
    let typed = "# Call it.\nlet s = create_connection('echo.test', 7)\n1 + 1\n\
                 s.sendall('hello')\ns.recv_exactly(5)\ns.close()\ndone\n";
    let script = "\"$1\" lesson record --packets 15-it && cat lessons/15-it.rhai";
    let shown = Run::new("sh")
        .stdin(typed)
        .args(["-c", script, "sh", SOCKLAB])
        .stdout_has("lessons/15-it.rhai is written")
        .status(0);
    for part in [
        ", 7);\n//~ > SYN\n//~ < SYN ACK\n//~ > ACK\n",
        "1 + 1;\n//> 2\n",
        "//~ > 5 bytes\n",
        "//> b\"hello\"\n\n",
        "s.close();\n//~ > FIN\n//~ < FIN\n",
    ] {
        assert!(
            shown.stdout.contains(part),
            "{part} is not in {}",
            shown.stdout
        );
    }
}
