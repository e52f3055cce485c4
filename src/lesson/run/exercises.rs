//! A lesson proves its exercises: their checks, run against the model solutions.

use std::time::{Duration, Instant};

use super::{Run, Solutions};
use crate::lesson::results::{CheckOutcome as Found, CheckReport};
use crate::lesson::results::{Reason, Verdict};
use crate::lesson::run::exercise;
use crate::lesson::run::exercise::{Listener, Thoroughness};

impl Run<'_, '_> {
    /// The checks of the exercises, each against its model solution.
    pub(crate) fn exercises(&mut self, solutions: Option<Solutions<'_>>) {
        let lesson = self.lesson;
        for exercise in lesson.exercises() {
            let program = solutions.map(|solution| solution(exercise.name));
            let first = exercise::first_number(lesson, &exercise);
            let verdict = match (&program, self.stopped) {
                (_, true) => Verdict::NotRun,
                (None, _) => Verdict::Skipped("without a model solution".into()),
                (Some(Err(why)), _) => Verdict::Failed(Reason::NoConsole(why.clone())),
                (Some(Ok(program)), false) => {
                    let mut reports = AllSteps(Vec::new());
                    exercise::run(
                        lesson,
                        &exercise,
                        program,
                        &self.session,
                        Thoroughness::Every,
                        &mut reports,
                    );
                    for (number, verdict, transcript, took) in reports.0.into_iter().flatten() {
                        let begun = Instant::now()
                            .checked_sub(took)
                            .unwrap_or_else(Instant::now);
                        if let Some(step) = lesson.steps.get(number - 1) {
                            self.tell(step, number, &verdict, &transcript, begun);
                        }
                    }
                    continue;
                }
            };
            for (at, step) in exercise.steps.iter().enumerate() {
                self.tell(step, first + at, &verdict, "", Instant::now());
            }
        }
    }
}

/// The steps of all checks, told when all have ended.
struct AllSteps(Vec<Vec<StepTaken>>);

/// A step's number, how it went, what it showed, and how long it took.
type StepTaken = (usize, Verdict, String, Duration);

impl Listener for AllSteps {
    fn checked(&mut self, report: &CheckReport<'_>) {
        self.0.push(told(report));
    }
}

/// A check's steps as the lesson's report takes them: what the check came to stands at the step
/// where it did.
fn told(report: &CheckReport<'_>) -> Vec<StepTaken> {
    let taken = report.steps.len();
    let numbered = report.check.steps.iter().enumerate();
    numbered
        .map(|(at, &(number, _))| {
            let (mut verdict, text, took) = match report.steps.get(at) {
                Some(taken) => taken.clone(),
                None => (Verdict::NotRun, String::new(), Duration::ZERO),
            };
            match &report.outcome {
                Found::Failed(fall) if at + 1 == taken => {
                    verdict = Verdict::Failed(fall.reason.clone());
                }
                Found::Skipped(why) => verdict = Verdict::Skipped(why.clone()),
                Found::NotRun(why) | Found::Blocked(why) if at == 0 => {
                    verdict = Verdict::Failed(Reason::Unexpected {
                        error: why.clone(),
                        symbol: None,
                        note: None,
                    });
                }
                _ => {}
            }
            (number, verdict, text, took)
        })
        .collect()
}
