//! The script's view: the engine, its functions and values. The only place that names rhai.

pub mod context;
mod failure;
pub mod function;
pub mod mend;
pub mod packages;
pub mod show;
pub mod value;
