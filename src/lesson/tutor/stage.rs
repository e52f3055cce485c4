//! The consoles of a lesson that is being taught: runs lines, holds those that wait, and finds out
//! what came of them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::judge::{Variable, only_asks, type_of_call};
use crate::console::{RunProgress, Session, StatementEnd, StatementRun, Task, Unseen, Until, Wait};
use crate::lesson::format::model::{Statement, Step};
use crate::lesson::format::pattern::{Captures, Mismatch};
use crate::lesson::run::TIMEOUT;
use crate::lesson::tutor::code_facts::CodeFacts;
use crate::repr::Repr;
use crate::script::catalog::ValueType;
use crate::script::context::Output;
use crate::script::engine::Outcome;
use crate::script::failure::Failure;
use crate::term::screen::{Screen, Style};

/// A wait that is shorter is a call's own, and none that a later step ends.
const SETTLED: Duration = Duration::from_millis(10);
/// How long a statement that was just set free may take to wake.
const WAKES: Duration = Duration::from_millis(30);
/// How often we look whether the learner has enough of waiting.
const LOOK: Duration = Duration::from_millis(50);
/// For so long nothing is said; then the learner hears what is being waited for.
const SILENCE: Duration = Duration::from_millis(900);

/// How a statement is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WatchMode {
    /// What it shows is shown to the learner.
    pub(crate) loud: bool,
    /// It may begin to wait, and is then held.
    pub(crate) may_hold: bool,
    /// It is interrupted after this time; none for the learner's own lines, which Ctrl-C ends.
    pub(crate) limit: Option<Duration>,
}

/// What became of a line.
pub(crate) enum RunOutcome {
    /// It ended.
    Ended(StatementEnd),
    /// It waits in this call.
    Holds(Wait),
    /// Ctrl-Z left it.
    Left,
}

/// A statement that waits.
pub(crate) struct Held {
    /// Its step, from 0.
    pub(crate) step: usize,
    run: StatementRun,
    /// Whether the learner was told that it woke.
    told: bool,
}

/// The consoles of the lesson, as far as the tutor follows them.
pub(crate) struct Stage {
    screen: Screen,
    pub(crate) captures: Captures,
    held: BTreeMap<String, Held>,
}

impl Stage {
    pub(crate) fn new(screen: Screen) -> Self {
        Self {
            screen,
            captures: Captures::new(),
            held: BTreeMap::new(),
        }
    }

    /// Runs a line in a console, for a step.
    pub(crate) fn run(
        &mut self,
        session: &mut Session,
        (number, console): (usize, &str),
        source: &str,
        watch: WatchMode,
    ) -> RunOutcome {
        match begin(session, console, source) {
            Ok(run) => {
                let (outcome, _) = self.follow(run, (number, console), source, watch);
                outcome
            }
            Err(ended) => RunOutcome::Ended(*ended),
        }
    }

    /// Follows a line that was begun in a console, for a step. Gives back one that Ctrl-Z left.
    pub(crate) fn follow(
        &mut self,
        mut run: StatementRun,
        (number, console): (usize, &str),
        source: &str,
        watch: WatchMode,
    ) -> (RunOutcome, Option<StatementRun>) {
        let settled = |wait: &Wait| wait.since.elapsed() >= SETTLED;
        let end = watch.limit.map(|limit| Instant::now() + limit);
        let mut silent = Some(Instant::now() + SILENCE);
        let out: &dyn Output = if watch.loud { &self.screen } else { &Unseen };
        let ended = loop {
            let until = Until {
                deadline: end.into_iter().chain(silent).min(),
                waits: watch.may_hold.then_some(&settled),
            };
            match run.follow(until, out) {
                RunProgress::Ended(ended) => break ended,
                RunProgress::Waits(wait) => {
                    let held = Held {
                        step: number,
                        run,
                        told: false,
                    };
                    self.held.insert(console.into(), held);
                    return (RunOutcome::Holds(wait), None);
                }
                RunProgress::DetachRequested if watch.limit.is_none() => {
                    return (RunOutcome::Left, Some(run));
                }
                RunProgress::OutOfTime if end.is_none_or(|end| Instant::now() < end) => {
                    silent = None;
                    self.break_silence(console, run.wait().as_ref(), watch);
                }
                RunProgress::DetachRequested | RunProgress::OutOfTime => break run.stop(out),
            }
        };
        if watch.loud {
            if let Some(value) = &ended.outcome.value {
                self.screen.canonical(value);
            }
            let failure = ended.outcome.error.as_ref();
            if let Some(failure) = failure.filter(|failure| !failure.leaves()) {
                let mut text = self.screen.failure(failure, source, None);
                if ended.is_interrupted() {
                    // The terminal has shown `^C`.
                    text.insert(0, '\n');
                }
                self.screen.raw(&text);
            }
        }
        (RunOutcome::Ended(ended), None)
    }

    /// Says what is being waited for.
    fn break_silence(&self, console: &str, wait: Option<&Wait>, watch: WatchMode) {
        let doing = match wait {
            Some(wait) => format!("waits in {wait}"),
            None => "is still at it".into(),
        };
        let text = match (watch.limit, wait) {
            (Some(_), _) => format!("(one moment: `{console}` {doing})"),
            (None, None) => format!("(`{console}` {doing}: Ctrl-C ends it)"),
            (None, Some(_)) => format!(
                "(`{console}` {doing}: Ctrl-C ends that; then `back` brings back what was used up)"
            ),
        };
        self.screen.raw(&self.screen.paint(Style::Dim, &text));
    }

    /// The consoles with a statement that waits, and what they do; those that woke since the last
    /// time have `None`. Gives a statement that was just set free a moment to wake.
    pub(crate) fn states(&mut self) -> Vec<(String, Option<Wait>)> {
        let mut states = Vec::new();
        for (console, held) in &mut self.held {
            if held.told {
                continue;
            }
            held.told = held.run.ends_within(WAKES);
            states.push((console.clone(), held.run.wait()));
        }
        states
    }

    /// Whether a console has a statement that waits.
    pub(crate) fn holds(&self, console: &str) -> bool {
        self.held.contains_key(console)
    }

    /// Gives up the statements that wait: their consoles, and what they evaluate.
    pub(crate) fn let_go<'s>(
        &mut self,
        steps: &[&'s Step],
    ) -> Vec<(String, StatementRun, &'s str)> {
        let held = std::mem::take(&mut self.held).into_iter();
        held.filter_map(|(console, held)| {
            let source = &steps.get(held.step)?.statement()?.source;
            Some((console, held.run, source.as_str()))
        })
        .collect()
    }

    /// The consoles with a statement that waits.
    pub(crate) fn holding(&self) -> Vec<String> {
        self.held.keys().cloned().collect()
    }

    /// Waits for the statement that a console holds; `stop` says that the learner has enough. Gives
    /// its step and what it came to.
    pub(crate) fn join(
        &mut self,
        console: &str,
        limit: Option<Duration>,
        mut stop: impl FnMut() -> bool,
    ) -> Option<(usize, StatementEnd)> {
        let mut held = self.held.remove(console)?;
        let deadline = limit.map(|limit| Instant::now() + limit);
        let mut silent = Some(Instant::now() + SILENCE);
        let ended = loop {
            if silent.is_some_and(|end| Instant::now() > end) {
                silent = None;
                let doing = held
                    .run
                    .wait()
                    .map_or_else(String::new, |wait| format!(": it waits in {wait}"));
                let text = format!("  [{console}] has not ended yet{doing}; Ctrl-C gives it up");
                self.screen.raw(&self.screen.paint(Style::Dim, &text));
            }
            match held.run.follow(Until::within(LOOK), &Unseen) {
                RunProgress::Ended(ended) => break ended,
                _ if stop() || deadline.is_some_and(|deadline| Instant::now() > deadline) => {
                    break held.run.stop(&Unseen);
                }
                _ => {}
            }
        };
        Some((held.step, ended))
    }

    /// Compares what a step's console showed with the step's transcript, if it has one.
    pub(crate) fn compare(
        &self,
        session: &mut Session,
        step: &Step,
        shown: &str,
    ) -> Option<Result<Captures, Mismatch>> {
        let transcript = step.statement()?.transcript.as_ref()?;
        let value = |text: &str| {
            let value = value_of(session, &step.console, text);
            value.map_or_else(|error| format!("error: {error}"), |value| value.to_string())
        };
        let values: Vec<String> = transcript.pattern.exprs().map(value).collect();
        Some(transcript.pattern.matches(shown, &values, &self.captures))
    }

    /// Gives a console the captures so far as constants.
    pub(crate) fn define(&self, session: &mut Session, console: &str) {
        // A console that cannot be started says so at the learner's line.
        let _ = session.define(console, &self.captures);
    }
}

/// Begins a line in a console; how it ended where no console can be started.
pub(crate) fn begin(
    session: &mut Session,
    console: &str,
    source: &str,
) -> Result<StatementRun, Box<StatementEnd>> {
    let run = session.begin(console, Task::Statement(source.into()));
    let run = run.map(StatementRun::recorded);
    run.map_err(|cause| {
        let failure = Failure::of_call(&cause.during("console"));
        let outcome = Outcome {
            value: None,
            error: Some(failure),
        };
        StatementEnd::without_output(outcome).into()
    })
}

/// The value of an expression; an error's text where it has none.
pub(crate) fn value_of(
    session: &mut Session,
    console: &str,
    text: &str,
) -> Result<Arc<Repr>, String> {
    value_within(session, console, text, TIMEOUT)
}

/// [`value_of`] an expression that may take so long.
pub(crate) fn value_within(
    session: &mut Session,
    console: &str,
    text: &str,
    limit: Duration,
) -> Result<Arc<Repr>, String> {
    let outcome = session.ask(console, text, limit);
    let outcome = outcome.map_err(|cause| cause.during("console").to_string())?;
    match outcome.error {
        None => Ok(outcome.value.unwrap_or_else(|| Repr::Unit.into())),
        Some(failure) => Err(failure.text),
    }
}

/// Whether the step's `check:` holds; none where it has none.
pub(crate) fn check(session: &mut Session, step: &Step) -> Option<bool> {
    let check = step.check.as_ref()?;
    let value = value_of(session, &step.console, &check.text);
    Some(value.is_ok_and(|value| *value == Repr::Bool(true)))
}

/// The variables that the step makes, as they are now.
pub(crate) fn variables(
    session: &mut Session,
    console: &str,
    statement: &Statement,
) -> Vec<Variable> {
    let mut variables = Vec::new();
    for piece in &statement.pieces {
        for name in CodeFacts::of(piece).made {
            let known = session.has_variable(console, &name);
            let has = known.then(|| type_of(session, console, &name)).flatten();
            let wants = has.is_some().then(|| wanted(session, console, piece));
            let wants = wants.flatten();
            variables.push(Variable { name, has, wants });
        }
    }
    variables
}

fn type_of(session: &mut Session, console: &str, text: &str) -> Option<ValueType> {
    let name = value_of(session, console, &format!("type_of({text})"));
    ValueType::of_rhai(name.ok()?.as_text()?)
}

/// The type that a `let` gives its variable, found without doing anything twice.
fn wanted(session: &mut Session, console: &str, piece: &str) -> Option<ValueType> {
    let (target, value) = piece.split_once('=')?;
    // `unpack a, b` takes a value apart that we would have to ask for again.
    if !target.trim_start().starts_with("let ") && !target.trim_start().starts_with("const ") {
        return None;
    }
    let value = value.trim().trim_end_matches(';');
    if only_asks(&CodeFacts::of(value)) && !value.contains("${") {
        return type_of(session, console, value);
    }
    type_of_call(value)
}
