//! Lessons: read, run, compared and reported. Text in, data out: only `library` reads files, only
//! `run` touches consoles.

pub mod compare;
pub mod event;
pub mod library;
pub mod lint;
mod machine;
pub mod model;
pub mod parse;
pub mod pattern;
pub mod problem;
pub mod progress;
pub mod prose;
pub mod report;
pub mod run;
pub mod tutor;
