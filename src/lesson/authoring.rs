//! Writing lessons: what their authors are spared.

pub(crate) mod accept;
pub(crate) mod record;
pub(crate) mod starter;
pub(crate) mod watch;
