//! A run of the lesson: what falls short of its own answers, checks and transcripts.

use crate::lesson::format::model::{Lesson, Question, StepKind};
use crate::lesson::format::problem::Problem;
use crate::lesson::output::report::plainly;
use crate::lesson::results::{Event, Reason, Report, Source, Verdict};
use crate::lesson::run::host::{self, NetworkChoice, RunHost};
use crate::script::failure::Place;

/// Runs the lesson without its exercises, and tells what fell short.
pub(crate) fn lint(source: &Source, lesson: &Lesson, host: &dyn RunHost) -> Vec<Problem> {
    let mut trial = Trial::default();
    host::run(host, source, lesson, None, NetworkChoice::Lab, &mut trial);
    trial.0
}

/// What falls short of the lesson's own answers and checks when it is run.
#[derive(Default)]
struct Trial(Vec<Problem>);

impl Report for Trial {
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
                let why = plainly(step.step, other);
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
