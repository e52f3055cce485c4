//! What the tutor says of every step of a lesson when a learner does it in another way, right or
//! wrong. `tests/verdicts/` holds it, for a reviewer to read; `VERDICTS=accept` writes it anew.

mod tries;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use regex::Regex;
use socklab::lesson::format::model::{Lesson, StepKind};
use socklab::lesson::format::parse::parse_bytes;

use self::tries::{Try, tries};
use super::builder::socklab;

/// Typed between two tries: a line that the tutor refuses in words of its own.
const MARK: &str = "goto 0";
/// How the answer to it begins.
const MARKED: &str = "`goto` takes the number of a step";
/// What the tutor says of a line that waits.
const WAITS: &str = "Ctrl-C ends";
/// How long a line may wait before it is given up.
const PATIENCE: Duration = Duration::from_millis(2500);

/// The tutor's answers to all tries of a lesson, in their order.
fn answers(name: &str, lines: &[(usize, &Try)]) -> Vec<String> {
    let mut input = String::new();
    // The sections that are answers: the others are those of `goto`.
    let (mut wanted, mut section, mut before) = (Vec::new(), 0, None);
    for (at, one) in lines {
        if before != Some(*at) {
            let _ = write!(input, "goto {}\n{MARK}\n", at + 1);
            section += 1;
        }
        let _ = write!(input, "{}\n{MARK}\n", one.line);
        wanted.push(section);
        section += 1;
        before = one.is_harmless().then_some(*at);
    }
    let mut program = socklab()
        .args(["lesson", "start", name])
        .stdin(input)
        .start();
    let mut sections = vec![String::new()];
    let mut waits = None::<Instant>;
    while sections.len() <= section {
        let line = match program.line_within(Duration::from_millis(100)) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => {
                if waits.is_some_and(|since| since.elapsed() > PATIENCE) {
                    program.interrupt();
                    waits = None;
                }
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        };
        waits = line.contains(WAITS).then(Instant::now);
        if line.starts_with(MARKED) {
            sections.push(String::new());
        } else if let Some(section) = sections.last_mut() {
            section.push_str(&line);
            section.push('\n');
        }
    }
    let found = |at: &usize| sections.get(*at).cloned();
    wanted.iter().filter_map(found).collect()
}

/// Messages as they were before the terminal's width cut them.
fn unwrapped(text: &str) -> String {
    let mut whole = String::new();
    let mut width = 0;
    for line in text.lines() {
        let goes_on = width > 60
            && line.starts_with(|first: char| first.is_alphanumeric() || "`\"'(".contains(first));
        if !whole.is_empty() {
            whole.push(if goes_on { ' ' } else { '\n' });
        }
        width = line.chars().count();
        whole.push_str(line);
    }
    whole
}

/// What the tutor made of a try, in a line: the verdict, and what it said.
fn verdict(answer: &str, step: usize) -> String {
    let has = |part: &str| answer.contains(part);
    let begins = |start: &str| answer.lines().any(|line| line.starts_with(start));
    let waited = has("recv: interrupted") || has(": interrupted");
    let next = format!("step {} of", step + 2);
    let word = if has(&next) || has("] done") {
        "right"
    } else if waited {
        "waits"
    } else if has("so far so good") {
        "half"
    } else if ["not quite", "no; try again", "error:", "not run"]
        .into_iter()
        .any(begins)
    {
        "wrong"
    } else {
        "open"
    };
    let said = answer.split("\n[").next().unwrap_or_default();
    let said = unwrapped(said);
    let said = said.lines();
    let telling = [
        "error:",
        "not quite",
        "so far",
        "(that used",
        "(`",
        "(it also",
        "that is",
        "note:",
    ];
    let is_telling =
        |line: &&str| telling.iter().any(|start| line.starts_with(start)) && !line.contains(WAITS);
    let said: Vec<&str> = said.filter(is_telling).collect();
    let changing = Regex::new(r"\b[3-6]\d{4}\b|fd=\d+|\b\d+ ms\b").expect("a pattern");
    let said = said.join(" / ");
    let masked = |found: &regex::Captures<'_>| match &found[0] {
        fixed @ ("50000" | "65535" | "65536") => fixed.to_string(),
        _ => "N".into(),
    };
    let said = changing.replace_all(&said, masked);
    format!("{word:<6}{said}")
}

/// The table of a lesson.
fn table(name: &str, lesson: &Lesson) -> String {
    let steps = lesson.taught();
    let all: Vec<(usize, Try)> = (0..steps.len())
        .flat_map(|at| tries(&steps, at).into_iter().map(move |one| (at, one)))
        .collect();
    let lines: Vec<(usize, &Try)> = all.iter().map(|(at, one)| (*at, one)).collect();
    let answers = answers(name, &lines);
    assert_eq!(answers.len(), lines.len(), "{name}: the lesson ended early");
    let mut table = String::new();
    let mut last = None;
    for ((at, one), answer) in all.iter().zip(&answers) {
        if last != Some(*at) {
            last = Some(*at);
            let _ = writeln!(table, "\n## step {}: {}", at + 1, asked(&steps[*at].kind));
        }
        let line = one.line.replace('\n', "⏎ ");
        let line: String = line.chars().take(100).collect();
        let _ = writeln!(
            table,
            "{:<24} {line}\n    {}",
            one.rule,
            verdict(answer, *at).trim_end()
        );
    }
    table
}

fn asked(kind: &StepKind) -> String {
    let text = match kind {
        StepKind::Statement(statement) => statement.source.clone(),
        StepKind::Ask(question) => format!("? {}", question.answers[0].text),
        StepKind::Explore(text) | StepKind::Enter(text) => text.clone(),
    };
    text.lines().next().unwrap_or_default().to_string()
}

fn tables() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verdicts")
}

/// Compares a lesson's table with the one that is kept.
#[track_caller]
fn check(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons");
    let text = fs::read(folder.join(format!("{name}.rhai"))).expect("a lesson");
    let lesson = parse_bytes(&text).expect("a lesson that can be read");
    let now = table(name, &lesson);
    let path = tables().join(format!("{name}.txt"));
    if std::env::var("VERDICTS").is_ok_and(|value| value == "accept") {
        fs::create_dir_all(tables()).expect("a folder");
        fs::write(&path, &now).expect("the table is kept");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let different = kept
        .lines()
        .zip(now.lines())
        .find(|(kept, now)| kept != now);
    assert!(
        kept == now,
        "the verdicts of {name} are others now, the first at {different:?}; \
         `VERDICTS=accept cargo test verdicts` writes them anew: read the difference"
    );
}

macro_rules! lessons {
    ($($(#[$how:meta])* $test:ident: $name:literal,)*) => {$(
        #[test]
        $(#[$how])*
        fn $test() {
            check($name);
        }
    )*};
}

lessons! {
    #[ignore = "takes minutes"]
    welcome: "00-welcome",
    #[ignore = "takes minutes"]
    lookups: "01-lookups",
    #[ignore = "takes minutes"]
    sockets: "02-sockets",
    #[ignore = "takes minutes"]
    getaddrinfo: "03-getaddrinfo",
}
