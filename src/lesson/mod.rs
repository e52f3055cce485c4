//! Lessons: read, matched and compared; text in, data out. Only `library` reads files.

pub mod compare;
pub mod library;
pub mod lint;
pub mod model;
pub mod parse;
pub mod pattern;
pub mod problem;
