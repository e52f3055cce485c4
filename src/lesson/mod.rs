//! Lessons: read, run, compared and reported. Text in, data out: only `library` reads files, only
//! `run` touches consoles.

pub mod author;
pub mod compare;
pub mod event;
mod evidence;
pub mod exercise;
pub mod handout;
pub mod library;
pub mod lint;
pub mod machine;
pub mod model;
pub mod parse;
pub mod pattern;
pub mod problem;
pub mod progress;
pub mod prose;
pub mod report;
pub mod run;
pub mod tutor;
