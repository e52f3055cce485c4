//! The script's view: the engine, its functions and values. The only place that names rhai.

pub(crate) mod builtins;
pub mod catalog;
pub(crate) mod context;
pub(crate) mod editor_definitions;
pub(crate) mod engine;
pub(crate) mod failure;
pub mod functions;
mod globals;
mod imports;
pub(crate) mod inspect;
mod known_names;
pub(crate) mod lexer;
mod memory;
mod missing_names;
mod native_calls;
mod reserved;
mod rhai_methods;
pub(crate) mod stack;
pub(crate) mod statements;
pub(crate) mod suggest;
pub(crate) mod values;
pub(crate) mod vocabulary;
