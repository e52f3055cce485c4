//! What a console holds, as others may see it: its variables, functions and sockets by name. Values
//! stay on the console's thread; this is text about them.

use std::os::fd::RawFd;

use rhai::{Array, Dynamic, Map};

use super::engine::Engine;
use super::mend::Names;
use super::show;
use super::value::Socket;

/// How many elements of an array or a map are looked through for sockets.
const ELEMENTS: usize = 64;

/// A variable or a function of the learner's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its name.
    pub name: String,
    /// The type in a learner's word: `"integer"`, `"socket"`, `"function"`.
    pub type_name: String,
    /// The value in one short line; a function's signature.
    pub shown: String,
}

impl Engine {
    /// The learner's variables and functions, sorted by name. It lays every value out, so it is
    /// made only when somebody asks.
    pub fn survey(&self) -> Vec<Held> {
        let known = self.known();
        let variables = known.variables().into_iter().map(|variable| Held {
            name: variable.name,
            type_name: variable.type_name,
            shown: variable.shown,
        });
        let own = known.functions().into_iter().filter(|found| found.own);
        let functions = own.map(|function| Held {
            name: function.name,
            type_name: "function".into(),
            shown: function.signature,
        });
        let mut all: Vec<Held> = variables.chain(functions).collect();
        all.sort_by(|a, b| (&a.name, &a.shown).cmp(&(&b.name, &b.shown)));
        all
    }

    /// The open sockets in variables: descriptor and name, `server`, `conns[0]`, `it`.
    pub fn socket_names(&self) -> Vec<(RawFd, String)> {
        let mut found = Vec::new();
        if self.context().caller.status().sockets().is_empty() {
            return found;
        }
        for (name, _, value) in self.scope().iter_raw() {
            note(&mut found, name, value);
            if let Some(array) = value.read_lock::<Array>() {
                for (at, part) in array.iter().take(ELEMENTS).enumerate() {
                    note(&mut found, &format!("{name}[{at}]"), part);
                }
            } else if let Some(map) = value.read_lock::<Map>() {
                for (key, part) in map.iter().take(ELEMENTS) {
                    note(&mut found, &format!("{name}.{key}"), part);
                }
            }
        }
        // A name of its own says more than the last value's.
        found.sort_by_key(|(_, name)| name == "it" || name.starts_with("it["));
        found
    }
}

fn note(found: &mut Vec<(RawFd, String)>, name: &str, value: &Dynamic) {
    if let Some(socket) = value.read_lock::<Socket>()
        && socket.fileno() >= 0
    {
        found.push((socket.fileno(), show::printable(name).into_owned()));
    }
}
