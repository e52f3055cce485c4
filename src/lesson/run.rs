//! The runner: carries a lesson's steps out in its consoles and compares what they show.

mod checkpoint;
pub mod compare;
pub(crate) mod evidence;
pub(crate) mod exercise;
mod exercises;
pub(crate) mod requirements;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::console::{EvalMode, Event as Heard, Running, Session};
use crate::lesson::format::model::{Lesson, Question, Statement, Step, StepKind};
use crate::lesson::format::pattern::Captures;
use crate::lesson::output::report::Report;
use crate::lesson::results::{Event, Reason, Source, StepReport, Summary, Verdict};
use crate::net::io_context::Activity;
use crate::net::process::Program;
use crate::repr::Repr;
use crate::repr::escape::quoted;
use crate::script::engine::Outcome;
use crate::script::failure::Evidence;

pub(crate) use crate::lesson::run::checkpoint::{Checkpoint, run_on};

/// How long a statement may take where the lesson does not say.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);
/// How long an interrupted statement may take to end.
const GRACE: Duration = Duration::from_secs(2);

/// The model solution of an exercise, by its name; the error says why there is none.
pub(crate) type Solutions<'s> = &'s dyn Fn(&str) -> Result<Arc<Program>, String>;

/// Runs a whole lesson in a fresh session and reports it; the checks of its exercises are skipped.
pub fn run(source: &Source, lesson: &Lesson, session: Session, report: &mut dyn Report) -> Summary {
    run_with(source, lesson, session, None, report)
}

/// [`run`], with the checks of the exercises run against their model solutions.
pub(crate) fn run_with(
    source: &Source,
    lesson: &Lesson,
    session: Session,
    solutions: Option<Solutions<'_>>,
    report: &mut dyn Report,
) -> Summary {
    let started = Instant::now();
    report.event(&Event::Begun(source, lesson));
    let mut summary = Summary::default();
    match requirements::missing(&lesson.header.only_if) {
        Some(why) => summary.not_here = Some(why),
        None => {
            let mut run = Run::new(lesson, session, report);
            run.steps(0);
            run.exercises(solutions);
            summary = run.summary;
        }
    }
    summary.took = started.elapsed();
    report.event(&Event::Ended(&summary));
    summary
}

/// A step whose statement holds in a call.
struct Held<'a> {
    step: &'a Step,
    number: usize,
    running: Running,
    heard: VecDeque<String>,
    begun: Instant,
}

/// A run of a lesson's steps in a session.
pub(crate) struct Run<'a, 'r> {
    lesson: &'a Lesson,
    session: Session,
    report: &'r mut dyn Report,
    /// By console.
    waiting: BTreeMap<String, Held<'a>>,
    captures: Captures,
    /// The constants that each console has from captures.
    defined: BTreeMap<String, BTreeSet<(String, String)>>,
    summary: Summary,
    /// How each step went, where somebody goes on from here.
    told: Option<Vec<checkpoint::StepRecord>>,
    /// An error that nobody expected came: nothing further is run.
    stopped: bool,
    /// What the last failure tells of bytes sent and received.
    evidence: Option<Box<Evidence>>,
}

/// What a statement came to: its transcript, and its error where it had one.
struct Ended {
    transcript: String,
    outcome: Outcome,
}

impl<'a, 'r> Run<'a, 'r> {
    /// A run that has not begun.
    pub(crate) fn new(lesson: &'a Lesson, session: Session, report: &'r mut dyn Report) -> Self {
        Self {
            lesson,
            session,
            report,
            waiting: BTreeMap::new(),
            captures: Captures::new(),
            defined: BTreeMap::new(),
            summary: Summary::default(),
            told: None,
            stopped: false,
            evidence: None,
        }
    }

    /// The steps behind those that are done already, up to the first exercise.
    fn steps(&mut self, done: usize) {
        let exercise = |step: &Step| step.exercise.is_some();
        let own = self.lesson.steps.iter().position(exercise);
        let own = own.unwrap_or(self.lesson.steps.len());
        for (at, step) in self.lesson.steps[..own].iter().enumerate().skip(done) {
            self.join(&step.console);
            let begun = Instant::now();
            let (verdict, transcript) = self.step(at + 1, step);
            self.tell(step, at + 1, &verdict, &transcript, begun);
        }
        self.join_all();
    }

    /// Ends all that waits; gives how each went.
    pub(crate) fn join_all(&mut self) -> Vec<Verdict> {
        let consoles: Vec<String> = self.waiting.keys().cloned().collect();
        consoles
            .iter()
            .filter_map(|console| self.join(console))
            .collect()
    }

    /// Goes on after a failure.
    pub(crate) fn go_on(&mut self) {
        self.stopped = false;
    }

    /// What the last failure tells of bytes sent and received.
    pub(crate) fn take_evidence(&mut self) -> Option<Box<Evidence>> {
        self.evidence.take()
    }

    fn tell(
        &mut self,
        step: &Step,
        number: usize,
        verdict: &Verdict,
        transcript: &str,
        begun: Instant,
    ) {
        match verdict {
            Verdict::Passed => self.summary.passed += 1,
            Verdict::Waits { .. } => {}
            Verdict::Failed(reason) => {
                self.summary.failed += 1;
                self.stopped |= reason.ends_lesson();
            }
            Verdict::Skipped(_) => self.summary.skipped += 1,
            Verdict::NotRun => self.summary.not_run += 1,
        }
        if let Some(told) = &mut self.told {
            told.push((number, verdict.clone(), transcript.into()));
        }
        let took = begun.elapsed();
        self.report.event(&Event::Step(&StepReport {
            step,
            number,
            transcript,
            verdict,
            took,
        }));
    }

    /// Carries out one step; gives how it went and what it showed.
    pub(crate) fn step(&mut self, number: usize, step: &'a Step) -> (Verdict, String) {
        if self.stopped {
            return (Verdict::NotRun, String::new());
        }
        if let Some(why) = requirements::missing(&step.only_if) {
            return (Verdict::Skipped(why), String::new());
        }
        let nothing = String::new();
        match &step.kind {
            StepKind::Statement(statement) => self.statement(number, step, statement),
            StepKind::Ask(question) => (self.question(step, question), nothing),
            StepKind::Explore(_) | StepKind::Enter(_) => (Verdict::Passed, nothing),
        }
    }

    fn statement(
        &mut self,
        number: usize,
        step: &'a Step,
        statement: &'a Statement,
    ) -> (Verdict, String) {
        if let Err(reason) = self.define_captures(step) {
            return (Verdict::Failed(reason), String::new());
        }
        let running =
            match self
                .session
                .begin(&step.console, EvalMode::Statement, &statement.source)
            {
                Ok(running) => running,
                Err(cause) => {
                    let text = cause.during("console").to_string();
                    return (Verdict::Failed(Reason::NoConsole(text)), String::new());
                }
            };
        let mut held = Held {
            step,
            number,
            running,
            heard: VecDeque::new(),
            begun: Instant::now(),
        };
        if step.waits {
            return match self.holds(&held) {
                Ok(verdict) => {
                    self.waiting.insert(step.console.clone(), held);
                    (verdict, String::new())
                }
                Err(reason) => {
                    let ended = self.finish(&mut held);
                    (
                        Verdict::Failed(reason),
                        ended.map_or_else(|_| String::new(), |e| e.transcript),
                    )
                }
            };
        }
        self.judge(&mut held)
    }

    /// Waits until the statement is inside a call that cannot go on.
    fn holds(&self, held: &Held<'_>) -> Result<Verdict, Reason> {
        let number = held.running.number;
        let settled = |activity: &Activity| match activity {
            Activity::Waiting { statement, .. } => *statement == number,
            Activity::Idle { after } => *after >= number,
            Activity::Running { .. } => false,
            Activity::Ended => true,
        };
        let deadline = held.begun + self.limit(held.step);
        match held.running.status().wait_until(Some(deadline), settled) {
            Activity::Waiting {
                statement,
                call,
                on,
                ..
            } if statement == number => Ok(Verdict::Waits {
                call,
                on: on.to_string(),
            }),
            Activity::Running { .. } => Err(self.out_of_time(held)),
            _ => Err(Reason::DidNotWait),
        }
    }

    /// Ends what waits in a console: its transcript is compared now.
    pub(crate) fn join(&mut self, console: &str) -> Option<Verdict> {
        let mut held = self.waiting.remove(console)?;
        if self.stopped {
            // It is interrupted when the session ends.
            self.tell(held.step, held.number, &Verdict::NotRun, "", held.begun);
            return Some(Verdict::NotRun);
        }
        // What ends it has happened by now, or never will.
        held.begun = Instant::now();
        let begun = held.begun;
        let (verdict, transcript) = self.judge(&mut held);
        self.tell(held.step, held.number, &verdict, &transcript, begun);
        Some(verdict)
    }

    fn judge(&mut self, held: &mut Held<'a>) -> (Verdict, String) {
        let ended = match self.finish(held) {
            Ok(ended) => ended,
            Err(reason) => return (Verdict::Failed(reason), String::new()),
        };
        let verdict = match self.compare(held.step, &ended) {
            Ok(()) => Verdict::Passed,
            Err(reason) => Verdict::Failed(reason),
        };
        (verdict, ended.transcript)
    }

    /// Hears a statement to its end; in time, or it is interrupted.
    fn finish(&self, held: &mut Held<'_>) -> Result<Ended, Reason> {
        let deadline = held.begun + self.limit(held.step);
        match hear(&held.running, &mut held.heard, deadline) {
            Some(outcome) => Ok(ended(&held.heard, outcome)),
            None => {
                let reason = self.out_of_time(held);
                let end = Instant::now() + GRACE;
                // A script may catch the first interrupt; the next ones stop it.
                while Instant::now() < end {
                    held.running.interrupt();
                    let look = (Instant::now() + Duration::from_millis(100)).min(end);
                    if hear(&held.running, &mut held.heard, look).is_some() {
                        break;
                    }
                }
                Err(reason)
            }
        }
    }

    fn out_of_time(&self, held: &Held<'_>) -> Reason {
        let waiting = match held.running.status().activity() {
            Activity::Waiting { call, on, .. } => Some((call, on.to_string())),
            _ => None,
        };
        Reason::TimedOut {
            limit: self.limit(held.step),
            waiting,
        }
    }

    fn limit(&self, step: &Step) -> Duration {
        step.timeout
            .or(self.lesson.header.timeout)
            .unwrap_or(TIMEOUT)
    }

    fn compare(&mut self, step: &Step, ended: &Ended) -> Result<(), Reason> {
        let transcript = step
            .statement()
            .and_then(|statement| statement.transcript.as_ref());
        let expects_error =
            transcript.is_some_and(crate::lesson::format::model::Transcript::expects_error);
        if let Some(failure) = &ended.outcome.error
            && !expects_error
        {
            self.evidence.clone_from(&failure.evidence);
            return Err(Reason::Unexpected {
                error: failure.text.clone(),
                symbol: failure.symbol().map(String::from),
                note: failure.note.clone(),
            });
        }
        if let Some(transcript) = transcript {
            let mut values = Vec::new();
            for expression in transcript.pattern.exprs() {
                values.push(self.value_of(step, "hole", expression)?.to_string());
            }
            let found = transcript
                .pattern
                .matches(&ended.transcript, &values, &self.captures)
                .map_err(Reason::Differs)?;
            self.captures.extend(found);
        }
        match &step.check {
            None => Ok(()),
            Some(check) => match self.value_of(step, "check", &check.text)? {
                value if *value == Repr::Bool(true) => Ok(()),
                value => Err(Reason::Expression {
                    of: "check",
                    text: check.text.clone(),
                    shown: value.to_string(),
                }),
            },
        }
    }

    /// The value of an expression of the lesson, in the step's console.
    fn value_of(&mut self, step: &Step, of: &'static str, text: &str) -> Result<Arc<Repr>, Reason> {
        let outcome = self.aside(step, text)?;
        match outcome.error {
            None => Ok(outcome.value.unwrap_or_else(|| Repr::Unit.into())),
            Some(failure) => {
                let shown = format!("error: {}", failure.text);
                Err(Reason::Expression {
                    of,
                    text: text.into(),
                    shown,
                })
            }
        }
    }

    fn aside(&mut self, step: &Step, text: &str) -> Result<Outcome, Reason> {
        let running = self
            .session
            .begin(&step.console, EvalMode::Aside, text)
            .map_err(|cause| Reason::NoConsole(cause.during("console").to_string()))?;
        let mut held = Held {
            step,
            number: 0,
            running,
            heard: VecDeque::new(),
            begun: Instant::now(),
        };
        self.finish(&mut held).map(|ended| ended.outcome)
    }

    /// Gives the step's console the captures so far as constants.
    fn define_captures(&mut self, step: &Step) -> Result<(), Reason> {
        let captures: Vec<(String, String)> = self
            .captures
            .iter()
            .map(|(name, text)| (name.clone(), text.clone()))
            .collect();
        for capture in captures {
            if self
                .defined
                .entry(step.console.clone())
                .or_default()
                .insert(capture.clone())
            {
                let (name, text) = capture;
                let value = if text.parse::<i64>().is_ok() {
                    text
                } else {
                    quoted(&text)
                };
                self.aside(step, &format!("const {name} = {value};"))?;
            }
        }
        Ok(())
    }

    /// A question can be answered: its answers are among the choices, or can be evaluated.
    fn question(&mut self, step: &Step, question: &Question) -> Verdict {
        if let Err(reason) = self.define_captures(step) {
            return Verdict::Failed(reason);
        }
        for answer in &question.answers {
            if answer.text == "*" || question.choices.contains(&answer.text) {
                continue;
            }
            if !question.choices.is_empty() {
                let (text, shown) = (answer.text.clone(), "not one of the choices".into());
                return Verdict::Failed(Reason::Expression {
                    of: "answer",
                    text,
                    shown,
                });
            }
            if let Err(reason) = self.value_of(step, "answer", &answer.text) {
                return Verdict::Failed(reason);
            }
        }
        Verdict::Passed
    }
}

/// Gathers what a statement prints until it ends; none when the deadline comes first.
pub(crate) fn hear(
    running: &Running,
    heard: &mut VecDeque<String>,
    deadline: Instant,
) -> Option<Outcome> {
    loop {
        match running.next_event_before(deadline) {
            Ok(Some(Heard::Printed(text))) => heard.push_back(text),
            Ok(Some(Heard::Noted(_))) => {}
            Ok(Some(Heard::Ended(outcome))) => return Some(outcome),
            Ok(None) => return Some(Outcome::lost()),
            Err(_) => return None,
        }
    }
}

fn ended(heard: &VecDeque<String>, outcome: Outcome) -> Ended {
    Ended {
        transcript: transcript(heard, &outcome),
        outcome,
    }
}

/// The transcript: the printed lines, then the value or the error.
pub(crate) fn transcript(heard: &VecDeque<String>, outcome: &Outcome) -> String {
    let last = outcome.text();
    let lines: Vec<&str> = heard
        .iter()
        .map(String::as_str)
        .chain(last.as_deref())
        .collect();
    let mut transcript = lines.join("\n");
    // An empty last line would else count as the end of the one before it.
    if lines.last() == Some(&"") {
        transcript.push('\n');
    }
    transcript
}
