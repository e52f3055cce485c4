//! Exercises: the checks of one, run against a program as independently of each other as can be.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::console::Session;
use crate::lesson::diagnosis::{Diagnosis, Language, ProgramFault, Symptoms};
use crate::lesson::format::model::{Exercise, Lesson, Step};
use crate::lesson::results::{
    Check, CheckOutcome, CheckReport, Event, Reason, Report, Shortfall, Tally, Verdict,
};
use crate::lesson::run::Run;
use crate::net::error::Cause;
use crate::net::process::{Program, ProgramEnd, StartFailure, sleeping};

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

/// Who hears how an exercise goes.
pub(crate) trait Listener {
    /// A check has ended.
    fn checked(&mut self, report: &CheckReport<'_>);

    /// Something takes long; it comes again and again meanwhile.
    fn waiting(&mut self, _what: &str) {}
}

/// What is checked.
#[derive(Debug, Clone)]
pub(crate) struct Examinee {
    /// The program.
    pub(crate) program: Arc<Program>,
    /// The language of the advice that its faults get.
    pub(crate) language: Language,
}

/// Runs an exercise's checks against a program, which is stopped in the end.
///
/// One process meets them all, as a server meets its clients. After a check that failed, or that
/// ended the program, there is a fresh start, so that what it left behind does not spoil the next.
pub(crate) fn run(
    lesson: &Lesson,
    exercise: &Exercise<'_>,
    examinee: &Examinee,
    session: &Session,
    thoroughness: Thoroughness,
    listener: &mut dyn Listener,
) -> Tally {
    let program = &examinee.program;
    let listener = RefCell::new(listener);
    let mut silent = OnlyWaits(&listener);
    let mut examiner = Examiner {
        run: Run::new(lesson, session.beside(Arc::clone(program)), &mut silent),
        examinee,
        session,
        listener: &listener,
        port: None,
        spoiled: false,
        served: false,
        lost: None,
        found: Vec::new(),
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
        listener.borrow_mut().checked(&CheckReport {
            check,
            outcome,
            steps,
        });
        if settled {
            break;
        }
    }
    examiner.stop();
    program.leave_turn();
    tally
}

/// The steps of a check are told as one; only that something is waited for is told meanwhile.
struct OnlyWaits<'l, 'm>(&'l RefCell<&'m mut dyn Listener>);

impl Report for OnlyWaits<'_, '_> {
    fn event(&mut self, event: &Event<'_>) {
        if let Event::Waiting(what) = event {
            self.0.borrow_mut().waiting(what);
        }
    }
}

struct Examiner<'a, 'r, 'l, 'm> {
    run: Run<'a, 'r>,
    examinee: &'r Examinee,
    session: &'r Session,
    listener: &'l RefCell<&'m mut dyn Listener>,
    /// The port on which the program listened when a check started it.
    port: Option<u16>,
    /// The last check left the program in a state that nobody knows.
    spoiled: bool,
    /// The program has passed a check that met it as a client since it was started.
    served: bool,
    /// Why nothing further can be tried.
    lost: Option<String>,
    /// The faults that were found: others may follow from them.
    found: Vec<ProgramFault>,
    taken: Vec<(Verdict, String, Duration)>,
}

impl<'a> Examiner<'a, '_, '_, '_> {
    fn program(&self) -> &Program {
        &self.examinee.program
    }

    fn was_interrupted(&self) -> bool {
        self.session.interrupt_target().was_interrupted()
    }

    fn check(&mut self, check: &Check<'a>) -> CheckOutcome {
        let interrupted = || CheckOutcome::NotRun("interrupted".into());
        if self.was_interrupted() {
            return interrupted();
        }
        if let Some(why) = &self.lost {
            return CheckOutcome::NotRun(why.clone());
        }
        if let Err(outcome) = self.fresh_start() {
            self.lost = Some("it could not be started again".into());
            return if self.was_interrupted() {
                interrupted()
            } else {
                outcome
            };
        }
        self.program().take_news();
        // It ran before the check, which so meets it as a client.
        let met = self.program().is_running() && !check.given;
        self.run.go_on();
        let outcome = match self.steps(check) {
            CheckOutcome::Passed => self.survived(check),
            other => other,
        };
        if self.was_interrupted() {
            // What it came to is no matter of the program's.
            return interrupted();
        }
        if let Some(why) = self.kept_out(check, &outcome) {
            let lacking = ["EMFILE", "ENFILE", "ENOMEM"]
                .iter()
                .any(|name| why.contains(name));
            let taken = self.program().start_failure() != Some(StartFailure::NoProgram);
            let lost = if lacking {
                "this machine has too little left to run them"
            } else if taken {
                "something else has its port"
            } else {
                "the program cannot be started"
            };
            self.lost = Some(lost.into());
            return CheckOutcome::Blocked(why);
        }
        let failed = matches!(outcome, CheckOutcome::Failed(_));
        self.spoiled |= failed;
        self.served |= met && matches!(outcome, CheckOutcome::Passed);
        self.port = self.port.or(self.program().port());
        if failed && self.program().start_failure().is_some() && self.port.is_none() {
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
        // Descriptors and memory that the tester's own calls lack are no fault of the program's.
        let lacks = |symbol: &str| ["EMFILE", "ENFILE", "ENOMEM"].contains(&symbol);
        let own = (check.given && symbol.as_deref() == Some("EADDRINUSE"))
            || symbol.as_deref().is_some_and(lacks);
        let start = self.program().start_failure();
        let ours = matches!(
            start,
            Some(StartFailure::PortTaken | StartFailure::NoProgram)
        );
        (own || ours).then(|| match note {
            Some(note) => format!("{error}\n{note}"),
            None => error.clone(),
        })
    }

    /// After a check that failed, a server begins the next as if it were the first; so does one
    /// that was stopped.
    fn fresh_start(&mut self) -> Result<(), CheckOutcome> {
        let Some(port) = self.port else {
            self.stop();
            return Ok(());
        };
        if self.program().is_running() && !self.spoiled {
            return Ok(());
        }
        self.stop();
        (self.spoiled, self.served) = (false, false);
        let (session, listener) = (self.session, self.listener);
        let program = &self.examinee.program;
        let mut pause = |time| {
            if let Some(what) = program.awaited() {
                listener.borrow_mut().waiting(&what);
            }
            std::thread::sleep(time);
            if session.interrupt_target().was_interrupted() {
                Err(Cause::Interrupted)
            } else {
                Ok(())
            }
        };
        let Err(fault) = program.start_anew(&**session.network(), port, &mut pause) else {
            return Ok(());
        };
        let error = format!("a further start failed: {}", fault.cause.message());
        if program.start_failure() == Some(StartFailure::PortTaken) {
            let note = fault.note.unwrap_or_default();
            return Err(CheckOutcome::Blocked(format!("{error}\n{note}")));
        }
        let (symbol, note) = (None, fault.note);
        Err(self.failed(
            0,
            Reason::Unexpected {
                error,
                symbol,
                note,
            },
        ))
    }

    fn stop(&self) {
        if self.program().is_running() {
            // What Ctrl-C does not end is killed.
            let _ = self.program().stop(GRACE, &mut sleeping);
        }
        self.program().end();
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

    /// Gathers what is known of a failure.
    fn failed(&mut self, number: usize, reason: Reason) -> CheckOutcome {
        self.program().freeze(false);
        // What it has to say about the failure comes at once, or with its end.
        let _ = self.program().settle(SETTLE / 4, &mut sleeping);
        let ended = self.program().died();
        let wrote = self.program().take_news();
        let wrote = String::from_utf8_lossy(&wrote).into_owned();
        let evidence = self.run.take_evidence();
        let start = self.program().start_failure();
        let symbol = match &reason {
            Reason::Unexpected { symbol, .. } => symbol.as_deref(),
            _ => None,
        };
        let symptoms = Symptoms {
            symbol,
            evidence: evidence.as_deref(),
            ended: ended.as_ref(),
            start: start.as_ref(),
            served: self.served,
            wrote: &wrote,
        };
        let diagnosis = symptoms.fault().map(|fault| Diagnosis {
            fault,
            says: fault.says(&symptoms),
            advice: fault.advice(self.examinee.language),
            follows: self.found.iter().any(|earlier| earlier.explains(fault)),
        });
        self.found
            .extend(diagnosis.as_ref().map(|found| found.fault));
        CheckOutcome::Failed(Box::new(Shortfall {
            number,
            reason,
            diagnosis,
            evidence,
            ended: ended.as_ref().map(ProgramEnd::in_words),
            wrote,
        }))
    }

    /// A server that a check has broken fails it, though its answers were right.
    fn survived(&mut self, check: &Check<'_>) -> CheckOutcome {
        if self.program().port().is_some() && self.program().is_running() {
            let _ = self.program().settle(SETTLE, &mut sleeping);
        }
        if !self.program().has_died() {
            return CheckOutcome::Passed;
        }
        let number = check.steps.last().map_or(0, |step| step.0);
        let reason = Reason::Unexpected {
            error: "what came back was right, but the program ended".into(),
            symbol: None,
            note: None,
        };
        self.failed(number, reason)
    }
}
