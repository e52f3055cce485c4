//! The runner: carries a lesson's steps out in its consoles and compares what they show.

mod checkpoint;
pub mod compare;
pub(crate) mod evidence;
pub(crate) mod exercise;
mod exercises;
pub(crate) mod host;
pub(crate) mod launch;
mod packet_check;
pub(crate) mod requirements;
pub(crate) mod side_by_side;
pub(crate) mod submission;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::console::{RunProgress, Session, StatementEnd, StatementRun, Task, Unseen, Until};
use crate::lesson::format::model::{Lesson, Question, Statement, Step, StepKind};
use crate::lesson::format::pattern::Captures;
use crate::lesson::results::Report;
use crate::lesson::results::{Event, Reason, Source, StepReport, Summary, Verdict};
use crate::lesson::run::exercise::Examinee;
use crate::net::error::Cause;
use crate::net::process::Program;
use crate::repr::Repr;
use crate::script::failure::Evidence;
use crate::trace::{Choice, Ladder};

pub(crate) use crate::lesson::run::checkpoint::{Checkpoint, run_on};
use crate::lesson::run::packet_check::PacketMark;

/// How long a statement may take where the lesson does not say.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);

/// Between two looks at whether a program is waited for.
const LOOK: Duration = Duration::from_millis(250);

/// The model solution of an exercise, by its name; the error says why there is none.
pub(crate) type Solutions<'s> = &'s dyn Fn(&str) -> Result<Examinee, String>;

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
            run.watch_packets();
            run.steps(0);
            run.exercises(solutions);
            summary = run.summary;
        }
    }
    summary.took = started.elapsed();
    report.event(&Event::Ended(&summary));
    summary
}

/// A step whose statement is being evaluated.
struct Begun<'a> {
    step: &'a Step,
    number: usize,
    run: StatementRun,
    at: Instant,
    /// Where its packets begin, if anybody looks at them.
    packets: Option<PacketMark>,
}

/// A run of a lesson's steps in a session.
pub(crate) struct Run<'a, 'r> {
    lesson: &'a Lesson,
    session: Session,
    report: &'r mut dyn Report,
    /// By console.
    waiting: BTreeMap<String, Begun<'a>>,
    captures: Captures,
    summary: Summary,
    /// How each step went, where somebody goes on from here.
    history: Option<Vec<checkpoint::StepRecord>>,
    /// An error that nobody expected came: nothing further is run.
    stopped: bool,
    /// What the last failure tells of bytes sent and received.
    evidence: Option<Box<Evidence>>,
    /// Whether packets are recorded, or why there are none; none where nobody asks.
    watched: Option<Result<(), String>>,
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
            summary: Summary::default(),
            history: None,
            stopped: false,
            evidence: None,
            watched: None,
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
        // What Ctrl-C ended did not fall short.
        let interrupted = self.session.interrupt_target().was_interrupted();
        let (verdict, transcript) = match verdict {
            Verdict::Failed(_) if interrupted => (&Verdict::NotRun, ""),
            _ => (verdict, transcript),
        };
        match verdict {
            Verdict::Passed => self.summary.passed += 1,
            Verdict::Waits(_) => {}
            Verdict::Failed(reason) => {
                self.summary.failed += 1;
                self.stopped |= reason.ends_lesson();
            }
            Verdict::Skipped(_) => self.summary.skipped += 1,
            Verdict::NotRun => self.summary.not_run += 1,
        }
        if let Some(history) = &mut self.history {
            history.push((number, verdict.clone(), transcript.into()));
        }
        let took = begun.elapsed();
        let picture = self.picture(step, verdict);
        self.report.event(&Event::Step(&StepReport {
            step,
            number,
            transcript,
            picture: picture.as_ref(),
            verdict,
            took,
        }));
    }

    /// The picture that a step has the learner draw.
    fn picture(&self, step: &Step, verdict: &Verdict) -> Option<Ladder> {
        let StepKind::Enter(line) = &step.kind else {
            return None;
        };
        if !self.report.wants_pictures() || *verdict != Verdict::Passed {
            return None;
        }
        let choice = match line.split_whitespace().collect::<Vec<_>>()[..] {
            ["ladder"] => Choice::Last,
            ["ladder", word] => self.session.conversation(&step.console, word)?,
            _ => return None,
        };
        Some(self.session.ladder(&choice))
    }

    /// Carries out one step; gives how it went and what it showed.
    pub(crate) fn step(&mut self, number: usize, step: &'a Step) -> (Verdict, String) {
        if self.stopped || self.session.interrupt_target().was_interrupted() {
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
        let packets = self.packet_mark(step);
        let begun = self
            .define_captures(step)
            .and_then(|()| self.begin(step, Task::Statement(statement.source.as_str().into())));
        let run = match begun {
            Ok(run) => run,
            Err(reason) => return (Verdict::Failed(reason), String::new()),
        };
        let mut begun = Begun {
            step,
            number,
            run,
            at: Instant::now(),
            packets,
        };
        if !step.waits {
            return self.judge(&mut begun);
        }
        // What ends it must be a later step.
        let until = Until {
            waits: Some(&|_| true),
            ..Until::within(self.limit(step))
        };
        let reason = match begun.run.follow(until, &Unseen) {
            RunProgress::Waits(wait) => {
                self.waiting.insert(step.console.clone(), begun);
                return (Verdict::Waits(wait), String::new());
            }
            RunProgress::Ended(ended) => {
                let reason = Reason::DidNotWait;
                return (Verdict::Failed(reason), ended.transcript());
            }
            _ => self.out_of_time(&mut begun.run, step),
        };
        (Verdict::Failed(reason), String::new())
    }

    /// Gives the step's console the captures so far as constants.
    fn define_captures(&mut self, step: &Step) -> Result<(), Reason> {
        let defined = self.session.define(&step.console, &self.captures);
        defined.map_err(no_console)
    }

    fn begin(&mut self, step: &Step, task: Task) -> Result<StatementRun, Reason> {
        let begun = self.session.begin(&step.console, task);
        begun.map(StatementRun::recorded).map_err(no_console)
    }

    /// Ends what waits in a console: its transcript is compared now.
    pub(crate) fn join(&mut self, console: &str) -> Option<Verdict> {
        let mut begun = self.waiting.remove(console)?;
        if self.stopped {
            // It is interrupted when the session ends.
            self.tell(begun.step, begun.number, &Verdict::NotRun, "", begun.at);
            return Some(Verdict::NotRun);
        }
        // What ends it has happened by now, or never will.
        begun.at = Instant::now();
        let (verdict, transcript) = self.judge(&mut begun);
        self.tell(begun.step, begun.number, &verdict, &transcript, begun.at);
        Some(verdict)
    }

    fn judge(&mut self, begun: &mut Begun<'a>) -> (Verdict, String) {
        let step = begun.step;
        let ended = match self.finish(&mut begun.run, step) {
            Ok(ended) => ended,
            Err(reason) => return (Verdict::Failed(reason), String::new()),
        };
        let transcript = ended.transcript();
        let compared = self
            .compare(step, &ended, &transcript)
            .and_then(|()| self.check_packets(step, begun.packets));
        let verdict = match compared {
            Ok(()) => Verdict::Passed,
            Err(reason) => Verdict::Failed(reason),
        };
        (verdict, transcript)
    }

    /// Follows a statement to its end, which must come in time. What a program takes to start is no
    /// time of the step's.
    fn finish(&mut self, run: &mut StatementRun, step: &Step) -> Result<StatementEnd, Reason> {
        let mut left = self.limit(step);
        loop {
            let slice = match self.session.program() {
                Some(_) => left.min(LOOK),
                None => left,
            };
            if let RunProgress::Ended(ended) = run.follow(Until::within(slice), &Unseen) {
                return Ok(ended);
            }
            if let Some(what) = self.session.program().and_then(Program::awaited) {
                self.report.event(&Event::Waiting(&what));
            } else {
                left = left.saturating_sub(slice);
            }
            if left.is_zero() {
                return Err(self.out_of_time(run, step));
            }
        }
    }

    /// Stops a statement, and says what kept it.
    fn out_of_time(&self, run: &mut StatementRun, step: &Step) -> Reason {
        let (limit, wait) = (self.limit(step), run.wait());
        run.stop(&Unseen);
        Reason::TimedOut { limit, wait }
    }

    fn limit(&self, step: &Step) -> Duration {
        step.timeout
            .or(self.lesson.header.timeout)
            .unwrap_or(TIMEOUT)
    }

    fn compare(&mut self, step: &Step, ended: &StatementEnd, shown: &str) -> Result<(), Reason> {
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
                .matches(shown, &values, &self.captures)
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
        let mut run = self.begin(step, Task::Aside(text.into()))?;
        let outcome = self.finish(&mut run, step)?.outcome;
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

fn no_console(cause: Cause) -> Reason {
    Reason::NoConsole(cause.during("console").to_string())
}
