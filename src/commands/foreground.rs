//! The statement that Ctrl-Z leaves: it is heard of from before the statement begins, for a call may
//! wait before anybody has come to watch it.

use crate::console::DetachRequest;

/// Where Ctrl-Z goes.
#[derive(Default)]
pub(crate) enum Foreground {
    /// To nobody.
    #[default]
    Empty,
    /// To a statement that is about to begin; and whether it came already.
    Expected { is_stopped: bool },
    /// To whoever watches this one.
    Watched(DetachRequest),
}

impl Foreground {
    /// Ctrl-Z came.
    pub(crate) fn stop(&mut self) {
        match self {
            Self::Empty => {}
            Self::Expected { is_stopped } => *is_stopped = true,
            Self::Watched(detach) => detach.detach(),
        }
    }

    /// A statement is watched from now on; it is left at once where Ctrl-Z came already.
    pub(crate) fn watch(&mut self, detach: DetachRequest) {
        if matches!(self, Self::Expected { is_stopped: true }) {
            detach.detach();
        }
        *self = Self::Watched(detach);
    }
}
