//! Lessons: read, run, compared and reported. Text in, data out: only `library` reads files, only
//! `run` touches consoles.

pub mod authoring;
pub mod format;
pub mod library;
pub mod lint;
pub mod output;
pub mod progress;
pub mod results;
pub mod run;
pub mod tutor;
