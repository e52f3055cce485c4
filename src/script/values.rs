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
pub(crate) mod shown;
pub(crate) mod shown_results;
mod socket;
mod value_type;

use std::any::TypeId;

use rhai::{Dynamic, Engine};

use crate::repr::{Repr, ReprBuilder};

pub(crate) use addrinfo::AddrInfoValue;
pub(crate) use bytearray::Bytearray;
pub(crate) use bytes::{ByteMismatch, Bytes, Encoding, from_start};
pub(crate) use dict::{Dict, DictKey};
pub(crate) use file::FileValue;
pub(crate) use module::SocketModule;
pub(crate) use poller::Poller;
pub(crate) use program::ProgramValue;
pub(crate) use shown_results::Results;
pub(crate) use socket::SocketValue;
pub use value_type::ValueType;
pub(crate) use value_type::phrase_of;

/// A type of our own that a script can hold.
pub(crate) trait Value: Clone + 'static {
    /// Which type it is.
    const TYPE: ValueType;

    /// Its properties, in the order in which they are listed.
    const PROPERTIES: &'static [Property<Self>] = &[];

    /// Its shown form.
    fn repr(&self, builder: &mut ReprBuilder) -> Repr;
}

/// What stands behind a value's dot without a call: `s.family`.
pub(crate) struct Property<T> {
    name: &'static str,
    value_type: ValueType,
    get: fn(&T) -> Dynamic,
}

/// A row of a type's properties.
const fn property<T>(
    name: &'static str,
    value_type: ValueType,
    get: fn(&T) -> Dynamic,
) -> Property<T> {
    Property {
        name,
        value_type,
        get,
    }
}

/// A number of parts as a script has it.
fn size(count: usize) -> Dynamic {
    i64::try_from(count).unwrap_or(i64::MAX).into()
}

/// What is known of a type of our own.
pub(crate) struct TypeFacts {
    id: fn() -> TypeId,
    /// Which type it is.
    pub(crate) value_type: ValueType,
    /// The shown form of a value of it; none where the value is being changed just now.
    pub(crate) repr: fn(&Dynamic, &mut ReprBuilder) -> Option<Repr>,
    /// Its properties and their types.
    properties: fn() -> Vec<(&'static str, ValueType)>,
    /// The value of a property; none where there is no such property.
    get: fn(&Dynamic, &str) -> Option<Dynamic>,
}

const fn kind<T: Value>() -> TypeFacts {
    TypeFacts {
        id: TypeId::of::<T>,
        value_type: T::TYPE,
        repr: |value, builder| value.read_lock::<T>().map(|value| value.repr(builder)),
        properties: || {
            let rows = T::PROPERTIES.iter();
            rows.map(|row| (row.name, row.value_type)).collect()
        },
        get: |value, name| {
            let row = T::PROPERTIES.iter().find(|row| row.name == name)?;
            value.read_lock::<T>().map(|value| (row.get)(&value))
        },
    }
}

/// Every type of our own: a new one is one line here.
const KINDS: &[TypeFacts] = &[
    kind::<AddrInfoValue>(),
    kind::<Bytearray>(),
    kind::<Bytes>(),
    kind::<Dict>(),
    kind::<FileValue>(),
    kind::<Poller>(),
    kind::<Results>(),
    kind::<ProgramValue>(),
    kind::<SocketValue>(),
    kind::<SocketModule>(),
];

/// What is known of a value's type, if it is one of ours.
pub(crate) fn find_kind(value: &Dynamic) -> Option<&'static TypeFacts> {
    let id = value.type_id();
    KINDS.iter().find(|kind| (kind.id)() == id)
}

/// The value of a property of a value of ours; none where it has no such property.
pub(crate) fn property_of(value: &Dynamic, name: &str) -> Option<Dynamic> {
    (find_kind(value)?.get)(value, name)
}

/// Makes a type of ours known to an engine: its name, its text, its properties.
pub(crate) fn register_type<T: Value>(engine: &mut Engine) {
    engine.register_type_with_name::<T>(T::TYPE.word());
    shown::register::<T>(engine);
    for row in T::PROPERTIES {
        engine.register_get(row.name, |value: &mut T| (row.get)(value));
    }
}

#[cfg(test)]
mod tests;
