//! Progress from outside: kept across runs, moved to another machine, and whole whatever happens.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use super::builder::{Run, SOCKLAB, clean_environment, socklab};
use super::machine::namespaces;

/// Runs it in a home that stays; gives what it showed on both streams.
fn at_home(home: &Path, args: &[&str], input: &str) -> String {
    use std::io::Write;
    let mut child = Command::new(SOCKLAB)
        .args(args)
        .env_clear()
        .envs(clean_environment(home))
        .current_dir(home)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    let ended = child.wait_with_output().expect("it ends");
    let text = [ended.stdout, ended.stderr].concat();
    String::from_utf8(text).expect("it shows text")
}

fn home() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// The line of the list about a lesson.
fn listed(home: &Path, lesson: &str) -> String {
    let list = at_home(home, &["lesson", "list"], "");
    let line = list.lines().find(|line| line.starts_with(lesson));
    line.unwrap_or_else(|| panic!("no {lesson} in:\n{list}"))
        .to_string()
}

const FILE: &str = ".local/share/socklab/progress.json";

#[test]
fn the_list_shows_what_is_new_begun_and_done() {
    let home = home();
    assert!(listed(home.path(), "03-").contains(" new "));
    at_home(home.path(), &["lesson", "start", "3"], "no\n");
    assert!(
        listed(home.path(), "03-").contains("[.........."),
        "one of 29"
    );
    let skips = "skip\nnext\n".repeat(60);
    at_home(home.path(), &["lesson", "start", "3"], &skips);
    assert!(listed(home.path(), "03-").contains(" done "));
    let shown = at_home(home.path(), &["lesson", "reset", "3"], "");
    assert_eq!(shown, "`03-getaddrinfo` begins anew\n");
    assert!(listed(home.path(), "03-").contains(" new "));
}

#[test]
fn without_a_name_the_lesson_that_was_begun_goes_on() {
    let home = home();
    let shown = at_home(home.path(), &["lesson", "start"], "");
    assert!(shown.starts_with("00-welcome: "), "{shown}");
    at_home(home.path(), &["lesson", "reset", "--yes"], "");
    at_home(home.path(), &["lesson", "start", "3"], "no\n");
    let shown = at_home(home.path(), &["lesson", "start"], "");
    assert!(shown.starts_with("03-getaddrinfo: "), "{shown}");
    assert!(shown.contains("step 2 of 29"), "{shown}");
}

#[test]
fn progress_moves_to_another_machine() {
    let (here, there) = (home(), home());
    at_home(here.path(), &["lesson", "start", "3"], "no\n");
    let exported = at_home(here.path(), &["lesson", "export-progress", "-"], "");
    at_home(
        there.path(),
        &["lesson", "start", "2"],
        "let foo = socket()\n",
    );
    at_home(there.path(), &["lesson", "import-progress", "-"], &exported);
    assert!(listed(there.path(), "03-").contains("[...."));
    assert!(listed(there.path(), "02-").contains("[...."));
    socklab()
        .file("wrong.json", "hello")
        .args(["lesson", "import-progress", "wrong.json"])
        .stderr_has("`wrong.json` is no progress file")
        .status(2);
}

#[test]
fn a_damaged_file_is_kept_aside_and_the_learner_goes_on() {
    let home = home();
    at_home(home.path(), &["lesson", "start", "3"], "no\n");
    fs::write(home.path().join(FILE), "{\"version\": 1, \"less").expect("damaged");
    let shown = at_home(home.path(), &["lesson", "start", "3"], "no\n");
    assert!(shown.contains("progress.damaged-1.json"), "{shown}");
    assert!(shown.contains("step 2 of 29"), "{shown}");
    assert!(listed(home.path(), "03-").contains("[...."));
}

#[test]
fn a_home_that_cannot_be_written_is_told_once_and_the_lesson_goes_on() {
    let home = home();
    // A file where the folder should be: nobody can make it, not even root.
    fs::write(home.path().join(".local"), "").expect("a file");
    let lines = "no\nskip\nskip\n";
    let shown = at_home(home.path(), &["lesson", "start", "3"], lines);
    assert!(shown.contains("step 4 of 29"), "{shown}");
    let told = shown.matches("cannot save your progress").count();
    // Once when it was first tried, and once at the end.
    assert_eq!(told, 2, "{shown}");
}

#[test]
fn a_lesson_that_changed_says_which_steps_are_new() {
    let home = home();
    let file = home.path().join("my.rhai");
    let step = |id: &str| format!("//@ id: {id}\n// Type it.\n1 + 1;\n//> 2\n\n");
    let title = "//! # Mine\n\n";
    fs::write(&file, format!("{title}{}", step("one"))).expect("a lesson");
    at_home(home.path(), &["lesson", "start", "./my.rhai"], "2\n");
    fs::write(&file, format!("{title}{}{}", step("one"), step("two"))).expect("a lesson");
    let shown = at_home(home.path(), &["lesson", "start", "./my.rhai"], "");
    assert!(shown.contains("new: `two`"), "{shown}");
    assert!(shown.contains("step 2 of 2"), "{shown}");
}

/// An export with so many steps that saving it takes a while.
fn large(lesson: &str) -> String {
    let steps: Vec<String> = (0..20_000)
        .map(|n| format!("\"{lesson}{n}\":\"done\""))
        .collect();
    let steps = steps.join(",");
    format!("{{\"version\":1,\"lessons\":{{\"{lesson}\":{{\"steps\":{{{steps}}}}}}}}}")
}

#[test]
fn killed_at_any_moment_of_saving_nothing_is_lost() {
    let home = home();
    at_home(home.path(), &["lesson", "start", "3"], "no\n");
    let file = home.path().join("large.json");
    for round in 0..30_u64 {
        fs::write(&file, large(&format!("round{round}-"))).expect("written");
        let mut child = Command::new(SOCKLAB)
            .args(["lesson", "import-progress", "large.json"])
            .env_clear()
            .envs(clean_environment(home.path()))
            .current_dir(home.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        // Another moment each time: the point of the test.
        thread::sleep(Duration::from_millis(round * 7 % 160));
        let _ = child.kill();
        let _ = child.wait();
        let text = at_home(home.path(), &["lesson", "export-progress", "-"], "");
        assert!(
            text.starts_with("{\n  \"version\": 1"),
            "round {round}: {text:.200}"
        );
        assert!(text.contains("\"ask-profile\": \"done\""), "round {round}");
        assert!(text.ends_with("}\n"), "round {round}");
    }
    let kept = fs::read_dir(home.path().join(".local/share/socklab")).expect("the folder");
    let aside = kept
        .flatten()
        .filter(|file| file.file_name().to_string_lossy().contains("damaged"));
    assert_eq!(aside.count(), 0, "a file was taken for damaged");
}

#[test]
fn two_terminals_at_once_lose_nothing() {
    let home = home();
    let names: Vec<String> = (0..4).map(|n| format!("part{n}")).collect();
    for name in &names {
        fs::write(home.path().join(format!("{name}.json")), large(name)).expect("written");
    }
    thread::scope(|scope| {
        for name in &names {
            let home = home.path();
            let file = format!("{name}.json");
            scope.spawn(move || at_home(home, &["lesson", "import-progress", &file], ""));
        }
    });
    let text = at_home(home.path(), &["lesson", "export-progress", "-"], "");
    for name in &names {
        assert_eq!(text.matches(&format!("\"{name}")).count(), 20_001, "{name}");
    }
}

#[test]
fn a_full_disk_keeps_what_was_there() {
    if !namespaces(&["-rm"], "mount -t tmpfs -o size=16k tmpfs /mnt") {
        return;
    }
    // A disk of 16 KB: the second file does not fit beside the first.
    let script = format!(
        "mkdir -p .local/share && mount -t tmpfs -o size=16k tmpfs .local/share; \
         echo no | {SOCKLAB} lesson start 3 >/dev/null; \
         head -c 100000 /dev/zero > .local/share/filler 2>/dev/null; \
         echo skip | {SOCKLAB} lesson start 3 >/dev/null; \
         {SOCKLAB} lesson export-progress - | grep -c ask-profile"
    );
    Run::new("unshare")
        .args(["-rm", "sh", "-c", &script])
        .stderr_has("no space left")
        .stdout_has("2")
        .status(0);
}
