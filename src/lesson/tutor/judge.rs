//! Judges what a learner's line came to, by value and effect: data in, a judgement out.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::lesson::format::model::{Statement, Transcript};
use crate::lesson::format::pattern::{Captures, Mismatch};
use crate::lesson::tutor::code_facts::{
    CodeFacts, MethodCall, NameSet, arguments, is_value, outer_call, squeezed, subject,
};
use crate::lesson::tutor::deeds::{Aim, Deeds, aimed_calls};
use crate::repr::Repr;
use crate::script::catalog::{Effect, ValueType};
use crate::script::vocabulary;

/// The most bytes of a message that are told.
const SHOWN: usize = 64;

/// What a line came to.
#[derive(Debug)]
pub(crate) struct Seen<'a> {
    /// The line.
    pub(crate) line: &'a str,
    /// Whether it ended in an error.
    pub(crate) failed: bool,
    /// Whether the learner ended it with Ctrl-C.
    pub(crate) interrupted: bool,
    /// The step's transcript compared with what was shown; none where the step has none.
    pub(crate) compared: Option<Result<Captures, Mismatch>>,
    /// Whether the step's `check:` holds; none where it has none.
    pub(crate) check: Option<bool>,
    /// The variables that the step makes.
    pub(crate) variables: Vec<Variable>,
    /// What the learner's lines did since the step began, this one included, by their text.
    pub(crate) done: &'a CodeFacts,
    /// The same, by the calls that were made.
    pub(crate) deeds: &'a Deeds,
    /// What the step's line does to sockets that were there when the step began.
    pub(crate) aims: &'a [Aim],
    /// How many parts of the step earlier lines had done.
    pub(crate) parts_before: usize,
    /// The functions that the learner wrote in their own words.
    pub(crate) own_functions: &'a NameSet,
}

/// A variable that a step makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    /// Its name.
    pub(crate) name: String,
    /// The type of its value now; none while it does not exist.
    pub(crate) has: Option<ValueType>,
    /// The type that the lesson's own line gives it; none where only running it would tell.
    pub(crate) wants: Option<ValueType>,
}

/// What it means for the step.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// The step is done; what its transcript remembers.
    Right(Captures),
    /// The lesson's own line, which shows something else here.
    RightBut(Mismatch),
    /// It ran, and the step is still open.
    Open,
    /// The value is right, but it was typed, and not found out.
    Copied,
    /// A part of the step is done, and nothing else; this is still to come.
    Half(String),
    /// A try at the step that fell short.
    Wrong(WrongReason),
}

/// Why a try fell short.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum WrongReason {
    /// It ended in an error, which was shown.
    Failed,
    /// It showed something else.
    Differs(Mismatch),
    /// The variable has a value of another type.
    Type(Variable),
    /// It ran, but what the step asks for did not come of it.
    NoEffect,
    /// It does what the step asks for, but not in such a way that its `check:` holds.
    Check,
    /// It went to another host or port than this one.
    Address(String),
    /// It was done to another socket than this one.
    Receiver(String),
    /// It sent other bytes than these.
    Payload(Vec<u8>),
    /// The lesson's own line, but the learner's function of this name makes something else of it.
    OwnFunction(String, Mismatch),
}

/// Judges a line at a step whose answer is `statement`.
pub(crate) fn judge(statement: &Statement, seen: Seen<'_>) -> Judgement {
    let model = CodeFacts::of(&statement.source);
    let own_words = squeezed(seen.line) != squeezed(&statement.source);
    let expects_error = statement
        .transcript
        .as_ref()
        .is_some_and(Transcript::expects_error);
    if seen.interrupted {
        return Judgement::Open;
    }
    if seen.failed && !expects_error {
        return Judgement::Wrong(WrongReason::Failed);
    }
    // A value that was copied, or computed of nothing, finds nothing out; it is no try either.
    if !seen.failed && is_value(seen.line) && subject(&statement.source).is_some() {
        let tells = statement
            .transcript
            .as_ref()
            .is_some_and(|it| !it.pattern.takes_anything());
        return match seen.compared {
            Some(Ok(_)) if tells => Judgement::Copied,
            _ => Judgement::Open,
        };
    }
    if !own_words {
        let own = seen.own_functions.intersection(&model.calls).next();
        return match (seen.compared, own) {
            (Some(Err(mismatch)), Some(own)) => {
                Judgement::Wrong(WrongReason::OwnFunction(own.clone(), mismatch))
            }
            (compared, _) => same_line(compared),
        };
    }
    let is_try =
        CodeFacts::of(seen.line).resembles(&model) || is_near(seen.line, &statement.source);
    let short = |why: WrongReason| {
        if is_try || seen.failed {
            Judgement::Wrong(why)
        } else {
            Judgement::Open
        }
    };
    if let Some(variable) = seen.variables.iter().find(|found| found.is_of_wrong_type()) {
        return short(WrongReason::Type(variable.clone()));
    }
    if let Some(wanted) = other_address(seen.line, &statement.source, &model) {
        return Judgement::Wrong(WrongReason::Address(wanted));
    }
    if !expects_error && let Some(judgement) = aimed(&seen) {
        return judgement;
    }
    let shut = |source: &str| -> Vec<String> {
        let written = arguments(source).into_iter();
        written.filter(|text| text.starts_with("SHUT_")).collect()
    };
    let (theirs, ours) = (shut(&statement.source), shut(seen.line));
    if ours
        .iter()
        .any(|side| !theirs.is_empty() && !theirs.contains(side))
    {
        return Judgement::Wrong(WrongReason::NoEffect);
    }
    let has_effect = expects_error || has_effect(statement, &model, &seen);
    if !has_effect && let Some(missing) = half(statement, &seen) {
        return Judgement::Half(missing);
    }
    match seen.compared {
        Some(Err(mismatch)) => short(WrongReason::Differs(mismatch)),
        _ if !has_effect => short(WrongReason::NoEffect),
        _ if seen.check == Some(false) => short(WrongReason::Check),
        Some(Ok(captures)) => Judgement::Right(captures),
        None => Judgement::Right(Captures::new()),
    }
}

/// What the lesson's own line came to: what it shows may differ here. A `check:` of a function that
/// was typed as the lesson has it holds, or the lesson is wrong.
fn same_line(compared: Option<Result<Captures, Mismatch>>) -> Judgement {
    match compared {
        Some(Err(mismatch)) => Judgement::RightBut(mismatch),
        Some(Ok(captures)) => Judgement::Right(captures),
        None => Judgement::Right(Captures::new()),
    }
}

/// What is wrong with the sockets that a line used, or with what it sent: another socket, other
/// bytes, or a part of them.
fn aimed(seen: &Seen<'_>) -> Option<Judgement> {
    if let Some(missed) = seen.aims.iter().find(|aim| seen.deeds.miss(aim)) {
        let wanted = format!("{}.{}", missed.receiver, missed.call);
        return Some(Judgement::Wrong(WrongReason::Receiver(wanted)));
    }
    let fds: BTreeSet<_> = seen.aims.iter().map(|aim| aim.fd).collect();
    for fd in fds {
        let aims = seen.aims.iter().filter(|aim| aim.fd == fd);
        let pieces: Option<Vec<&[u8]>> = aims
            .filter(|aim| aim.sends_bytes())
            .map(|aim| aim.sends.as_deref())
            .collect();
        // What is computed by other calls cannot be told beforehand.
        let Some(wanted) = pieces.filter(|pieces| !pieces.is_empty()) else {
            continue;
        };
        let wanted = wanted.concat();
        let (count, first) = seen.deeds.sent_on(fd);
        let same_so_far = wanted.starts_with(&first);
        if count > 0 && same_so_far && count < wanted.len() {
            return Some(Judgement::Half(bytes_text(&wanted[count..])));
        }
        let is_judged = seen.check.is_none();
        if count > 0 && is_judged && !(same_so_far && count == wanted.len()) {
            return Some(Judgement::Wrong(WrongReason::Payload(wanted)));
        }
    }
    None
}

/// `b"one"`, as a value shows.
pub(crate) fn bytes_text(bytes: &[u8]) -> String {
    Repr::bytes(bytes, SHOWN).to_string()
}

/// The single statements of a step's line that are still to come, where this line has done some of
/// them and nothing else.
fn half(statement: &Statement, seen: &Seen<'_>) -> Option<String> {
    let done = parts_done(statement, seen);
    let open = statement.pieces.iter().zip(&done).filter(|part| !part.1);
    let open: Vec<&str> = open
        .map(|(piece, _)| piece.trim().trim_end_matches(';'))
        .collect();
    let count = done.iter().filter(|done| **done).count();
    let more = statement.pieces.len() > 1 && count > seen.parts_before;
    (more && !open.is_empty()).then(|| open.join("; "))
}

/// Which of the single statements of a step's line the learner's lines have done.
pub(crate) fn parts_done(statement: &Statement, seen: &Seen<'_>) -> Vec<bool> {
    let pieces = statement.pieces.iter();
    pieces.map(|piece| is_done(piece, seen)).collect()
}

fn is_done(piece: &str, seen: &Seen<'_>) -> bool {
    let facts = CodeFacts::of(piece);
    let is_made = |name: &String| {
        let mut variables = seen.variables.iter();
        variables.any(|variable| {
            variable.name == *name && variable.has.is_some() && seen.done.set.contains(name)
        })
    };
    let effects = facts.effects();
    let calls = aimed_calls(piece);
    let meets = |aim: &Aim| {
        let of_piece =
            |call: &MethodCall<'_>| call.receiver == aim.receiver && call.name == aim.call;
        !calls.iter().any(of_piece) || seen.deeds.meet(aim)
    };
    let tells = !facts.made.is_empty() || !effects.is_empty();
    tells
        && facts.made.iter().all(is_made)
        && effects.is_subset(&acted(seen))
        && seen.aims.iter().all(meets)
}

/// What the learner's lines changed.
fn acted(seen: &Seen<'_>) -> BTreeSet<Effect> {
    let mut effects = seen.done.effects();
    effects.extend(seen.deeds.effects());
    effects
}

impl Variable {
    fn is_of_wrong_type(&self) -> bool {
        matches!((&self.has, &self.wants), (Some(has), Some(wants)) if has != wants)
    }
}

/// Whether the learner's lines have left what the lesson's line would leave.
fn has_effect(statement: &Statement, model: &CodeFacts, seen: &Seen<'_>) -> bool {
    let made = seen
        .variables
        .iter()
        .all(|variable| variable.has.is_some() && seen.done.set.contains(&variable.name));
    let defined = model.functions.is_subset(&seen.done.functions);
    // A function's calls happen when it is called.
    let acted = !model.functions.is_empty()
        || model.effects().is_subset(&acted(seen))
            && seen.aims.iter().all(|aim| seen.deeds.meet(aim));
    if !(made && defined && acted) {
        return false;
    }
    let tells = |transcript: &Transcript| !transcript.pattern.takes_anything();
    let evident = statement.transcript.as_ref().is_some_and(tells)
        || !model.made.is_empty()
        || !model.functions.is_empty()
        || !model.effects().is_empty();
    // Where nothing else tells, the line must at least do something of the kind.
    let same_calls = !model.calls.is_empty() && model.calls.is_subset(&seen.done.calls);
    let same_names = !model.set.is_empty() && !model.set.is_disjoint(&seen.done.set);
    evident || same_calls || same_names
}

/// The address that the step's line writes out, where this line writes out another one.
fn other_address(line: &str, model_line: &str, model: &CodeFacts) -> Option<String> {
    let goes = |facts: &CodeFacts| facts.effects().iter().any(|effect| effect.is_addressed());
    if !model.functions.is_empty() || !goes(model) || !goes(&CodeFacts::of(line)) {
        return None;
    }
    let split = |source: &str| -> (Vec<String>, Vec<String>) {
        let written = arguments(source).into_iter();
        let here = |text: String| match text.as_str() {
            "\"localhost\"" => "\"127.0.0.1\"".into(),
            _ => text,
        };
        let of_address = written
            .map(here)
            .filter(|text| text.starts_with(|first: char| first == '"' || first.is_ascii_digit()));
        of_address.partition(|text| text.starts_with('"'))
    };
    let (their_hosts, their_ports) = split(model_line);
    let (hosts, ports) = split(line);
    let (host, port) = (their_hosts.last()?, their_ports.last()?);
    // An address in a variable is judged by what comes of it.
    let differs =
        !ports.is_empty() && (!ports.contains(port) || !hosts.is_empty() && !hosts.contains(host));
    differs.then(|| format!("[{host}, {port}]"))
}

/// Whether two texts are so near that one must be meant for the other.
fn is_near(line: &str, model: &str) -> bool {
    strsim::normalized_levenshtein(&squeezed(line), &squeezed(model)) >= 0.6
}

/// The type of a call's value, where its row tells: running it again might do harm.
pub(crate) fn type_of_call(source: &str) -> Option<ValueType> {
    let (receiver, name) = outer_call(source)?;
    let is_method = receiver.is_some_and(|receiver| receiver != "socket");
    vocabulary::returned(&name, is_method)
}

/// Whether an expression with these calls can be evaluated once more without harm: it only asks.
pub(crate) fn only_asks(facts: &CodeFacts) -> bool {
    let is_harmless = |call: &String| vocabulary::is_harmless(call);
    facts.set.is_empty() && facts.functions.is_empty() && facts.calls.iter().all(is_harmless)
}
