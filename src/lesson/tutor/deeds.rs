//! What calls did to sockets: what a step's line is to do to which one, and what a learner's lines
//! did, by the record of their calls. Both are read with the rows of the catalogue.

use std::collections::BTreeSet;
use std::os::fd::RawFd;
use std::sync::Arc;

use crate::lesson::tutor::code_facts::{CodeFacts, MethodCall, method_calls};
use crate::net::numbers::MSG_PEEK;
use crate::repr::Repr;
use crate::script::catalog::Effect;
use crate::script::vocabulary;
use crate::trace::{CallRecord, Payload};

/// What a step's line does to a socket that is there before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Aim {
    /// The variable that it is called on.
    pub(crate) receiver: String,
    /// The method.
    pub(crate) call: String,
    /// The descriptor of the variable's socket.
    pub(crate) fd: RawFd,
    /// What the call changes.
    pub(crate) effects: BTreeSet<Effect>,
    /// The bytes that it sends, where they can be told beforehand.
    pub(crate) sends: Option<Vec<u8>>,
}

impl Aim {
    /// What a call does to a socket with this descriptor, and with this first argument; none where
    /// it changes nothing.
    pub(crate) fn of(call: &MethodCall<'_>, fd: RawFd, first: Option<&Repr>) -> Option<Self> {
        let effects = lasting(call.name);
        (!effects.is_empty()).then(|| Self {
            receiver: call.receiver.into(),
            call: call.name.into(),
            fd,
            effects,
            sends: first.and_then(bytes_of),
        })
    }

    /// Whether it sends.
    pub(crate) fn sends_bytes(&self) -> bool {
        let mut effects = self.effects.iter();
        effects.any(|effect| matches!(effect, Effect::Sends | Effect::SendsTo))
    }
}

/// The calls of a statement on variables, where it makes each of them once: nothing in a block.
pub(crate) fn aimed_calls(source: &str) -> Vec<MethodCall<'_>> {
    let facts = CodeFacts::of(source);
    if !facts.functions.is_empty() || source.contains(['{', '|']) {
        return Vec::new();
    }
    method_calls(source)
}

fn bytes_of(value: &Repr) -> Option<Vec<u8>> {
    match value {
        Repr::Text(text) if text.left == 0 => Some(text.kept.as_bytes().to_vec()),
        Repr::Bytes(bytes) | Repr::Bytearray(bytes) if bytes.left == 0 => Some(bytes.kept.to_vec()),
        _ => None,
    }
}

fn lasting(call: &str) -> BTreeSet<Effect> {
    let effects = vocabulary::sure_effects(call);
    effects.filter(|effect| effect.is_lasting()).collect()
}

/// One call that a learner's line made, and that did something.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Deed {
    fd: RawFd,
    effects: BTreeSet<Effect>,
    sent: Option<Payload>,
}

/// What a learner's lines did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Deeds(Vec<Deed>);

impl Deeds {
    /// What these calls of a console did.
    pub(crate) fn of<'r>(
        records: impl IntoIterator<Item = &'r Arc<CallRecord>>,
        console: &str,
    ) -> Self {
        let own = records
            .into_iter()
            .filter(|record| &*record.console == console);
        Self(own.filter_map(|record| Deed::of(record)).collect())
    }

    /// Adds what further lines did.
    pub(crate) fn add(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// What they changed.
    pub(crate) fn effects(&self) -> BTreeSet<Effect> {
        self.0
            .iter()
            .flat_map(|deed| deed.effects.clone())
            .collect()
    }

    /// Whether one of them did to this descriptor what is aimed at.
    pub(crate) fn meet(&self, aim: &Aim) -> bool {
        let mut deeds = self.0.iter();
        deeds.any(|deed| deed.fd == aim.fd && deed.does(aim))
    }

    /// Whether one of them did it to another descriptor alone.
    pub(crate) fn miss(&self, aim: &Aim) -> bool {
        !self.meet(aim) && self.0.iter().any(|deed| deed.does(aim))
    }

    /// How many bytes went to a descriptor, and the first ones.
    pub(crate) fn sent_on(&self, fd: RawFd) -> (usize, Vec<u8>) {
        let sent = self.0.iter().filter(|deed| deed.fd == fd);
        let mut all = (0, Vec::new());
        for payload in sent.filter_map(|deed| deed.sent.as_ref()) {
            if all.0 == all.1.len() {
                all.1.extend(&payload.first);
            }
            all.0 += payload.count;
        }
        all
    }

    /// The descriptors whose use cannot be repeated: something went out or was taken, or an end was
    /// closed.
    pub(crate) fn used_up(&self) -> BTreeSet<RawFd> {
        self.with(|effect| {
            matches!(
                effect,
                Effect::Sends
                    | Effect::Receives
                    | Effect::Accepts
                    | Effect::Connects
                    | Effect::ShutsDown
                    | Effect::Closes
            )
        })
    }

    /// The descriptors of which an end was closed.
    pub(crate) fn ended(&self) -> BTreeSet<RawFd> {
        self.with(|effect| matches!(effect, Effect::ShutsDown | Effect::Closes))
    }

    fn with(&self, is_meant: impl Fn(&Effect) -> bool) -> BTreeSet<RawFd> {
        let deeds = self.0.iter();
        let meant = deeds.filter(|deed| deed.effects.iter().any(&is_meant));
        meant.map(|deed| deed.fd).collect()
    }
}

impl Deed {
    fn of(record: &CallRecord) -> Option<Self> {
        let looks_only = record.arguments.iter().any(|(name, value)| {
            let peeks = |flags: i64| flags & i64::from(MSG_PEEK) != 0;
            *name == "flags" && matches!(value, Repr::Int(flags) if peeks(*flags))
        });
        // A call that fails may have sent a part all the same.
        let did = record.outcome.is_ok() || record.sent.is_some();
        if !did || looks_only || record.within.is_some() {
            return None;
        }
        let effects = lasting(record.call);
        (!effects.is_empty()).then_some(Self {
            fd: record.fd?,
            effects,
            sent: record.sent.clone(),
        })
    }

    fn does(&self, aim: &Aim) -> bool {
        aim.effects.is_subset(&self.effects)
    }
}
