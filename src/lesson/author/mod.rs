//! Writing lessons: what their authors are spared.

pub mod accept;
pub mod starter;
pub mod store;
