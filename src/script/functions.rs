//! The functions that a script finds, a file for each subject.

// The rows of a table have one type: a function that cannot fail returns a result all the same.
#![allow(clippy::unnecessary_wraps)]

mod descriptors;
mod lookups;
mod messages;
mod methods;
pub(crate) mod module;
mod program;
mod recv_loops;
mod socket_ctor;
mod sockets;

pub(crate) use module::builtin;

use std::rc::Rc;

use rhai::Engine;

use super::context::Context;
use crate::script::builtins::{
    bytearray, bytes, convert, dict, explain, file, files, leave, list, python, sequence, syntax,
    text,
};
use crate::script::catalog;
use crate::script::catalog::Function;
use crate::script::values::results;
use crate::script::values::shown;

/// Every function and method of the script's view: help, completion and the reference read it.
pub static FUNCTIONS: &[&[Function]] = &[
    bytes::FUNCTIONS,
    bytes::METHODS,
    convert::CONVERT,
    dict::FUNCTIONS,
    dict::METHODS,
    explain::EXPLAIN,
    files::FILES,
    recv_loops::GATHER,
    list::METHODS,
    leave::LEAVE,
    lookups::LOOKUPS,
    methods::METHODS,
    module::NAMES,
    program::PROGRAM,
    python::FUNCTIONS,
    python::VALUES,
    sequence::FUNCTIONS,
    sockets::POLLER,
    sockets::SOCKETS,
    text::METHODS,
    bytearray::FUNCTIONS,
    bytearray::METHODS,
    descriptors::MACHINE,
    descriptors::NAMESAKES,
    file::MAKEFILE,
    file::METHODS,
    messages::FUNCTIONS,
    messages::METHODS,
];

/// The tables that need nothing but registering.
static PLAIN: &[&[Function]] = &[
    convert::CONVERT,
    explain::EXPLAIN,
    files::FILES,
    recv_loops::GATHER,
    lookups::LOOKUPS,
    messages::FUNCTIONS,
    messages::METHODS,
    methods::METHODS,
    module::NAMES,
    program::PROGRAM,
    sockets::POLLER,
    sockets::SOCKETS,
];

/// Registers everything with an engine.
pub(crate) fn register(engine: &mut Engine, context: &Rc<Context>) {
    shown::register_builtin(engine);
    bytearray::register(engine, context);
    bytes::register(engine, context);
    descriptors::register(engine, context);
    file::register(engine, context);
    dict::register(engine, context);
    list::register(engine, context);
    python::register(engine, context);
    sequence::register(engine, context);
    text::register(engine, context);
    for table in PLAIN {
        catalog::register(engine, table, context);
    }
    module::install(engine);
    results::install(engine);
    program::install(engine);
    leave::install(engine, context);
    syntax::install(engine);
}

#[cfg(test)]
mod tests;
