//! The script's view: the engine, its functions and values. The only place that names rhai.

pub mod builtins;
pub mod catalog;
pub mod context;
pub mod definitions;
pub mod engine;
pub mod failure;
pub mod functions;
pub mod gives;
mod globals;
pub mod inspect;
mod memory;
mod names;
pub mod repr;
pub mod statements;
pub mod suggest;
pub mod values;
pub mod vocabulary;
mod words;
