//! What a console holds, as others may see it: its variables, functions and sockets by name. Values
//! stay on the console's thread; this is text about them.

use std::collections::BTreeMap;
use std::os::fd::RawFd;

use rhai::{Array, Dynamic, Map};

use super::engine::Engine;
use crate::repr::escape;
use crate::script::catalog::ValueType;
use crate::script::suggest::KnownNames;
use crate::script::values::SocketValue;
use crate::script::values::shown;

/// How many elements of an array or a map are looked through for sockets.
const ELEMENTS: usize = 64;
/// How many elements of an array completion knows one by one.
const FIRST: usize = 8;

/// A variable or a function of the learner's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Definition {
    /// Its name.
    pub(crate) name: String,
    /// Its type.
    pub(crate) value_type: ValueType,
    /// The value in one short line; a function's signature.
    pub(crate) shown: String,
}

/// Where a variable holds an open socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SocketName {
    /// The descriptor.
    pub(crate) fd: RawFd,
    /// `server`, `conns[0]`, `it`.
    pub(crate) name: String,
    /// Whether that is in `it`: a name of its own says more.
    pub(crate) is_last_value: bool,
}

/// What an array or a map holds, as far as completion needs it: types, never values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Inside {
    /// The types of an array's first elements.
    pub(crate) elements: Vec<ValueType>,
    /// A map's first keys, and the types of their values.
    pub(crate) keys: Vec<(String, ValueType)>,
}

impl Inside {
    /// Brings it up to date with a value; what has not changed costs no memory.
    fn note(&mut self, value: &Dynamic) {
        if let Some(array) = value.read_lock::<Array>() {
            self.keys.clear();
            self.elements.clear();
            let types = array.iter().take(FIRST).map(ValueType::of);
            self.elements.extend(types);
        } else if let Some(map) = value.read_lock::<Map>() {
            self.elements.clear();
            let of = || map.iter().take(ELEMENTS);
            let same = |((key, kind), (now, value)): (&(String, ValueType), (&_, &Dynamic))| {
                key == now && *kind == ValueType::of(value)
            };
            let known = self.keys.len() == of().count() && self.keys.iter().zip(of()).all(same);
            if !known {
                let pair = |(key, value): (&_, _)| (ToString::to_string(key), ValueType::of(value));
                self.keys = of().map(pair).collect();
            }
        }
    }
}

impl Engine {
    /// Brings up to date what is known of the arrays and maps in variables.
    pub(crate) fn look_inside(&self, known: &mut BTreeMap<String, Inside>) {
        for (name, _, value) in self.scope().iter_raw() {
            if !(value.is_array() || value.is_map()) {
                if known.contains_key(name) {
                    known.remove(name);
                }
            } else if let Some(inside) = known.get_mut(name) {
                inside.note(value);
            } else {
                known.entry(name.into()).or_default().note(value);
            }
        }
    }

    /// The learner's variables and functions, sorted by name. It lays every value out, so it is
    /// made only when somebody asks.
    pub(crate) fn survey(&self) -> Vec<Definition> {
        let known = self.known();
        let variables = self.scope().iter_raw().map(|(name, _, value)| Definition {
            name: name.into(),
            value_type: ValueType::of(value),
            shown: shown::brief(value),
        });
        let own = known.functions().into_iter().filter(|found| found.own);
        let functions = own.map(|function| Definition {
            name: function.name,
            value_type: ValueType::Function,
            shown: function.signature,
        });
        let mut all: Vec<Definition> = variables.chain(functions).collect();
        all.sort_by(|a, b| (&a.name, &a.shown).cmp(&(&b.name, &b.shown)));
        all
    }

    /// The open sockets in variables.
    pub(crate) fn socket_names(&self) -> Vec<SocketName> {
        let mut found = Vec::new();
        if self.context().caller.status().sockets().is_empty() {
            return found;
        }
        for (variable, _, value) in self.scope().iter_raw() {
            let mut note = |path: &dyn Fn() -> String, value: &Dynamic| {
                let socket = value.read_lock::<SocketValue>();
                if let Some(fd) = socket.map(|socket| socket.fileno()).filter(|fd| *fd >= 0) {
                    found.push(SocketName {
                        fd,
                        name: escape::printable(&path()).into_owned(),
                        is_last_value: variable == "it",
                    });
                }
            };
            note(&|| variable.into(), value);
            if let Some(array) = value.read_lock::<Array>() {
                for (at, part) in array.iter().take(ELEMENTS).enumerate() {
                    note(&|| format!("{variable}[{at}]"), part);
                }
            } else if let Some(map) = value.read_lock::<Map>() {
                for (key, part) in map.iter().take(ELEMENTS) {
                    note(&|| format!("{variable}.{key}"), part);
                }
            }
        }
        found
    }
}
