//! Lessons: read, run, compared and reported. Text in, data out: only `library` reads files, only
//! `run` touches consoles.

pub(crate) mod authoring;
pub(crate) mod diagnosis;
pub mod format;
pub(crate) mod library;
pub(crate) mod lint;
pub mod output;
pub(crate) mod progress;
pub mod results;
pub mod run;
pub(crate) mod tutor;
