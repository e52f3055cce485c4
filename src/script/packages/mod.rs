//! The functions of the script's view, a file for each field.

mod convert;
mod lookups;
mod methods;
mod module;
mod sockets;
mod syntax;

use std::rc::Rc;

use rhai::Engine;

use super::context::Context;
use super::function::{Function, register};

/// Every function and method there is.
pub static FUNCTIONS: &[&[Function]] = &[
    convert::CONVERT,
    lookups::LOOKUPS,
    methods::METHODS,
    module::NAMES,
    sockets::POLLER,
    sockets::SOCKETS,
];

/// Registers everything with an engine.
pub(super) fn install(engine: &mut Engine, context: &Rc<Context>) {
    for table in FUNCTIONS {
        register(engine, table, context);
    }
    module::install(engine);
    syntax::install(engine);
}
