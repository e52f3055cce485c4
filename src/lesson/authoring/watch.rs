//! Waits until a lesson is saved, however the editor does that, and runs again what has changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::lesson::format::model::Lesson;
use crate::lesson::library::Entry;
use crate::lesson::results::{Report, Source};
use crate::lesson::run::host::{self, NetworkChoice, RunHost};
use crate::lesson::run::{Checkpoint, run_on};

/// Editors save in several moves; what follows within this time belongs to the same save.
const SETTLED: Duration = Duration::from_millis(60);

/// Watches one file through its folder: an editor may put a new file in its place.
pub(crate) struct FileWatch {
    path: PathBuf,
    changes: Receiver<()>,
    seen: Option<Vec<u8>>,
    // Ends the watching when it goes.
    _watcher: RecommendedWatcher,
}

impl FileWatch {
    /// Begins to watch.
    ///
    /// # Errors
    /// What the system says when it cannot (ENOENT, ENOSPC: no more watches).
    pub(crate) fn new(path: &Path) -> Result<Self, String> {
        let path = fs::canonicalize(path).map_err(|error| error.to_string())?;
        let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
        let (sender, changes) = mpsc::channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<_>| {
            if event.is_ok() {
                // Nobody waits any more when this fails.
                let _ = sender.send(());
            }
        })
        .map_err(|error| error.to_string())?;
        watcher
            .watch(&folder, RecursiveMode::NonRecursive)
            .map_err(|error| error.to_string())?;
        let seen = fs::read(&path).ok();
        Ok(Self {
            path,
            changes,
            seen,
            _watcher: watcher,
        })
    }

    /// Waits for the next save that changes the file, `patience` at most; whether it came.
    pub(crate) fn changed(&mut self, patience: Duration) -> bool {
        match self.changes.recv_timeout(patience) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return false,
        }
        while self.changes.recv_timeout(SETTLED).is_ok() {}
        let now = fs::read(&self.path).ok();
        // A file that is gone for a moment comes back.
        let changed = now.is_some() && now != self.seen;
        if changed {
            self.seen = now;
        }
        changed
    }
}

/// A run of a lesson that was saved again.
pub(crate) struct Rerun<'a> {
    /// Where it goes on; none where it begins anew.
    from: Option<Checkpoint>,
    entry: &'a Entry,
    source: &'a Source,
    lesson: &'a Lesson,
    host: &'a dyn RunHost,
}

/// The run of a lesson after a save: from where an earlier run ended, if the lesson begins with what
/// was run there.
pub(crate) fn rerun<'a>(
    from: Option<Checkpoint>,
    entry: &'a Entry,
    source: &'a Source,
    lesson: &'a Lesson,
    host: &'a dyn RunHost,
) -> Rerun<'a> {
    let alone = lesson.exercises().is_empty();
    Rerun {
        from: from.filter(|from| alone && from.begins(source, lesson)),
        entry,
        source,
        lesson,
        host,
    }
}

impl Rerun<'_> {
    /// How many steps need not be run again; none where all are run.
    pub(crate) fn done(&self) -> Option<usize> {
        self.from.as_ref().map(Checkpoint::steps)
    }

    /// Runs it. Returns where the next run may go on.
    pub(crate) fn run(self, report: &mut dyn Report) -> Option<Checkpoint> {
        let Self {
            from,
            entry,
            source,
            lesson,
            host,
        } = self;
        if !lesson.exercises().is_empty() {
            host::run(
                host,
                source,
                lesson,
                Some(entry),
                NetworkChoice::Lab,
                report,
            );
            return None;
        }
        let fresh = || Checkpoint::new(host.session(&lesson.header, NetworkChoice::Lab));
        let from = from.unwrap_or_else(fresh);
        host.attend(from.session());
        let (_, reached) = run_on(source, lesson, from, report);
        host.attend_own();
        reached.filter(|_| !host.interrupted())
    }
}
