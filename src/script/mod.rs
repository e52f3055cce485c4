//! The script's view: the engine, its functions and values. The only place that names rhai.

pub mod context;
pub mod definitions;
pub mod engine;
pub mod failure;
pub mod function;
pub mod gives;
mod globals;
mod memory;
pub mod mend;
mod names;
pub mod packages;
pub mod scan;
pub mod show;
pub mod survey;
pub mod value;
pub mod vocabulary;
mod words;
