//! Exercises: the checks of one, run against a program as independently of each other as can be.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::console::Session;
use crate::lesson::format::model::{Exercise, Lesson, Step};
use crate::lesson::results::{Reason, Verdict};
use crate::lesson::run::Run;
use crate::net::process::{Program, sleeping};
use crate::script::failure::Evidence;

/// How long a program may take to deal with what a check left behind.
const SETTLE: Duration = Duration::from_secs(1);

/// How long a program may take to end after Ctrl-C between two checks.
const GRACE: Duration = Duration::from_millis(500);

/// One check: a step with prose, and the steps without prose that follow it.
#[derive(Debug)]
pub(crate) struct Check<'a> {
    /// The first line of its prose.
    pub(crate) name: &'a str,
    /// Its steps with their numbers in the lesson, from 1; at least one.
    pub(crate) steps: Vec<(usize, &'a Step)>,
    /// It only prepares the tester's console and counts as no check.
    pub(crate) given: bool,
}

/// How a check went.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The program does it right.
    Passed,
    /// It does not.
    Failed(Box<Shortfall>),
    /// This machine lacks what the check needs.
    Skipped(String),
    /// It could not be tried, and why.
    NotRun(String),
    /// Something outside the program keeps it from being tried, such as a port that is taken: what
    /// it is, and how to mend it.
    Blocked(String),
}

/// All that is known of a check that fell short.
#[derive(Debug)]
pub(crate) struct Shortfall {
    /// The number of the step, from 1.
    pub(crate) number: usize,
    /// Why.
    pub(crate) reason: Reason,
    /// What was sent and what came back, where the check tells it.
    pub(crate) evidence: Option<Box<Evidence>>,
    /// How the program ended, if it did so during the check without being told to.
    pub(crate) ended: Option<String>,
    /// What the program wrote last, as text; may be empty.
    pub(crate) wrote: String,
}

/// A check and how it went.
#[derive(Debug)]
pub struct CheckReport<'a> {
    /// The check.
    pub(crate) check: &'a Check<'a>,
    /// How it went.
    pub(crate) outcome: Outcome,
    /// What each of its steps that were run showed, with its verdict and how long it took.
    pub(crate) steps: Vec<(Verdict, String, Duration)>,
}

impl CheckReport<'_> {
    /// How long its steps took in all.
    pub(crate) fn took(&self) -> Duration {
        self.steps.iter().map(|step| step.2).sum()
    }
}

/// How many checks went which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// The program does them right.
    pub(crate) passed: usize,
    /// It does not.
    pub(crate) failed: usize,
    /// For other machines.
    pub(crate) skipped: usize,
    /// Could not be tried.
    pub(crate) not_run: usize,
    /// Kept from being tried by something outside the program.
    pub(crate) blocked: usize,
}

impl Tally {
    /// Whether the program does all that was tried, and all was tried.
    pub(crate) fn is_well(&self) -> bool {
        self.failed == 0 && self.not_run == 0 && self.blocked == 0
    }

    fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Passed => self.passed += 1,
            Outcome::Failed(_) => self.failed += 1,
            Outcome::Skipped(_) => self.skipped += 1,
            Outcome::NotRun(_) => self.not_run += 1,
            Outcome::Blocked(_) => self.blocked += 1,
        }
    }
}

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
        let fell_short = matches!(outcome, Outcome::Failed(_) | Outcome::Blocked(_));
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

impl crate::lesson::output::report::Report for Silent {
    fn event(&mut self, _event: &crate::lesson::results::Event<'_>) {}
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
    fn check(&mut self, check: &Check<'a>) -> Outcome {
        if self.session.interrupt_target().was_interrupted() {
            return Outcome::NotRun("interrupted".into());
        }
        if let Some(why) = &self.lost {
            return Outcome::NotRun(why.clone());
        }
        if let Err(why) = self.fresh_start() {
            self.lost = Some(why.clone());
            return Outcome::NotRun(why);
        }
        self.program.take_news();
        self.run.go_on();
        let outcome = match self.steps(check) {
            Outcome::Passed => self.survived(check),
            other => other,
        };
        if let Some(why) = self.kept_out(check, &outcome) {
            self.lost = Some("something else has its port".into());
            return Outcome::Blocked(why);
        }
        let failed = matches!(outcome, Outcome::Failed(_));
        self.port = self.port.or(self.program.port());
        if failed && self.program.failed_to_start() && self.port.is_none() {
            self.lost = Some("the program does not listen".into());
        } else if failed && check.given {
            self.lost = Some("the lesson's own preparation failed".into());
        }
        outcome
    }

    /// Whether somebody else has the port that the program, or the check itself, needs.
    fn kept_out(&self, check: &Check<'_>, outcome: &Outcome) -> Option<String> {
        let Outcome::Failed(shortfall) = outcome else {
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
        self.program.start(port, &mut sleeping).map_err(|fault| {
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

    fn steps(&mut self, check: &Check<'a>) -> Outcome {
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
        Outcome::Passed
    }

    fn judged(&mut self, number: usize, verdict: Verdict) -> Option<Outcome> {
        match verdict {
            Verdict::Passed | Verdict::Waits(_) => None,
            Verdict::Skipped(why) => Some(Outcome::Skipped(why)),
            Verdict::NotRun => Some(Outcome::NotRun("an earlier step failed".into())),
            Verdict::Failed(reason) => Some(self.failed(number, reason)),
        }
    }

    fn failed(&mut self, number: usize, reason: Reason) -> Outcome {
        // What it has to say about the failure comes at once, or with its end.
        let _ = self.program.settle(SETTLE / 4, &mut sleeping);
        let ended = self.program.died().map(|ended| ended.in_words());
        let wrote = self.program.take_news();
        Outcome::Failed(Box::new(Shortfall {
            number,
            reason,
            evidence: self.run.take_evidence(),
            ended,
            wrote: String::from_utf8_lossy(&wrote).into_owned(),
        }))
    }

    /// A server that a check has broken fails it, though its answers were right.
    fn survived(&mut self, check: &Check<'_>) -> Outcome {
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
            _ => Outcome::Passed,
        }
    }
}
