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
pub(crate) mod shown;
mod socket;

use std::any::TypeId;

use rhai::Dynamic;

use crate::repr::{Repr, ReprBuilder};

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

/// A type of our own that a script can hold.
pub(crate) trait Value: Clone + 'static {
    /// The type in a learner's word, without an article: `"socket"`.
    const NAME: &'static str;

    /// Its shown form.
    fn repr(&self, builder: &mut ReprBuilder) -> Repr;
}

/// What is known of a type of our own.
pub(crate) struct Kind {
    id: fn() -> TypeId,
    /// The type in a learner's word.
    pub(crate) name: &'static str,
    /// The shown form of a value of it; none where the value is being changed just now.
    repr: fn(&Dynamic, &mut ReprBuilder) -> Option<Repr>,
}

const fn kind<T: Value>() -> Kind {
    Kind {
        id: TypeId::of::<T>,
        name: T::NAME,
        repr: |value, builder| value.read_lock::<T>().map(|value| value.repr(builder)),
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

#[cfg(test)]
mod tests;
