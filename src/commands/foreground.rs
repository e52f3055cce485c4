//! The statement that Ctrl-Z leaves: it is heard of from before the statement begins, for a call may
//! wait before anybody has come to watch it.

use std::sync::PoisonError;

use crate::commands::app::App;
use crate::console::{DetachRequest, StatementRun};
use crate::net::signal::Stops;

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
    fn watch(&mut self, detach: DetachRequest) {
        if matches!(self, Self::Expected { is_stopped: true }) {
            detach.detach();
        }
        *self = Self::Watched(detach);
    }
}

impl App {
    /// Catches Ctrl-Z for the statement that is about to begin, while the guard lives. Where nobody
    /// sits at a prompt nothing is left; and without the signal there is no Ctrl-Z, the statement
    /// runs all the same.
    pub(crate) fn catch_stops(&self) -> Option<Stops> {
        if !self.notices.is_attached() {
            return None;
        }
        self.set_foreground(Foreground::Expected { is_stopped: false });
        Stops::catch().ok()
    }

    /// Ctrl-Z goes to this statement from now on.
    pub(crate) fn watch(&self, run: &StatementRun) {
        let foreground = self.foreground.lock();
        let mut foreground = foreground.unwrap_or_else(PoisonError::into_inner);
        foreground.watch(run.detach_request());
    }

    /// Ctrl-Z goes there.
    pub(crate) fn set_foreground(&self, to: Foreground) {
        let foreground = self.foreground.lock();
        *foreground.unwrap_or_else(PoisonError::into_inner) = to;
    }
}

#[cfg(test)]
mod tests {
    use super::Foreground;
    use crate::commands::app::{App, MAIN};
    use crate::console::{Progress, Task, Unseen, Until};
    use crate::term::screen::Screen;

    #[test]
    fn ctrl_z_before_anybody_watches_leaves_the_statement_all_the_same() {
        let mut shell = App::new(Screen::plain(), Vec::new());
        shell.set_foreground(Foreground::Expected { is_stopped: false });
        let source = Task::Statement("sleep(100)".into());
        let mut run = shell.session.begin(MAIN, source).expect("a console");
        shell.foreground.lock().expect("no panic").stop();
        shell.watch(&run);
        let progress = run.follow(Until::default(), &Unseen);
        run.interrupt();
        assert!(matches!(progress, Progress::DetachRequested));
    }
}
