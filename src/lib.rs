//! socklab: learn network sockets in a terminal.
//!
//! ```text
//! main -> cli -> commands -> prompt, lesson -> console -> script, term -> net -> trace -> repr
//!                    `-----> lab --------------------------------------> net
//! ```
//! Each arrow is "may use". Text goes in at the left, and what the network did comes back.

pub mod cli;
pub mod commands;
pub mod console;
pub mod error;
pub(crate) mod files;
pub mod lab;
pub mod lesson;
pub mod net;
pub mod prompt;
pub(crate) mod repr;
pub mod script;
pub mod term;
pub mod trace;

#[cfg(test)]
#[path = "../tests/support/machine.rs"]
mod machine;
