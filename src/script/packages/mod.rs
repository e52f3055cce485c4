//! The functions that a script finds, a file for each subject.

// The rows of a table have one type: a function that cannot fail returns a result all the same.
#![allow(clippy::unnecessary_wraps)]

pub mod bytes;
pub mod dict;
pub mod list;
pub mod python;
pub mod sequence;
pub mod text;

use std::rc::Rc;

use rhai::Engine;

use super::context::Context;
use super::function::Function;
use super::show;

/// Registers the values' packages: texts, bytes, dicts, and what Python calls its built-ins.
pub fn register(engine: &mut Engine, context: &Rc<Context>) {
    show::register_builtin(engine);
    bytes::register(engine, context);
    dict::register(engine, context);
    list::register(engine, context);
    python::register(engine, context);
    sequence::register(engine, context);
    text::register(engine, context);
}

/// The tables of these packages, for help, completion and the reference.
pub fn tables() -> Vec<&'static [Function]> {
    vec![
        bytes::METHODS,
        bytes::FUNCTIONS,
        dict::METHODS,
        dict::FUNCTIONS,
        list::METHODS,
        python::FUNCTIONS,
        python::VALUES,
        sequence::FUNCTIONS,
        text::METHODS,
    ]
}

#[cfg(test)]
mod tests;
