//! The functions that a script finds, a file for each subject.

// The rows of a table have one type: a function that cannot fail returns a result all the same.
#![allow(clippy::unnecessary_wraps)]

mod descriptors;
mod lookups;
mod methods;
pub(crate) mod module;
mod program;
mod recv_loops;
mod socket_ctor;
mod sockets;
mod transfers;

pub(crate) use module::builtin;

use std::rc::Rc;

use rhai::Engine;

use super::context::Context;
use crate::script::builtins::{
    arrays, bytearray, bytes, convert, dict, explain, file, leave, nesting, python, sequence,
    syntax, text, unlink,
};
use crate::script::catalog;
use crate::script::catalog::Function;
use crate::script::native_calls;
use crate::script::values::shown;
use crate::script::values::shown_results;

/// The tables, a subject each.
static TABLES: &[&[Function]] = &[
    bytearray::FUNCTIONS,
    bytearray::METHODS,
    bytes::FUNCTIONS,
    bytes::METHODS,
    convert::CONVERT,
    descriptors::MACHINE,
    dict::FUNCTIONS,
    dict::METHODS,
    explain::EXPLAIN,
    file::MAKEFILE,
    file::METHODS,
    unlink::FILES,
    leave::LEAVE,
    arrays::METHODS,
    lookups::LOOKUPS,
    transfers::FUNCTIONS,
    transfers::METHODS,
    methods::METHODS,
    module::NAMES,
    program::PROGRAM,
    python::FUNCTIONS,
    python::VALUES,
    recv_loops::METHODS,
    sequence::FUNCTIONS,
    sockets::POLLER,
    sockets::SOCKETS,
    text::METHODS,
];

/// Every function and method of the script's view.
pub fn rows() -> impl Iterator<Item = &'static Function> {
    let tables = TABLES.iter().chain([&descriptors::NAMESAKES]);
    tables.flat_map(|table| table.iter())
}

/// Registers everything with an engine.
pub(crate) fn register(engine: &mut Engine, context: &Rc<Context>) {
    shown::register_builtin(engine);
    for table in TABLES {
        catalog::register(engine, table, context);
    }
    // What a table does not say: operators, iteration, and what comes before rhai's own.
    bytearray::install(engine);
    bytes::install(engine, context);
    descriptors::install(engine, context);
    dict::install(engine);
    file::install(engine);
    leave::install(engine);
    arrays::install(engine, context);
    module::install(engine);
    nesting::install(engine, context);
    program::install(engine);
    python::install(engine, context);
    shown_results::install(engine);
    sequence::install(engine, context);
    syntax::install(engine);
    text::install(engine, context);
    native_calls::install(engine, context);
}

#[cfg(test)]
mod tests;
