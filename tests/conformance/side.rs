//! The two sides: one Python process and one socklab for a group of cases, at the same time.

use std::fs;
use std::io::{BufRead, BufReader};
use std::ops::Range;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::case::Case;

const DRIVER: &str = include_str!("driver.py");
const PRELUDE: &str = include_str!("prelude.rhai");
/// How long one case may take, the start of the process included.
const PATIENCE: Duration = Duration::from_secs(20);

/// What one side gave.
#[derive(Clone)]
pub(crate) enum Answer {
    Value(String),
    /// `kind|errno|symbol|message`
    Error(String),
    /// It hung, or its program ended.
    Lost(String),
}

/// What both sides gave for one case.
pub(crate) struct Answers {
    pub(crate) python: Answer,
    pub(crate) socklab: Answer,
}

/// Runs a group of cases on both sides at once.
pub(crate) fn ask_both(python: &str, cases: &[Case]) -> Vec<Answers> {
    let folder = tempfile::Builder::new()
        .prefix("socklab-")
        .tempdir_in("/tmp")
        .expect("a temporary folder");
    thread::scope(|scope| {
        let theirs =
            scope.spawn(|| ask(cases.len(), |part| ask_python(python, &folder, cases, part)));
        let ours = ask(cases.len(), |part| ask_socklab(&folder, cases, part));
        let theirs = theirs.join().expect("the Python side ends well");
        let pairs = theirs.into_iter().zip(ours);
        pairs
            .map(|(python, socklab)| Answers { python, socklab })
            .collect()
    })
}

/// Asks until every case has an answer: after a case that hangs or ends the program, the next ones
/// get a new program. One that keeps a whole group from beginning, as illegal rhai does, is found by
/// asking alone.
fn ask(count: usize, begin: impl Fn(Range<usize>) -> Command) -> Vec<Answer> {
    let mut answers = Vec::new();
    while answers.len() < count {
        let at = answers.len();
        let (mut found, mut lost) = listen(begin(at..count), at..count);
        if found.is_empty() {
            (found, lost) = listen(begin(at..at + 1), at..at + 1);
            found.truncate(1);
        }
        let alone = answers.len() == at && found.is_empty();
        answers.extend(found);
        if alone || (answers.len() < count && answers.len() > at + 1) {
            answers.push(Answer::Lost(lost));
        }
    }
    answers
}

/// The answers to the cases from `at` on, as far as they come, and why there are no more.
fn listen(mut command: Command, cases: Range<usize>) -> (Vec<Answer>, String) {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the side's program starts");
    let (lines_in, lines) = mpsc::channel();
    let out = child.stdout.take().expect("piped");
    thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if lines_in.send(line).is_err() {
                return;
            }
        }
    });
    let mut whole: Vec<String> = Vec::new();
    let mut hung = false;
    while whole.len() <= cases.len() {
        match lines.recv_timeout(PATIENCE) {
            Ok(line) if line.starts_with("@@ ") => whole.push(line),
            Ok(line) => {
                if let Some(last) = whole.last_mut() {
                    last.push('\n');
                    last.push_str(&line);
                }
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {
                hung = true;
                break;
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
    }
    let _gone_already = child.kill();
    let ended = child.wait_with_output().expect("the side's program ends");
    let said = String::from_utf8_lossy(&ended.stderr);
    let why = if hung {
        "it hangs".to_string()
    } else {
        format!("its program ended: {}", said.trim())
    };
    let answers = whole
        .iter()
        .enumerate()
        .map_while(|(place, line)| answer(line, cases.start + place));
    (answers.collect(), why)
}

/// Reads `@@ NUMBER V VALUE` or `@@ NUMBER E kind|errno|symbol|message`.
fn answer(line: &str, number: usize) -> Option<Answer> {
    let rest = line
        .strip_prefix("@@ ")?
        .strip_prefix(&number.to_string())?;
    if let Some(value) = rest.strip_prefix(" V ") {
        return Some(Answer::Value(value.into()));
    }
    rest.strip_prefix(" E ")
        .map(|error| Answer::Error(error.into()))
}

fn ask_python(python: &str, folder: &TempDir, cases: &[Case], part: Range<usize>) -> Command {
    let driver = folder.path().join("driver.py");
    fs::write(&driver, DRIVER).expect("a writable folder");
    let mut command = Command::new(python);
    command
        .arg("-I")
        .arg(driver)
        .arg(folder.path())
        .arg(folder.path().join("py"));
    for number in part {
        let path = folder.path().join(format!("{number}.py"));
        fs::write(path, &cases[number].python).expect("a writable folder");
        command.arg(number.to_string());
    }
    command
}

fn ask_socklab(folder: &TempDir, cases: &[Case], part: Range<usize>) -> Command {
    let wrapped = part.map(|number| wrapped(folder.path(), number, &cases[number]));
    let script = PRELUDE.to_string() + &wrapped.collect::<String>();
    let path = folder.path().join("cases.rhai");
    fs::write(&path, script).expect("a writable folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_socklab"));
    command.arg("run").arg(path).env("HOME", folder.path());
    command
}

fn wrapped(folder: &Path, number: usize, case: &Case) -> String {
    let tmp = folder.join(format!("rh{number}"));
    let tmp = tmp.display();
    format!(
        "try {{\n    let tmp = \"{tmp}\";\n    let value_of_case = {{\n{}    }};\n    \
         print(\"@@ {number} V \" + repr(value_of_case));\n}} catch (e) {{ told(\"{number}\", e) }}\n",
        case.rhai
    )
}
