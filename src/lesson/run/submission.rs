//! What a learner submits: a script or a command, the exercise that it is for, and its checks.

use std::env;
use std::fs;
use std::path::Path;
use std::time::Instant;

use crate::lesson::format::model::{Exercise, Lesson};
use crate::lesson::results::{CheckReport, Event, Report, Submission, Tally};
use crate::lesson::run::exercise::{self, Examinee, Listener, Thoroughness};
use crate::lesson::run::host::{NetworkChoice, RunHost, in_session};
use crate::lesson::run::launch;

/// A program as it was given.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Work<'a> {
    /// A script of socklab.
    Script(&'a Path),
    /// A command line of any program.
    Command(&'a str),
}

impl Work<'_> {
    /// Its text for reports.
    pub(crate) fn given(self) -> String {
        match self {
            Self::Script(file) => file.display().to_string(),
            Self::Command(line) => line.into(),
        }
    }

    /// The learner's own file: the script, or the first word of the command's arguments that is a
    /// file, else the program itself where it is no command of the system's.
    pub(crate) fn own_file(self) -> Option<String> {
        // Annotations want it as the repository knows it.
        let here = env::current_dir().unwrap_or_default();
        let shown = |file: &Path| {
            file.strip_prefix(&here)
                .unwrap_or(file)
                .display()
                .to_string()
        };
        let line = match self {
            Self::Script(file) => return Some(shown(file)),
            Self::Command(line) => line,
        };
        let words = shlex::split(line)?;
        let (program, arguments) = words.split_first()?;
        let is_file = |word: &&String| Path::new(word.as_str()).is_file();
        let of_program = Some(program).filter(|word| word.contains('/'));
        let mut files = arguments.iter().chain(of_program).filter(is_file);
        files.next().map(|file| shown(Path::new(file)))
    }

    /// The program; the error says why it cannot be started.
    pub(crate) fn program(self) -> Result<Examinee, String> {
        let file = match self {
            Self::Script(file) => file,
            Self::Command(line) => return launch::of_command(line),
        };
        let shown = file.display();
        match fs::metadata(file) {
            Err(error) => {
                return Err(format!(
                    "cannot read `{shown}`: {}; check its name and its rights",
                    error.kind()
                ));
            }
            Ok(found) if found.is_dir() => {
                return Err(format!("`{shown}` is a folder; give the script itself"));
            }
            Ok(_) => {}
        }
        if file.extension().is_none_or(|ending| ending != "rhai") {
            return Err(format!(
                "`{shown}` is no socklab script; for another language write \
                 `--command \"python3 {shown}\"`"
            ));
        }
        // A name that begins with `-` would be an option.
        let path = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        launch::of_script(&path)
    }

    /// The exercise that is meant: the one of this name, else one that the program's text names, else
    /// the first.
    pub(crate) fn exercise<'a>(
        self,
        name: Option<&str>,
        lesson: &str,
        all: &[Exercise<'a>],
    ) -> Result<Exercise<'a>, String> {
        if let Some(found) = named(name, lesson, all)? {
            return Ok(found);
        }
        // A file's name tells, not the folder that it is in.
        let stem = |file: &Path| {
            file.file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned()
        };
        let names: Vec<String> = match self {
            Self::Script(file) => vec![stem(file)],
            Self::Command(line) => {
                let words = line.split_whitespace();
                words
                    .map(|word| stem(Path::new(word)).to_lowercase())
                    .collect()
            }
        };
        let is_of =
            |name: &String, exercise: &str| name.starts_with(exercise) || name.ends_with(exercise);
        let names_it =
            |exercise: &&Exercise<'a>| names.iter().any(|name| is_of(name, exercise.name));
        Ok(*all.iter().find(names_it).unwrap_or(&all[0]))
    }
}

/// The exercise of this name; none where no name is given. A lesson without any is an error.
pub(crate) fn named<'a>(
    name: Option<&str>,
    lesson: &str,
    all: &[Exercise<'a>],
) -> Result<Option<Exercise<'a>>, String> {
    if all.is_empty() {
        return Err(format!(
            "lesson `{lesson}` has no exercise; `lesson list` shows the others"
        ));
    }
    let Some(name) = name else { return Ok(None) };
    let found = all.iter().find(|exercise| exercise.name == name).copied();
    found.map(Some).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|exercise| exercise.name).collect();
        format!(
            "no exercise `{name}`; write one of `{}`",
            names.join("`, `")
        )
    })
}

/// Runs the checks of an exercise against a program, and reports each.
pub(crate) fn check(
    submission: &Submission,
    lesson: &Lesson,
    exercise: &Exercise<'_>,
    program: &Examinee,
    thoroughness: Thoroughness,
    (host, choice): (&dyn RunHost, NetworkChoice),
    report: &mut dyn Report,
) -> Tally {
    let begun = Instant::now();
    let all = exercise::checks(exercise, exercise::first_number(lesson, exercise));
    let count = all.iter().filter(|check| !check.given).count();
    report.event(&Event::Checking(submission, count));
    let mut told = ToReport(report);
    let tally = in_session(host, &lesson.header, choice, |session| {
        exercise::run(lesson, exercise, program, &session, thoroughness, &mut told)
    });
    report.event(&Event::Checked(tally, begun.elapsed()));
    tally
}

/// A report hears of a submission's checks.
struct ToReport<'r>(&'r mut dyn Report);

impl Listener for ToReport<'_> {
    fn checked(&mut self, report: &CheckReport<'_>) {
        self.0.event(&Event::Check(report));
    }

    fn waiting(&mut self, what: &str) {
        self.0.event(&Event::Waiting(what));
    }
}
