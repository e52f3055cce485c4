//! Homework: programs right and wrong, each judged as its first comment says.
//!
//! `Wrong:` or `Right:` and what it is; `Lesson:` with the exercise where it is not 07's server;
//! `Options:` of the check; `Says:` the words of the message that names the one fault it has.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::builder::SOCKLAB;
use crate::exercises::{alone, own};
use crate::machine::{installed, namespaces, python};

/// How many are checked side by side: most of their time is waiting.
const SIDE_BY_SIDE: usize = 6;
/// How long the slowest may take on a machine that is busy with the others.
const PATIENCE: Duration = Duration::from_mins(5);

/// A program, and how it is to be judged.
#[derive(Debug, Clone)]
struct Homework {
    file: PathBuf,
    lesson: String,
    exercise: String,
    options: String,
    /// The words that name its fault; none of a right one.
    says: Option<String>,
}

/// The value of a line `Key: value` of the first comment.
fn told(text: &str, key: &str) -> Option<String> {
    let mut lines = text.lines().take(8);
    lines.find_map(|line| {
        Some(
            line.split_once(key)?
                .1
                .trim_end_matches(" */")
                .trim()
                .to_string(),
        )
    })
}

/// The programs that lie beside these tests.
fn all() -> Vec<Homework> {
    let entries = fs::read_dir(own("tests/servers")).expect("the programs");
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let of = |file: PathBuf| {
        let text = fs::read_to_string(&file).ok()?;
        let wrong = told(&text, "Wrong: ");
        told(&text, "Right: ").or_else(|| wrong.clone())?;
        let lesson = told(&text, "Lesson: ").unwrap_or_else(|| "07".into());
        let (lesson, exercise) = lesson.split_once(' ').unwrap_or((&lesson, "server"));
        let says = told(&text, "Says: ");
        assert_eq!(wrong.is_some(), says.is_some(), "{}", file.display());
        Some(Homework {
            lesson: lesson.into(),
            exercise: exercise.into(),
            options: told(&text, "Options: ").unwrap_or_default(),
            says,
            file,
        })
    };
    files.into_iter().filter_map(of).collect()
}

/// What the programs are run by, as far as it is here, and where built ones go.
struct Machine {
    python: Option<String>,
    /// Those of `cc`, `node`, `javac` and `perl` that are installed.
    others: Vec<&'static str>,
    built: tempfile::TempDir,
}

impl Machine {
    #[track_caller]
    fn look() -> Option<Self> {
        if !namespaces(&crate::exercises::NAMESPACES, "ip link set lo up") {
            return None;
        }
        Some(Self {
            python: python(),
            others: ["cc", "node", "javac", "perl"]
                .into_iter()
                .filter(|program| installed(program))
                .collect(),
            built: tempfile::tempdir().expect("a temporary folder"),
        })
    }

    fn has(&self, program: &str) -> bool {
        self.others.contains(&program)
    }

    /// The arguments that name a program to `lesson check`; none where it cannot be run here.
    fn words(&self, file: &Path) -> Option<Vec<String>> {
        let path = file.display().to_string();
        let stem = file.file_stem()?.to_string_lossy().into_owned();
        let build = |command: &str, args: &[&str]| {
            let built = Command::new(command)
                .args(args)
                .output()
                .expect("it is installed");
            let errors = String::from_utf8_lossy(&built.stderr);
            assert!(built.status.success(), "{path}: {errors}");
        };
        let folder = self.built.path().display().to_string();
        let command = match file.extension()?.to_str()? {
            "rhai" => return Some(vec![path]),
            "py" => format!("{} -B {path}", self.python.as_ref()?),
            "js" if self.has("node") => format!("node {path}"),
            "pl" if self.has("perl") => format!("perl {path}"),
            "c" if self.has("cc") => {
                let program = format!("{folder}/{stem}");
                build("cc", &["-O1", "-o", &program, &path]);
                format!("'{program}'")
            }
            "java" if self.has("javac") => {
                build("javac", &["-d", &folder, &path]);
                format!("java -Xshare:auto -XX:TieredStopAtLevel=1 -cp '{folder}' {stem}")
            }
            _ => return None,
        };
        Some(vec!["--command".into(), command])
    }
}

/// The failures of one round over some programs, so many of them side by side; each is checked
/// `at_once` times in one network.
fn round(machine: &Machine, programs: &[Homework], at_once: usize) -> Vec<String> {
    let left = Mutex::new(programs.iter().collect::<VecDeque<_>>());
    let failures = Mutex::new(Vec::new());
    let take = || {
        left.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
    };
    thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                while let Some(program) = take() {
                    if let Some(failure) = judged(machine, program, at_once) {
                        let mut failures = failures.lock().unwrap_or_else(PoisonError::into_inner);
                        failures.push(failure);
                    }
                }
            });
        }
    });
    failures
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
}

/// How a program was misjudged; none when it was judged as it says of itself.
fn judged(machine: &Machine, program: &Homework, at_once: usize) -> Option<String> {
    let mut words = vec![SOCKLAB.to_string(), "lesson".into(), "check".into()];
    words.push(program.lesson.clone());
    words.extend(machine.words(&program.file)?);
    words.extend(["--exercise".into(), program.exercise.clone()]);
    words.extend(program.options.split_whitespace().map(String::from));
    if program.says.is_some() {
        words.push("--fail-fast".into());
    }
    let line = shlex::try_join(words.iter().map(String::as_str)).expect("no zero bytes");
    // Each says how it ended.
    let one = format!("( {line} 2>&1; echo \"ended: $?\" )");
    let all = vec![one; at_once].join(" & ");
    let ended = alone(&["sh", "-c", &format!("{all}; wait")])
        .start()
        .end(PATIENCE);
    let shown = ended.stdout;
    let misjudged = |why: &str| Some(format!("{}: {why}\n{shown}", program.file.display()));
    if shown.contains("left: ") {
        return misjudged("something is left");
    }
    let code = i32::from(program.says.is_some());
    if shown.matches(&format!("ended: {code}\n")).count() != at_once {
        return misjudged(if code == 1 {
            "it should fail"
        } else {
            "it should pass"
        });
    }
    match &program.says {
        Some(words) if shown.matches(words.as_str()).count() < at_once => {
            misjudged(&format!("`{words}` is not said"))
        }
        _ => None,
    }
}

#[track_caller]
fn assert_judged_rightly(failures: &[String]) {
    let count = failures.len();
    assert!(
        failures.is_empty(),
        "{count} misjudged:\n{}",
        failures.join("\n----\n")
    );
}

#[test]
fn there_are_wrong_programs_and_right_ones_in_many_languages() {
    let all = all();
    let wrong = all.iter().filter(|program| program.says.is_some()).count();
    assert!(
        wrong >= 60 && all.len() - wrong >= 15,
        "{wrong} of {}",
        all.len()
    );
}

#[test]
fn programs_are_judged_as_they_are() {
    if let Some(machine) = Machine::look() {
        assert_judged_rightly(&round(&machine, &all(), 1));
    }
}

#[test]
#[ignore = "takes an hour"]
fn programs_are_judged_as_they_are_twenty_times_in_a_row_and_two_at_a_time() {
    if let Some(machine) = Machine::look() {
        for round_number in 1..=20 {
            let at_once = 1 + round_number % 2;
            let failures = round(&machine, &all(), at_once);
            eprintln!(
                "round {round_number}, {at_once} at a time: {} misjudged",
                failures.len()
            );
            assert_judged_rightly(&failures);
        }
    }
}
