//! The consoles of a lesson that is being taught: runs lines, holds those that wait, and finds out
//! what came of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::judge::{Variable, only_asks, type_of_call};
use crate::console::{EvalMode, Event, Running, Session};
use crate::lesson::format::model::{Statement, Step};
use crate::lesson::format::pattern::{Captures, Mismatch};
use crate::lesson::run::TIMEOUT;
use crate::lesson::tutor::code_facts::CodeFacts;
use crate::net::io_context::Activity;
use crate::repr::Repr;
use crate::repr::escape::quoted;
use crate::script::engine::Outcome;
use crate::script::failure::{Failure, FailureKind};
use crate::term::screen::Screen;

/// How often we look whether a statement has begun to wait.
const LOOK: Duration = Duration::from_millis(10);
/// How long an interrupted statement may take to end.
const GRACE: Duration = Duration::from_secs(2);

/// What a statement came to.
pub(crate) struct Ended {
    /// Its canonical text.
    pub(crate) transcript: String,
    /// Its error.
    pub(crate) error: Option<Failure>,
}

impl Ended {
    fn new(mut heard: Vec<String>, outcome: Outcome) -> Self {
        heard.extend(outcome.text());
        let error = outcome.error;
        let mut transcript = heard.join("\n");
        // An empty last line would else count as the end of the one before it.
        if heard.last().is_some_and(String::is_empty) {
            transcript.push('\n');
        }
        Self { transcript, error }
    }

    /// Whether Ctrl-C ended it.
    pub(crate) fn is_interrupted(&self) -> bool {
        let by_hand =
            |kind: &FailureKind| matches!(kind, FailureKind::Interrupted | FailureKind::Stopped);
        self.error
            .as_ref()
            .is_some_and(|failure| by_hand(&failure.kind))
    }
}

/// How a statement is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Watch {
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
    Ended(Ended),
    /// It waits in this call, on this.
    Holds(&'static str, String),
}

/// A statement that waits.
pub(crate) struct Held {
    /// Its step, from 0.
    pub(crate) step: usize,
    running: Running,
    heard: Vec<String>,
    /// Whether the learner was told that it woke.
    told: bool,
}

/// The consoles of the lesson, as far as the tutor follows them.
pub(crate) struct Stage {
    screen: Screen,
    pub(crate) captures: Captures,
    defined: BTreeSet<(String, String, String)>,
    held: BTreeMap<String, Held>,
}

impl Stage {
    pub(crate) fn new(screen: Screen) -> Self {
        Self {
            screen,
            captures: Captures::new(),
            defined: BTreeSet::new(),
            held: BTreeMap::new(),
        }
    }

    /// Runs a line in a console, for a step.
    pub(crate) fn run(
        &mut self,
        session: &mut Session,
        (number, console): (usize, &str),
        source: &str,
        watch: Watch,
    ) -> RunOutcome {
        let running = match session.begin(console, EvalMode::Statement, source) {
            Ok(running) => running,
            Err(cause) => {
                let failure = Failure::of_call(&cause.during("console"));
                let outcome = Outcome {
                    value: None,
                    error: Some(failure),
                };
                return RunOutcome::Ended(Ended::new(Vec::new(), outcome));
            }
        };
        let mut heard = Vec::new();
        let deadline = watch.limit.map(|limit| Instant::now() + limit);
        loop {
            let look = Instant::now() + LOOK;
            match self.hear(&running, &mut heard, look, watch.loud) {
                Some(outcome) => {
                    return RunOutcome::Ended(self.ended(heard, outcome, source, watch.loud));
                }
                None if watch.may_hold => {
                    if let Some((call, on)) = waiting(&running) {
                        let held = Held {
                            step: number,
                            running,
                            heard,
                            told: false,
                        };
                        self.held.insert(console.into(), held);
                        return RunOutcome::Holds(call, on);
                    }
                }
                None => {}
            }
            if deadline.is_some_and(|deadline| Instant::now() > deadline) {
                let outcome = self.stop(&running, &mut heard, watch.loud);
                return RunOutcome::Ended(self.ended(heard, outcome, source, watch.loud));
            }
        }
    }

    fn ended(&self, heard: Vec<String>, outcome: Outcome, source: &str, loud: bool) -> Ended {
        if loud {
            if let Some(value) = &outcome.value {
                self.screen.line(&value.to_string());
            }
            if let Some(failure) = &outcome.error {
                self.screen.raw(&self.screen.failure(failure, source, None));
            }
        }
        Ended::new(heard, outcome)
    }

    /// Hears a statement until it ends; none when the deadline comes first.
    fn hear(
        &self,
        running: &Running,
        heard: &mut Vec<String>,
        deadline: Instant,
        loud: bool,
    ) -> Option<Outcome> {
        loop {
            match running.next_event_before(deadline) {
                Ok(Some(Event::Printed(text))) => {
                    if loud {
                        self.screen.line(&text);
                    }
                    heard.push(text);
                }
                Ok(Some(Event::Noted(text))) if loud => self.screen.aside(&text),
                Ok(Some(Event::Noted(_))) => {}
                Ok(Some(Event::Ended(outcome))) => return Some(outcome),
                Ok(None) => return Some(Outcome::lost()),
                Err(_) => return None,
            }
        }
    }

    /// Interrupts a statement until it ends.
    fn stop(&self, running: &Running, heard: &mut Vec<String>, loud: bool) -> Outcome {
        let end = Instant::now() + GRACE;
        // A script may catch the first interrupt; the next ones stop it.
        while Instant::now() < end {
            running.interrupt();
            let look = (Instant::now() + Duration::from_millis(100)).min(end);
            if let Some(outcome) = self.hear(running, heard, look, loud) {
                return outcome;
            }
        }
        Outcome::lost()
    }

    /// The consoles with a statement that waits, and what they do; those that woke since the last
    /// time have `None`. Gives a statement that was just set free a moment to wake.
    pub(crate) fn states(&mut self) -> Vec<(String, Option<(&'static str, String)>)> {
        let mut states = Vec::new();
        for (console, held) in &mut self.held {
            if held.told {
                continue;
            }
            let number = held.running.number;
            let ended = |activity: &Activity| match activity {
                Activity::Idle { after } => *after >= number,
                Activity::Ended => true,
                _ => false,
            };
            let moment = Instant::now() + LOOK * 3;
            let activity = held.running.status().wait_until(Some(moment), ended);
            held.told = ended(&activity);
            states.push((
                console.clone(),
                waiting(&held.running).filter(|_| !held.told),
            ));
        }
        states
    }

    /// Whether a console has a statement that waits.
    pub(crate) fn holds(&self, console: &str) -> bool {
        self.held.contains_key(console)
    }

    /// Gives up the statements that wait: their consoles, and what they evaluate.
    pub(crate) fn let_go<'s>(&mut self, steps: &[&'s Step]) -> Vec<(String, Running, &'s str)> {
        let held = std::mem::take(&mut self.held).into_iter();
        held.filter_map(|(console, held)| {
            let source = &steps.get(held.step)?.statement()?.source;
            Some((console, held.running, source.as_str()))
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
    ) -> Option<(usize, Ended)> {
        let mut held = self.held.remove(console)?;
        let deadline = limit.map(|limit| Instant::now() + limit);
        let outcome = loop {
            let look = Instant::now() + LOOK * 5;
            if let Some(outcome) = self.hear(&held.running, &mut held.heard, look, false) {
                break outcome;
            }
            if stop() || deadline.is_some_and(|deadline| Instant::now() > deadline) {
                break self.stop(&held.running, &mut held.heard, false);
            }
        };
        Some((held.step, Ended::new(held.heard, outcome)))
    }

    /// The value of an expression; an error's text where it has none.
    pub(crate) fn value_of(
        &self,
        session: &mut Session,
        console: &str,
        text: &str,
    ) -> Result<Arc<Repr>, String> {
        let outcome = self.aside(session, console, text)?;
        match outcome.error {
            None => Ok(outcome.value.unwrap_or_else(|| Repr::Unit.into())),
            Some(failure) => Err(failure.text),
        }
    }

    fn aside(&self, session: &mut Session, console: &str, text: &str) -> Result<Outcome, String> {
        let running = session
            .begin(console, EvalMode::Aside, text)
            .map_err(|cause| cause.during("console").to_string())?;
        let mut heard = Vec::new();
        let outcome = self.hear(&running, &mut heard, Instant::now() + TIMEOUT, false);
        Ok(outcome.unwrap_or_else(|| self.stop(&running, &mut heard, false)))
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
            let value = self.value_of(session, &step.console, text);
            value.map_or_else(|error| format!("error: {error}"), |value| value.to_string())
        };
        let values: Vec<String> = transcript.pattern.exprs().map(value).collect();
        Some(transcript.pattern.matches(shown, &values, &self.captures))
    }

    /// Whether the step's `check:` holds; none where it has none.
    pub(crate) fn check(&self, session: &mut Session, step: &Step) -> Option<bool> {
        let check = step.check.as_ref()?;
        let value = self.value_of(session, &step.console, &check.text);
        Some(value.is_ok_and(|value| *value == Repr::Bool(true)))
    }

    /// The variables that the step makes, as they are now.
    pub(crate) fn variables(
        &self,
        session: &mut Session,
        console: &str,
        statement: &Statement,
    ) -> Vec<Variable> {
        let mut variables = Vec::new();
        for piece in &statement.pieces {
            for name in CodeFacts::of(piece).made {
                let known = session.has_variable(console, &name);
                let has = known
                    .then(|| self.type_of(session, console, &name))
                    .flatten();
                let wants = has.is_some().then(|| self.wanted(session, console, piece));
                let wants = wants.flatten();
                variables.push(Variable { name, has, wants });
            }
        }
        variables
    }

    fn type_of(&self, session: &mut Session, console: &str, text: &str) -> Option<String> {
        let name = self.value_of(session, console, &format!("type_of({text})"));
        name.ok()?.as_text().map(String::from)
    }

    /// The type that a `let` gives its variable, found without doing anything twice.
    fn wanted(&self, session: &mut Session, console: &str, piece: &str) -> Option<String> {
        let (target, value) = piece.split_once('=')?;
        // `unpack a, b` takes a value apart that we would have to ask for again.
        if !target.trim_start().starts_with("let ") && !target.trim_start().starts_with("const ") {
            return None;
        }
        let value = value.trim().trim_end_matches(';');
        if only_asks(&CodeFacts::of(value)) && !value.contains("${") {
            return self.type_of(session, console, value);
        }
        let (call, _) = value.strip_suffix(')')?.split_once('(')?;
        let call = call.rsplit('.').next()?;
        type_of_call(call.trim()).map(String::from)
    }

    /// Gives a console the captures so far as constants.
    pub(crate) fn define(&mut self, session: &mut Session, console: &str) {
        let captures: Vec<(String, String)> = self.captures.clone().into_iter().collect();
        for (name, text) in captures {
            let value = if text.parse::<i64>().is_ok() {
                text.clone()
            } else {
                quoted(&text)
            };
            let source = format!("const {name} = {value};");
            if self.defined.insert((console.into(), name, text)) {
                // A learner's own variable of this name stays theirs.
                let _ = self.aside(session, console, &source);
            }
        }
    }
}

/// The call that a statement waits in, and on what.
fn waiting(running: &Running) -> Option<(&'static str, String)> {
    match running.status().activity() {
        Activity::Waiting {
            statement,
            call,
            on,
            ..
        } if statement == running.number => Some((call, on.to_string())),
        _ => None,
    }
}
