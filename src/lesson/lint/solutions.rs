//! Exercises: the model solution passes every check, the starter does not.

use crate::lesson::format::model::{Exercise, Lesson};
use crate::lesson::format::problem::Problem;
use crate::lesson::library::Entry;
use crate::lesson::results::{CheckOutcome, CheckReport, Reason};
use crate::lesson::run::exercise::{self, Listener, Thoroughness};
use crate::lesson::run::host::{NetworkChoice, RunHost, in_session};
use crate::lesson::run::launch::{self, Script};
use crate::lesson::run::requirements;
use crate::script::failure::Place;

/// What is wrong with a lesson's exercises.
pub(crate) fn lint(entry: &Entry, text: &str, lesson: &Lesson, host: &dyn RunHost) -> Vec<Problem> {
    if requirements::missing(&lesson.header.only_if).is_some() {
        return Vec::new();
    }
    let mut problems = Vec::new();
    for exercise in lesson.exercises() {
        for script in [Script::Solution, Script::Starter] {
            let name = format!("{}/{}", exercise.name, script.file());
            let found = match (checked(entry, lesson, &exercise, script, host), script) {
                (Err(why), _) => Some((why, format!("put it beside the lesson as `{name}`"))),
                (Ok(Some(why)), Script::Solution) => Some((
                    format!("the model solution `{name}` fails: {why}"),
                    "mend the script, or the check".to_string(),
                )),
                (Ok(None), Script::Starter) => Some((
                    format!("the starter `{name}` passes every check already"),
                    "leave something to do in it".to_string(),
                )),
                _ => None,
            };
            if let Some((message, mend)) = found {
                let place = place(text, exercise.name);
                problems.push(Problem::error(place, 3, message, mend));
            }
        }
    }
    problems
}

/// The first check that a script fails, and why; the error says why it cannot be run.
fn checked(
    entry: &Entry,
    lesson: &Lesson,
    exercise: &Exercise<'_>,
    script: Script,
    host: &dyn RunHost,
) -> Result<Option<String>, String> {
    let program = launch::of_exercise(entry, exercise.name, script)?;
    let mut failed = FirstShortfall(None);
    let until = Thoroughness::UntilFailure;
    let tally = in_session(host, &lesson.header, NetworkChoice::Lab, |session| {
        exercise::run(lesson, exercise, &program, &session, until, &mut failed)
    });
    Ok(failed.0.filter(|_| !tally.is_well()))
}

/// The check that fell short, and why.
struct FirstShortfall(Option<String>);

impl Listener for FirstShortfall {
    fn checked(&mut self, report: &CheckReport<'_>) {
        let name = report.check.name;
        match &report.outcome {
            CheckOutcome::Failed(shortfall) => {
                self.0 = Some(format!("{name}: {}", short(&shortfall.reason)));
            }
            CheckOutcome::NotRun(why) | CheckOutcome::Blocked(why) if self.0.is_none() => {
                self.0 = Some(format!("{name}: {why}"));
            }
            _ => {}
        }
    }
}

fn short(reason: &Reason) -> String {
    match reason {
        Reason::Unexpected { error, .. } | Reason::NoConsole(error) => error.clone(),
        Reason::Expression { text, shown, .. } => format!("`{text}` came to {shown}"),
        Reason::Differs(_) => "its transcript is another one".into(),
        Reason::PacketsDiffer(_) => "its packets are others".into(),
        Reason::DidNotWait => "it did not wait".into(),
        Reason::TimedOut { .. } => "it took too long".into(),
    }
}

/// The line that begins the exercise.
fn place(text: &str, name: &str) -> Place {
    let begins = |line: &str| {
        let directive = line.strip_prefix("//@").map(str::trim);
        let value = directive.and_then(|rest| rest.strip_prefix("exercise:"));
        value.is_some_and(|value| value.trim() == name)
    };
    let at = text.lines().position(begins).unwrap_or_default();
    Place {
        line: at + 1,
        column: 1,
    }
}
