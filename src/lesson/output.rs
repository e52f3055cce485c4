//! What becomes of a lesson for readers: reports of a run, and hand-outs.

pub(crate) mod handout;
pub mod report;
