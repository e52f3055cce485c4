//! The lesson format: its model, how a file is read into one, and the patterns of its transcripts.

pub mod model;
pub(crate) mod packet_lines;
pub mod parse;
pub mod pattern;
pub(crate) mod problem;
