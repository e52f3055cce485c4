//! Writing lessons: what their authors are spared.

pub mod accept;
pub mod record;
pub mod starter;
pub mod store;
pub mod watch;
