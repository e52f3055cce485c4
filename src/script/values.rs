//! The script's own types of values, and how each is shown.

pub(crate) mod address;
mod addrinfo;
mod bytearray;
mod bytes;
mod dict;
pub(crate) mod file;
mod module;
mod poller;
mod program;
pub(crate) mod results;
mod socket;

use std::any::TypeId;

use rhai::Dynamic;

pub(crate) use addrinfo::AddrInfo;
pub(crate) use bytearray::Bytearray;
pub(crate) use bytes::{Bytes, Encoding, Mismatch};
pub(crate) use dict::{Dict, Key};
pub(crate) use file::File;
pub(crate) use module::SocketModule;
pub(crate) use poller::Poller;
pub(crate) use program::Program;
pub(crate) use results::Results;
pub(crate) use socket::Socket;

/// The parts from which a value's canonical text is laid out.
#[derive(Debug, Clone)]
pub(crate) enum Shown {
    /// One line that is never broken.
    Line(String),
    /// Like an array: `[2, 1]`.
    List(Vec<Dynamic>),
    /// Like a dict, the keys as they are shown: `{0: "AF_UNSPEC"}`.
    Table(Vec<(String, Dynamic)>),
}

/// A type of our own that a script can hold.
pub(crate) trait Value: Clone + 'static {
    /// The type in a learner's word, without an article: `"socket"`.
    const NAME: &'static str;

    /// How it is shown.
    fn shown(&self) -> Shown;
}

/// What is known of a type of our own.
pub(crate) struct Kind {
    id: fn() -> TypeId,
    /// The type in a learner's word.
    pub(crate) name: &'static str,
    /// How a value of it is shown; none where the value is being changed just now.
    pub(crate) shown: fn(&Dynamic) -> Option<Shown>,
}

const fn kind<T: Value>() -> Kind {
    Kind {
        id: TypeId::of::<T>,
        name: T::NAME,
        shown: |value| value.read_lock::<T>().map(|value| value.shown()),
    }
}

/// Every type of our own: a new one is one line here.
const KINDS: &[Kind] = &[
    kind::<AddrInfo>(),
    kind::<Bytearray>(),
    kind::<Bytes>(),
    kind::<Dict>(),
    kind::<File>(),
    kind::<Poller>(),
    kind::<Results>(),
    kind::<Program>(),
    kind::<Socket>(),
    kind::<SocketModule>(),
];

/// What is known of a value's type, if it is one of ours.
pub(crate) fn find_kind(value: &Dynamic) -> Option<&'static Kind> {
    let id = value.type_id();
    KINDS.iter().find(|kind| (kind.id)() == id)
}

/// The name of a type of ours.
pub(crate) fn name_of(id: TypeId) -> Option<&'static str> {
    KINDS
        .iter()
        .find(|kind| (kind.id)() == id)
        .map(|kind| kind.name)
}

/// The type of ours that a learner's word names: `"socket"`.
pub(crate) fn id_of(name: &str) -> Option<TypeId> {
    KINDS
        .iter()
        .find(|kind| kind.name == name)
        .map(|kind| (kind.id)())
}
