//! Exercises: the checks of one, run against a program as independently of each other as can be.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::console::Session;
use crate::lesson::format::model::{Exercise, Lesson, Step};
use crate::lesson::results::{
    Check, CheckOutcome, CheckReport, Event, Reason, Report, Shortfall, Tally, Verdict,
};
use crate::lesson::run::Run;
use crate::net::process::{Program, sleeping};

/// How long a program may take to deal with what a check left behind.
const SETTLE: Duration = Duration::from_secs(1);

/// How long a program may take to end after Ctrl-C between two checks.
const GRACE: Duration = Duration::from_millis(500);

/// When to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thoroughness {
    /// Every check is run, whatever the earlier ones gave.
    Every,
    /// The first failure settles it.
    UntilFailure,
}

/// The checks of an exercise, whose first step has the number `first` in the lesson.
pub(crate) fn checks<'a>(exercise: &Exercise<'a>, first: usize) -> Vec<Check<'a>> {
    let mut checks: Vec<Check<'a>> = Vec::new();
    for (at, step) in exercise.steps.iter().enumerate() {
        let numbered = (first + at, step);
        match checks.last_mut() {
            Some(check) if step.headline().is_empty() && step.given == check.given => {
                check.steps.push(numbered);
            }
            _ => checks.push(Check {
                name: name(step),
                steps: vec![numbered],
                given: step.given,
            }),
        }
    }
    checks
}

fn name(step: &Step) -> &str {
    match step.headline() {
        "" => step.id.as_deref().unwrap_or("a check without a name"),
        headline => headline.trim_start_matches('#').trim_start(),
    }
}

/// The number of an exercise's first step in its lesson, from 1.
pub(crate) fn first_number(lesson: &Lesson, exercise: &Exercise<'_>) -> usize {
    let begins = |step: &Step| step.exercise.as_deref() == Some(exercise.name);
    lesson.steps.iter().position(begins).unwrap_or_default() + 1
}

/// Runs an exercise's checks against a program, which is stopped in the end.
///
/// Once a check has started the program as a server, every further check begins with a fresh start
/// of it, so that what one leaves behind does not spoil the next.
pub(crate) fn run(
    lesson: &Lesson,
    exercise: &Exercise<'_>,
    program: &Arc<Program>,
    session: &Session,
    thoroughness: Thoroughness,
    tell: &mut dyn FnMut(&CheckReport<'_>),
) -> Tally {
    let mut silent = Silent;
    let mut examiner = Examiner {
        run: Run::new(lesson, session.beside(Arc::clone(program)), &mut silent),
        program,
        session,
        port: None,
        lost: None,
        taken: Vec::new(),
    };
    let mut tally = Tally::default();
    for check in &checks(exercise, first_number(lesson, exercise)) {
        let outcome = examiner.check(check);
        let fell_short = matches!(outcome, CheckOutcome::Failed(_) | CheckOutcome::Blocked(_));
        if !check.given || fell_short {
            tally.count(&outcome);
        }
        let steps = std::mem::take(&mut examiner.taken);
        let settled =
            thoroughness == Thoroughness::UntilFailure && tally.failed + tally.blocked > 0;
        tell(&CheckReport {
            check,
            outcome,
            steps,
        });
        if settled {
            break;
        }
    }
    examiner.stop();
    tally
}

/// The steps of a check are told as one.
struct Silent;

impl Report for Silent {
    fn event(&mut self, _event: &Event<'_>) {}
}

struct Examiner<'a, 'r> {
    run: Run<'a, 'r>,
    program: &'r Program,
    session: &'r Session,
    /// The port on which the program listened when a check started it.
    port: Option<u16>,
    /// Why nothing further can be tried.
    lost: Option<String>,
    taken: Vec<(Verdict, String, Duration)>,
}

impl<'a> Examiner<'a, '_> {
    fn check(&mut self, check: &Check<'a>) -> CheckOutcome {
        if self.session.interrupt_target().was_interrupted() {
            return CheckOutcome::NotRun("interrupted".into());
        }
        if let Some(why) = &self.lost {
            return CheckOutcome::NotRun(why.clone());
        }
        if let Err(why) = self.fresh_start() {
            self.lost = Some(why.clone());
            return CheckOutcome::NotRun(why);
        }
        self.program.take_news();
        self.run.go_on();
        let outcome = match self.steps(check) {
            CheckOutcome::Passed => self.survived(check),
            other => other,
        };
        if let Some(why) = self.kept_out(check, &outcome) {
            self.lost = Some("something else has its port".into());
            return CheckOutcome::Blocked(why);
        }
        let failed = matches!(outcome, CheckOutcome::Failed(_));
        self.port = self.port.or(self.program.port());
        if failed && self.program.failed_to_start() && self.port.is_none() {
            self.lost = Some("the program does not listen".into());
        } else if failed && check.given {
            self.lost = Some("the lesson's own preparation failed".into());
        }
        outcome
    }

    /// Whether somebody else has the port that the program, or the check itself, needs.
    fn kept_out(&self, check: &Check<'_>, outcome: &CheckOutcome) -> Option<String> {
        let CheckOutcome::Failed(shortfall) = outcome else {
            return None;
        };
        let Reason::Unexpected {
            error,
            symbol,
            note,
        } = &shortfall.reason
        else {
            return None;
        };
        let own = check.given && symbol.as_deref() == Some("EADDRINUSE");
        (own || self.program.found_port_taken()).then(|| match note {
            Some(note) => format!("{error}\n{note}"),
            None => error.clone(),
        })
    }

    /// A server begins each check as if it were the first.
    fn fresh_start(&mut self) -> Result<(), String> {
        let Some(port) = self.port else {
            self.stop();
            return Ok(());
        };
        self.stop();
        let network = self.session.network();
        let started = self.program.start(&**network, port, &mut sleeping);
        started.map_err(|fault| {
            let note = fault
                .note
                .map_or_else(String::new, |note| format!("; {note}"));
            format!("a further start failed: {}{note}", fault.cause.message())
        })
    }

    fn stop(&self) {
        if self.program.is_running() {
            // What Ctrl-C does not end is killed.
            let _ = self.program.stop(GRACE, &mut sleeping);
        }
        self.program.end();
    }

    fn steps(&mut self, check: &Check<'a>) -> CheckOutcome {
        for &(number, step) in &check.steps {
            if let Some(verdict) = self.run.join(&step.console)
                && let Some(outcome) = self.judged(number, verdict)
            {
                return outcome;
            }
            let begun = Instant::now();
            let (verdict, transcript) = self.run.step(number, step);
            self.taken
                .push((verdict.clone(), transcript, begun.elapsed()));
            if let Some(outcome) = self.judged(number, verdict) {
                return outcome;
            }
        }
        let last = check.steps.last().map_or(0, |step| step.0);
        for verdict in self.run.join_all() {
            if let Some(outcome) = self.judged(last, verdict) {
                return outcome;
            }
        }
        CheckOutcome::Passed
    }

    fn judged(&mut self, number: usize, verdict: Verdict) -> Option<CheckOutcome> {
        match verdict {
            Verdict::Passed | Verdict::Waits(_) => None,
            Verdict::Skipped(why) => Some(CheckOutcome::Skipped(why)),
            Verdict::NotRun => Some(CheckOutcome::NotRun("an earlier step failed".into())),
            Verdict::Failed(reason) => Some(self.failed(number, reason)),
        }
    }

    fn failed(&mut self, number: usize, reason: Reason) -> CheckOutcome {
        // What it has to say about the failure comes at once, or with its end.
        let _ = self.program.settle(SETTLE / 4, &mut sleeping);
        let ended = self.program.died().map(|ended| ended.in_words());
        let wrote = self.program.take_news();
        CheckOutcome::Failed(Box::new(Shortfall {
            number,
            reason,
            evidence: self.run.take_evidence(),
            ended,
            wrote: String::from_utf8_lossy(&wrote).into_owned(),
        }))
    }

    /// A server that a check has broken fails it, though its answers were right.
    fn survived(&mut self, check: &Check<'_>) -> CheckOutcome {
        if self.program.port().is_some() && self.program.is_running() {
            let _ = self.program.settle(SETTLE, &mut sleeping);
        }
        match self.program.died() {
            Some(ended) if ended.code != Some(0) => {
                let error = format!("the program {} after this", ended.in_words());
                let number = check.steps.last().map_or(0, |step| step.0);
                let reason = Reason::Unexpected {
                    error,
                    symbol: None,
                    note: Some("a server goes on whatever its clients do".into()),
                };
                self.failed(number, reason)
            }
            _ => CheckOutcome::Passed,
        }
    }
}
