//! What the learner's lines at a step did, by the record of their calls: for the judge, and to tell
//! at once when a line used up what the lesson still needs.

use std::collections::BTreeMap;
use std::os::fd::RawFd;
use std::sync::Arc;
use std::time::Duration;

use super::{CodeFacts, Judgement, Lead, stage};
use crate::console::StatementEnd;
use crate::lesson::format::model::{Statement, Step};
use crate::lesson::tutor::code_facts::{
    NameSet, changed_in_place, is_set_anew, mentions, squeezed,
};
use crate::lesson::tutor::deeds::{Aim, Deeds, aimed_calls};
use crate::lesson::tutor::judge::{Seen, judge, only_asks, parts_done};
use crate::repr::Repr;
use crate::repr::escape::quoted;
use crate::script::catalog::Effect;
use crate::script::failure::Failure;

/// How long a sample call of a learner's function may take.
pub(super) const SAMPLE: Duration = Duration::from_secs(5);

/// What came of the learner's lines since the step began.
#[derive(Default)]
pub(super) struct Attempt {
    /// What they did, by their text.
    done: CodeFacts,
    /// What they did, by the calls that were made.
    deeds: Deeds,
    /// What the step's line does to sockets that are there; none before the first line.
    pub(super) aims: Option<Vec<Aim>>,
    /// How many parts of the step are done.
    parts: usize,
}

/// What the lesson needs of a console from here on, as it is before a line.
pub(super) struct Needs {
    console: String,
    /// The last call that was recorded before the line.
    call: u64,
    /// Its sockets: the variable that each is in.
    sockets: BTreeMap<RawFd, String>,
    /// The variables that the line may change, and their values.
    values: Vec<(String, Option<Arc<Repr>>)>,
}

impl Lead<'_, '_> {
    /// What a line in this console had better leave as it is.
    pub(super) fn needs(&mut self, at: usize, console: &str, entry: &str) -> Needs {
        let own = |step: &&&Step| step.console == console && step.exercise.is_none();
        let made: NameSet = self.steps[..at]
            .iter()
            .filter(own)
            .filter_map(|step| step.statement())
            .flat_map(|statement| CodeFacts::of(&statement.source).made)
            .collect();
        let later = self.steps.iter().skip(at).filter(own);
        let later: Vec<&str> = later
            .filter_map(|step| Some(step.statement()?.source.as_str()))
            .collect();
        let needed = |name: &String| {
            // What a later step makes anew may be anything before that.
            let first = later.iter().find(|source| mentions(source, name));
            first.is_some_and(|source| !is_set_anew(source, name))
        };
        let needed: NameSet = made.iter().filter(|name| needed(name)).cloned().collect();
        let session = self.front.session();
        let call = session.journal().last();
        let sockets = session.console(console).map(|console| {
            let snapshot = console.snapshot();
            let named = snapshot
                .sockets
                .iter()
                .filter(|row| needed.contains(&row.name));
            named.map(|row| (row.fd, row.name.clone())).collect()
        });
        let facts = CodeFacts::of(entry);
        let mut changed = changed_in_place(entry);
        changed.extend(facts.set.iter().cloned());
        changed.retain(|name| needed.contains(name));
        let values = changed
            .into_iter()
            .map(|name| (name.clone(), stage::value_of(session, console, &name).ok()))
            .collect();
        Needs {
            console: console.into(),
            call,
            sockets: sockets.unwrap_or_default(),
            values,
        }
    }

    /// What the calls since then did.
    pub(super) fn deeds_since(&mut self, needs: &Needs) -> Deeds {
        let records = self.front.session().journal().after(needs.call);
        Deeds::of(&records, &needs.console)
    }

    /// What a step's line will do to the sockets that are in variables of the console.
    pub(super) fn aims(&mut self, console: &str, statement: &Statement) -> Vec<Aim> {
        let mut aims = Vec::new();
        for call in aimed_calls(&statement.source) {
            let session = self.front.session();
            let fd = session.console(console).and_then(|console| {
                let snapshot = console.snapshot();
                let row = snapshot
                    .sockets
                    .iter()
                    .find(|row| row.name == call.receiver);
                row.map(|row| row.fd)
            });
            let Some(fd) = fd else { continue };
            let asks = !call.first.is_empty() && only_asks(&CodeFacts::of(call.first));
            let first = asks.then(|| stage::value_of(session, console, call.first).ok());
            aims.extend(Aim::of(&call, fd, first.flatten().as_deref()));
        }
        aims
    }

    /// Judges a line by what it came to.
    pub(super) fn judged(
        &mut self,
        step: &Step,
        statement: &Statement,
        entry: &str,
        (ended, deeds): (&StatementEnd, Deeds),
    ) -> Judgement {
        let (model, facts) = (CodeFacts::of(&statement.source), CodeFacts::of(entry));
        let transcript = ended.transcript();
        // What a line that failed did before its error is done all the same; one that was refused
        // did nothing.
        let error = ended.outcome.error.as_ref();
        if error.is_none_or(Failure::has_begun) {
            self.attempt.done.add(facts.clone());
        }
        self.attempt.deeds.add(deeds);
        let session = self.front.session();
        let mut compared = self.stage.compare(session, step, &transcript);
        // `print(name)` shows a text without its quotes.
        let printed = facts.prints() && !model.prints();
        if printed && matches!(compared, Some(Err(_))) {
            let as_value = quoted(&transcript);
            let again = self.stage.compare(session, step, &as_value);
            if matches!(again, Some(Ok(_))) {
                compared = again;
            }
        }
        let defines = !model.functions.is_disjoint(&facts.functions);
        let check = match &step.check {
            Some(check) if defines && error.is_none() => {
                self.page.note(&format!("(a try of it: `{}`)", check.text));
                let value = stage::value_within(session, &step.console, &check.text, SAMPLE);
                Some(value.is_ok_and(|value| *value == Repr::Bool(true)))
            }
            _ => stage::check(session, step),
        };
        let seen = Seen {
            line: entry,
            failed: error.is_some(),
            interrupted: ended.is_interrupted(),
            compared,
            check,
            variables: stage::variables(session, &step.console, statement),
            done: &self.attempt.done,
            deeds: &self.attempt.deeds,
            aims: self.attempt.aims.as_deref().unwrap_or_default(),
            parts_before: self.attempt.parts,
            own_functions: &self.own_functions,
        };
        let parts = parts_done(statement, &seen)
            .iter()
            .filter(|done| **done)
            .count();
        let judgement = judge(statement, seen);
        self.attempt.parts = parts;
        judgement
    }

    /// Remembers which functions are the learner's own.
    pub(super) fn note_functions(&mut self, statement: &Statement, entry: &str) {
        let defined = CodeFacts::of(&statement.source).functions;
        if squeezed(entry) == squeezed(&statement.source) {
            self.own_functions.retain(|name| !defined.contains(name));
        } else {
            self.own_functions.extend(defined);
        }
    }

    /// Tells when a line used up what the lesson needs, or changed it, and what mends that.
    pub(super) fn tell_used_up(&mut self, needs: &Needs, deeds: &Deeds) {
        let used = deeds.used_up();
        let socket = needs.sockets.iter().find(|(fd, _)| used.contains(fd));
        if let Some((_, name)) = socket {
            self.page.note(&format!(
                "(that used up something of `{name}`, and the lesson needs it: `back` makes it new)"
            ));
            return;
        }
        let session = self.front.session();
        let changed = needs.values.iter().find(|(name, before)| {
            let after = stage::value_of(session, &needs.console, name).ok();
            after != *before
        });
        if let Some((name, _)) = changed {
            self.page.note(&format!(
                "(`{name}` is not what the lesson needs any more: `back` makes it new)"
            ));
        }
    }

    /// Tells when a line that was right closed what the lesson still needs.
    pub(super) fn tell_ended(&mut self, needs: &Needs, deeds: &Deeds, model: &CodeFacts) {
        let closes = |effect: &Effect| matches!(effect, Effect::Closes | Effect::ShutsDown);
        let ended = deeds.ended();
        let found = needs.sockets.iter().find(|(fd, _)| ended.contains(fd));
        if let Some((_, name)) = found
            && !model.effects().iter().any(closes)
        {
            self.page.note(&format!(
                "(it also closed `{name}`, which the lesson needs: `back` makes it new)"
            ));
        }
    }
}
