//! Waits until a lesson is saved, however the editor does that.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

/// Editors save in several moves; what follows within this time belongs to the same save.
const SETTLED: Duration = Duration::from_millis(60);

/// Watches one file through its folder: an editor may put a new file in its place.
pub(crate) struct Watch {
    path: PathBuf,
    changes: Receiver<()>,
    seen: Option<Vec<u8>>,
    // Ends the watching when it goes.
    _watcher: RecommendedWatcher,
}

impl Watch {
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
