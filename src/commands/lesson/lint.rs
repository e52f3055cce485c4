//! `lesson lint`: say what would confuse a learner.

use std::fs;

use super::run::carry_out;
use super::{Chosen, choose, format, keep_out};
use crate::commands::app::App;
use crate::commands::arguments::LessonName;
use crate::commands::lesson::verify_solutions;
use crate::commands::line::table;
use crate::error::Exit;
use crate::lesson::format::model::{Place, Question, StepKind};
use crate::lesson::format::parse;
use crate::lesson::format::problem::{Problem, Severity};
use crate::lesson::library::{Library, Origin};
use crate::lesson::lint;
use crate::lesson::lint::words::{self, Surroundings};
use crate::lesson::output::report;
use crate::lesson::results::Report;
use crate::lesson::results::{Event, Reason, Verdict};

/// What `lesson lint` takes.
#[derive(Debug, clap::Args)]
#[group(id = "lessons-to-lint")]
pub(crate) struct Args {
    /// Numbers, names or paths; without one, the whole course
    names: Vec<LessonName>,
    /// Look only at the text: do not run the lesson to try its answers and checks
    #[arg(long)]
    no_run: bool,
    #[command(flatten)]
    pub(crate) form: format::Args,
}

/// Looks at each and says what it found.
pub(crate) fn run_command(args: &Args, library: &Library, shell: &mut App) -> Exit {
    let mut report = args.form.report(shell.screen);
    let exit = match choose(library, &args.names, args.names.is_empty()) {
        Ok(lessons) => look_at_each(&lessons, args, library, report.as_mut(), shell),
        Err(error) => keep_out(report.as_mut(), &args.names.join(" "), &error.to_string()),
    };
    report.event(&Event::Closed);
    exit
}

fn look_at_each(
    lessons: &[Chosen],
    args: &Args,
    library: &Library,
    report: &mut dyn Report,
    shell: &mut App,
) -> Exit {
    let mut exit = Exit::Well;
    for chosen in lessons {
        let one = look(chosen, args.no_run, library, report, shell);
        if shell.interrupted() {
            return Exit::Interrupted;
        }
        match (one, exit) {
            (Exit::Unable, _) => exit = Exit::Unable,
            (Exit::Short, Exit::Well) => exit = Exit::Short,
            _ => {}
        }
    }
    exit
}

/// Looks at one lesson.
fn look(
    chosen: &Chosen,
    no_run: bool,
    library: &Library,
    report: &mut dyn Report,
    shell: &mut App,
) -> Exit {
    let bytes = match chosen.entry.read() {
        Ok(bytes) => bytes,
        Err(error) => return keep_out(report, &chosen.entry.full_name, &error.to_string()),
    };
    let source = chosen.source(&bytes);
    let lesson = match parse::parse_bytes(&bytes) {
        Ok(lesson) => lesson,
        Err(problems) => {
            report.event(&Event::Looked(&source, &problems));
            return Exit::Unable;
        }
    };
    let mut problems = lint::lint(&source.text, &lesson);
    let around = surroundings(chosen, library);
    problems.extend(words::lint(&source.text, &lesson, &around));
    if !no_run {
        let mut tried = Tried::default();
        // The exercises are proved apart, which tells what is wrong with each as a whole.
        carry_out(&source, &lesson, None, false, &mut tried, shell);
        problems.extend(tried.0);
        problems.extend(verify_solutions::exercises(
            &chosen.entry,
            &source.text,
            &lesson,
            shell,
        ));
    }
    problems.sort_by_key(|problem| (problem.line, problem.column));
    report.event(&Event::Looked(&source, &problems));
    let serious = |severity| severity != Severity::Note;
    if problems.iter().any(|found| serious(found.severity)) {
        Exit::Short
    } else {
        Exit::Well
    }
}

/// What the lesson may lead to.
fn surroundings(chosen: &Chosen, library: &Library) -> Surroundings {
    let lessons = library.entries().iter();
    let lessons = lessons.map(|entry| entry.full_name.clone()).collect();
    let commands = table().iter().map(|row| row.name.clone()).collect();
    let table = match &chosen.entry.origin {
        Origin::File(path) => path.parent().map(|folder| folder.join("README.md")),
        Origin::Embedded(_) => None,
    };
    let table = table.and_then(|path| fs::read_to_string(path).ok());
    let referred = table
        .unwrap_or_default()
        .lines()
        .filter_map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let [.., lesson, id, ""] = cells.as_slice() else {
                return None;
            };
            (*lesson == chosen.entry.full_name && cells.len() == 5).then(|| (*id).to_owned())
        })
        .collect();
    Surroundings {
        lessons,
        commands,
        referred,
    }
}

/// What falls short of the lesson's own answers and checks when it is run.
#[derive(Default)]
struct Tried(Vec<Problem>);

impl Report for Tried {
    fn event(&mut self, event: &Event<'_>) {
        let Event::Step(step) = event else { return };
        let Verdict::Failed(reason) = step.verdict else {
            return;
        };
        let place = |line| Place { line, column: 1 };
        let problem = match reason {
            Reason::Expression { of, text, shown } => {
                let among_choices = |question: &Question| !question.choices.is_empty();
                if matches!(&step.step.kind, StepKind::Ask(question) if among_choices(question)) {
                    // The text alone has told that already.
                    return;
                }
                let written = match (&step.step.check, &step.step.kind) {
                    (Some(check), _) if check.text == *text => Some(check.place),
                    (_, StepKind::Ask(question)) => {
                        let mut answers = question.answers.iter();
                        answers.find(|a| a.text == *text).map(|a| a.place)
                    }
                    _ => None,
                };
                let (message, mend) = match *of {
                    "check" => (
                        format!(
                            "the step's own statement does not fulfil its check: it is {shown}"
                        ),
                        "mend the check or the statement; a learner could never pass",
                    ),
                    of => (
                        format!("this {of} cannot be evaluated: {shown}"),
                        "write an expression on what the lesson has made so far",
                    ),
                };
                let at = written.unwrap_or_else(|| place(step.step.line()));
                Problem::error(at, text.chars().count(), message, mend)
            }
            Reason::Differs(_) => Problem::error(
                place(step.step.line()),
                1,
                "this does not show what its transcript says when it is run",
                "`lesson run` shows the difference, `lesson accept` writes it; \
                 write a hole for what varies",
            ),
            other => {
                let why = report::plainly(step.step, other);
                let first = why
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .trim_start_matches("- ");
                let message = format!("this step falls short when it is run: {first}");
                let mend = "`lesson run` shows all of it";
                Problem::error(place(step.step.line()), 1, message, mend)
            }
        };
        self.0.push(problem);
    }
}
