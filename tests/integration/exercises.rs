//! Exercises: right and wrong programs, as `lesson check` judges them, and what is left afterwards.
//!
//! The homework's port is fixed, so each check runs in a network of its own.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use crate::builder::{LESSON, Run, SOCKLAB, code, socklab};
use crate::machine::{installed, namespaces, python};
use crate::terminal::Setup;

/// Runs a command in a network and among processes of its own, and counts what is left of both.
const ALONE: &str = r#"
ip link set lo up
"$@"
code=$?
left=0
for process in /proc/[0-9]*; do
    while read -r key value rest; do
        [ "$key" = State: ] && [ "$value" != Z ] && left=$((left + 1))
    done < "$process/status"
done
while read -r number own peer state rest; do
    [ "$state" = 0A ] && echo "left: a listening port at $own"
done < /proc/net/tcp
[ $left = 1 ] || echo "left: $left processes"
exit $code
"#;

/// How long the slowest check may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(5);

/// The flags of unshare(1): users, network, processes with a /proc of their own.
pub(crate) const NAMESPACES: [&str; 3] = ["-rnpf", "--mount-proc", "--kill-child"];

/// Whether this machine gives us such namespaces, and a Python for the programs that are checked.
#[track_caller]
fn can_check() -> bool {
    namespaces(&NAMESPACES, "ip link set lo up") && python().is_some()
}

/// A command in a world of its own, in which it must leave nothing behind.
pub(crate) fn alone(words: &[&str]) -> Run {
    Run::new("unshare")
        .args(NAMESPACES)
        .args(["sh", "-c", ALONE, "sh"])
        .args(words)
}

pub(crate) fn own(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Python with one of the servers beside these tests.
fn served_by(server: &str) -> String {
    format!(
        "{} -B {}",
        *PYTHON,
        own(&format!("tests/servers/{server}.py")).display()
    )
}

/// What a run showed, which must have left nothing behind.
#[track_caller]
fn finish(run: Run, code: i32) -> String {
    let ended = run.start().end(PATIENCE);
    let shown = ended.stdout;
    let right = ended.status.code() == Some(code);
    assert!(
        right,
        "{}\n{shown}\n-- stderr: {}",
        ended.status, ended.stderr
    );
    assert!(!shown.contains("left:"), "{shown}");
    shown
}

/// Checks a command against an exercise; gives what was shown, unless the machine lacks something.
#[track_caller]
fn check(lesson: &str, command: &str, code: i32) -> Option<String> {
    if !can_check() {
        return None;
    }
    let run = alone(&[SOCKLAB, "lesson", "check", lesson, "--command", command]);
    let shown = finish(run, code);
    assert!(shown.contains("checks passed"), "{shown}");
    Some(shown)
}

/// The interpreter itself: what is in the path may be a slow script that looks for it.
static PYTHON: LazyLock<String> = LazyLock::new(|| python().unwrap_or_default());

const SHORT: &str = "A short message comes back";
const TWO: &str = "Two clients are served, one after the other";
const LISTENS: &str = "It listens on port 10000 of 127.0.0.1, and nowhere else";

#[test]
fn a_plain_python_server_passes() {
    if let Some(shown) = check("07", &served_by("right"), 0) {
        assert!(shown.contains("20 of 20 checks passed"), "{}", shown);
        assert_eq!(shown.matches("ok      ").count(), 20);
    }
}

#[test]
fn a_server_in_c_passes() {
    if !installed("cc") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = folder.path().join("echo");
    let built = Command::new("cc")
        .args(["-O1", "-o"])
        .arg(&program)
        .arg(own("tests/servers/right.c"))
        .status();
    assert!(built.is_ok_and(|status| status.success()));
    check("07", &format!("'{}'", program.display()), 0);
}

#[test]
fn a_server_behind_a_shell_is_stopped_with_its_children() {
    // The shell waits for its child: Ctrl-C reaches both, and both end.
    let command = format!("sh -c 'sleep 1000 & trap \"\" INT; {}'", served_by("right"));
    if let Some(shown) = check("07", &command, 1) {
        assert!(shown.contains(&format!("ok      {SHORT}\n")), "{}", shown);
    }
}

#[test]
fn a_server_that_goes_to_the_background_leaves_nothing() {
    let command = format!("sh -c 'setsid {} & sleep 1000'", served_by("right"));
    check("07", &command, 1);
}

#[test]
fn the_server_of_lesson_07_is_not_enough_for_lesson_08() {
    if let Some(shown) = check("08", &served_by("right"), 1) {
        let failed = "failed  Twenty clients at once, their messages interleaved\n";
        assert!(shown.contains(failed), "{}", shown);
        assert!(shown.contains(&format!("ok      {TWO}\n")), "{}", shown);
    }
}

#[test]
fn model_solutions_pass_and_starters_fail() {
    if !namespaces(&NAMESPACES, "ip link set lo up") {
        return;
    }
    let shown = finish(alone(&[LESSON, "lint", "07", "08"]), 0);
    assert_eq!(shown, "nothing found\n");
    let shown = finish(alone(&[LESSON, "run", "07", "08"]), 0);
    assert_eq!(shown.matches("ok ").count(), 2, "{shown}");
}

#[test]
fn a_script_for_the_client_is_recognised_by_its_name() {
    if !namespaces(&NAMESPACES, "ip link set lo up") {
        return;
    }
    let text = fs::read(own("lessons/07-echo/client/solution.rhai")).expect("the solution");
    let run = alone(&[SOCKLAB, "lesson", "check", "07", "my_client.rhai"]);
    let shown = finish(run.file("my_client.rhai", text), 0);
    assert!(
        shown.contains("ok 07-echo client: 7 of 7 checks passed"),
        "{shown}"
    );
}

#[test]
fn a_program_that_ends_at_once_is_told_with_its_code_and_its_words() {
    if let Some(shown) = check("07", "sh -c 'echo no luck today >&2; exit 3'", 1) {
        let told = "ended with exit code 3 before it listened on port 10000";
        assert!(shown.contains(told), "{}", shown);
        assert!(shown.contains("| no luck today"), "{}", shown);
        assert!(shown.contains("not run "), "{}", shown);
    }
}

#[test]
fn what_a_program_writes_is_made_harmless() {
    if let Some(shown) = check("07", r"printf '\033[31mred\n'", 1) {
        assert!(!shown.contains('\u{1b}'), "{}", shown);
    }
}

#[test]
fn a_port_that_is_taken_is_told_with_its_holder() {
    if !can_check() {
        return;
    }
    let script = format!(
        "{} & holder=$!; until grep -q ':2710 .* 0A ' /proc/net/tcp; do sleep 0.05; done; \
         {SOCKLAB} lesson check 07 --shared --command 'sleep 1000'; code=$?; kill -9 $holder; wait $holder; exit $code",
        served_by("right")
    );
    // Nothing can be said of the program: that is no failure of it.
    let shown = finish(alone(&["sh", "-c", &script]), 2);
    assert!(
        shown.contains("address already in use (EADDRINUSE)"),
        "{shown}"
    );
    assert!(shown.contains("port 10000 is held by python3"), "{shown}");
    assert!(
        shown.contains("; end it (`kill ") && shown.contains("`) and try again"),
        "{shown}"
    );
    assert!(shown.contains("unable 07-echo server: 0 of 20"), "{shown}");
    // The client's checks listen there themselves.
    let script = script.replace("check 07", "check --format junit --exercise client 07");
    let shown = finish(alone(&["sh", "-c", &script]), 2);
    assert!(shown.contains("<error type=\"unable\""), "{shown}");
}

/// Checks the server that drops the last byte, in this format.
fn dropped(format: &[&str]) -> Option<String> {
    if !can_check() {
        return None;
    }
    let command = served_by("drops_last_byte");
    let words = [SOCKLAB, "lesson", "check", "07", "--command", &command];
    let words: Vec<&str> = words.iter().chain(format).copied().collect();
    Some(finish(alone(&words), 1))
}

#[test]
fn checks_are_reported_for_machines_too() {
    if let Some(shown) = dropped(&["--format", "junit"]) {
        assert!(
            shown.contains(&format!("<testcase name=\"{SHORT}\"")),
            "{shown}"
        );
        assert!(shown.contains("got       7 bytes"), "{shown}");
    }
    if let Some(shown) = dropped(&["--format", "json"]) {
        assert_eq!(shown.lines().count(), 22, "{shown}");
        assert!(
            shown.contains(r#""got":{"bytes":"b\"Hi ther\"","length":7}"#),
            "{shown}"
        );
        let last = shown.lines().last().unwrap_or_default();
        assert!(last.contains(r#""event":"checked""#), "{last}");
    }
    if let Some(shown) = dropped(&["--format", "github"]) {
        let title =
            format!("drops_last_byte.py,title=07-echo server%3A {SHORT}::the last byte is missing");
        assert!(
            shown.starts_with("::error file=/") && shown.contains(&title),
            "{shown}"
        );
        assert!(shown.ends_with("failed 07-echo server\n"), "{shown}");
    }
}

#[test]
fn checks_tell_less_or_more_when_asked() {
    if let Some(shown) = dropped(&["--quiet"]) {
        assert!(shown.starts_with("failed  A short message"), "{shown}");
        assert!(!shown.contains("ok      "), "{shown}");
    }
    if let Some(shown) = dropped(&["--verbose"]) {
        assert!(shown.contains("> program.start(10000);\n"), "{shown}");
        assert!(shown.contains(&format!("ok      {LISTENS}\n")), "{shown}");
    }
}

#[test]
fn a_bind_that_fails_says_who_holds_the_port() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let pid = std::process::id();
    code(&format!("socket().bind('127.0.0.1', {port})"))
        .stderr_has("error: bind: address already in use (EADDRINUSE)")
        .stderr_has(&format!("port {port} is held by "))
        .stderr_has(&format!(
            "(pid {pid}); end it (`kill {pid}`) or choose another port"
        ))
        .status(1);
}

#[test]
fn ctrl_c_during_a_check_leaves_nothing() {
    if !can_check() {
        return;
    }
    // The server never answers: the check waits for it when Ctrl-C comes.
    let script = format!(
        "{SOCKLAB} lesson check 07 --command '{}' & check=$!; \
         until grep -q ':2710 .* 01 ' /proc/[0-9]*/net/tcp; do sleep 0.05; done; \
         kill -INT $check; wait $check",
        served_by("hangs")
    );
    // A shell's background program would ignore SIGINT; `set -m` gives it back.
    let shown = finish(alone(&["sh", "-c", &format!("set -m; {script}")]), 130);
    assert!(shown.contains("interrupted"), "{shown}");
}

#[test]
fn a_check_that_is_terminated_leaves_nothing() {
    if !can_check() {
        return;
    }
    for signal in ["TERM", "HUP", "KILL"] {
        let script = format!(
            "{SOCKLAB} lesson check 07 --command '{}' & check=$!; \
             until grep -q ':2710 .* 01 ' /proc/[0-9]*/net/tcp; do sleep 0.05; done; \
             kill -{signal} $check; wait $check; \
             for look in 1 2 3 4 5 6 7 8 9 10; do \
             grep -q ':2710 .* 0A ' /proc/[0-9]*/net/tcp || break; sleep 0.1; done; exit 0",
            served_by("hangs")
        );
        finish(alone(&["sh", "-c", &script]), 0);
    }
}

#[test]
fn checks_at_the_prompt_leave_no_thread_and_no_descriptor() {
    if !can_check() {
        return;
    }
    let script = format!("ip link set lo up && exec {SOCKLAB}");
    let mut terminal = Setup::new()
        .program(["unshare", "-rn", "sh", "-c", &script])
        .prompt();
    let count = |terminal: &crate::terminal::Terminal, of: &str| {
        fs::read_dir(format!("/proc/{}/{of}", terminal.id())).map_or(0, Iterator::count)
    };
    let line = "lesson check 07 --command 'sh -c \"exit 3\"'";
    // The first one starts what stays: the lab, the thread for signals.
    terminal.enter(line);
    let before = [count(&terminal, "task"), count(&terminal, "fd")];
    terminal.enter(line);
    terminal.enter(line);
    assert_eq!([count(&terminal, "task"), count(&terminal, "fd")], before);
}

#[test]
fn what_cannot_be_checked_is_refused_with_the_next_step() {
    socklab()
        .args(["lesson", "check", "07", "nothing.rhai"])
        .stderr_has("cannot read `nothing.rhai`")
        .status(2);
    socklab()
        .file("server.py", "pass")
        .args(["lesson", "check", "07", "server.py"])
        .stderr_has("--command \"python3 server.py\"")
        .status(2);
    socklab()
        .args([
            "lesson",
            "check",
            "07",
            "--exercise",
            "sever",
            "--command",
            "true",
        ])
        .stderr_has("write one of `server`, `client`")
        .status(2);
    socklab()
        .args(["lesson", "check", "02", "--command", "true"])
        .stderr_has("lesson `02-sockets` has no exercise")
        .status(2);
    socklab()
        .args(["lesson", "check", "07", "--command", "'"])
        .stderr_has("a quote is open")
        .status(2);
}
