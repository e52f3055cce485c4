//! Waits until a lesson is saved, however the editor does that, and runs again what has changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use crate::lesson::format::model::Lesson;
use crate::lesson::library::Entry;
use crate::lesson::results::{Report, Source};
use crate::lesson::run::host::{self, NetworkChoice, RunHost};
use crate::lesson::run::{Checkpoint, run_on};

/// Editors save in several moves; what follows within this time belongs to the same save.
const SETTLED: Duration = Duration::from_millis(60);
/// The most moves that are waited for.
const MOVES: usize = 20;
/// A time of change may be as coarse as this, so a fresh one tells nothing.
const COARSE: Duration = Duration::from_secs(2);

/// What became of a watched lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileChange {
    /// It was saved, or a script of its exercises was.
    Saved,
    /// The file is gone.
    Gone,
}

/// Watches the file of a lesson, and the scripts of its exercises beside it. It looks at them again
/// and again: that works in busy, replaced, linked and network folders alike, where a notification
/// of the system comes for other files, for the folder that was, or not at all.
pub(crate) struct FileWatch {
    path: PathBuf,
    seen: BTreeMap<PathBuf, WatchedFile>,
}

/// A file as it was when it was looked at.
#[derive(Debug, PartialEq, Eq)]
struct WatchedFile {
    stamp: (Option<SystemTime>, u64),
    content: Vec<u8>,
}

impl WatchedFile {
    /// A file, read only where its stamp may have changed.
    fn of(path: &Path, before: Option<Self>) -> Option<Self> {
        let told = fs::metadata(path).ok()?;
        let changed = told.modified().ok();
        let stamp = (changed, told.len());
        let age = changed.and_then(|changed| changed.elapsed().ok());
        let is_old = age.is_some_and(|age| age > COARSE);
        match before {
            Some(before) if is_old && before.stamp == stamp => Some(before),
            _ => Some(Self {
                stamp,
                content: fs::read(path).ok()?,
            }),
        }
    }
}

impl FileWatch {
    /// Begins to watch.
    ///
    /// # Errors
    /// What the system says when the file cannot be read (ENOENT).
    pub(crate) fn new(path: &Path) -> Result<Self, String> {
        fs::metadata(path).map_err(|error| error.to_string())?;
        let mut watch = Self {
            path: path.into(),
            seen: BTreeMap::new(),
        };
        watch.look();
        Ok(watch)
    }

    /// Waits so long, then says what has changed since the last time.
    pub(crate) fn changed(&mut self, patience: Duration) -> Option<FileChange> {
        thread::sleep(patience);
        let there = self.seen.contains_key(&self.path);
        if !self.look() {
            return None;
        }
        for _ in 0..MOVES {
            thread::sleep(SETTLED);
            if !self.look() {
                break;
            }
        }
        match (there, self.seen.contains_key(&self.path)) {
            (_, true) => Some(FileChange::Saved),
            (true, false) => Some(FileChange::Gone),
            (false, false) => None,
        }
    }

    /// Looks at all files; whether one has another content, came or went.
    fn look(&mut self) -> bool {
        let mut before = std::mem::take(&mut self.seen);
        let mut has_changed = false;
        for path in self.files() {
            let known = before.remove(&path);
            let was = known.as_ref().map(|seen| seen.content.clone());
            if let Some(seen) = WatchedFile::of(&path, known) {
                has_changed |= was.as_ref() != Some(&seen.content);
                self.seen.insert(path, seen);
            } else {
                has_changed |= was.is_some();
            }
        }
        has_changed || !before.is_empty()
    }

    /// The lesson's file, and the scripts in the folders of its exercises.
    fn files(&self) -> Vec<PathBuf> {
        let within = |folder: &Path| -> Vec<PathBuf> {
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            entries.map(|entry| entry.path()).collect()
        };
        let scripts = within(&self.path.with_extension(""))
            .into_iter()
            .flat_map(|exercise| within(&exercise))
            .filter(|path| path.extension().is_some_and(|ending| ending == "rhai"));
        std::iter::once(self.path.clone()).chain(scripts).collect()
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Duration;

    use super::{FileChange, FileWatch};

    const SOON: Duration = Duration::from_millis(1);

    #[test]
    fn only_what_is_in_the_files_counts() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("01-it.rhai");
        fs::write(&path, "1;").expect("a lesson");
        let mut watch = FileWatch::new(&path).expect("it is there");
        assert_eq!(watch.changed(SOON), None);
        // A busy folder, and a save that changes nothing.
        fs::write(folder.path().join("other.rhai"), "2;").expect("another");
        fs::write(&path, "1;").expect("the same");
        assert_eq!(watch.changed(SOON), None);
        fs::write(&path, "2;").expect("another lesson of the same length");
        assert_eq!(watch.changed(SOON), Some(FileChange::Saved));
        assert_eq!(watch.changed(SOON), None);
    }

    #[test]
    fn a_replaced_folder_a_link_and_a_deleted_file_are_noticed() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        for (name, text) in [("one", "1;"), ("two", "2;")] {
            fs::create_dir(at(name)).expect("a folder");
            fs::write(at(name).join("it.rhai"), text).expect("a lesson");
        }
        std::os::unix::fs::symlink(at("one"), at("now")).expect("a link");
        let path = at("now").join("it.rhai");
        let mut watch = FileWatch::new(&path).expect("it is there");
        fs::remove_file(at("now")).expect("the link goes");
        assert_eq!(watch.changed(SOON), Some(FileChange::Gone));
        assert_eq!(watch.changed(SOON), None, "that is told once");
        std::os::unix::fs::symlink(at("two"), at("now")).expect("another link");
        assert_eq!(watch.changed(SOON), Some(FileChange::Saved));
        fs::remove_dir_all(at("two")).expect("the folder goes");
        assert_eq!(watch.changed(SOON), Some(FileChange::Gone));
        fs::create_dir(at("two")).expect("a folder in its place");
        fs::write(at("two").join("it.rhai"), "2;").expect("the same lesson");
        assert_eq!(watch.changed(SOON), Some(FileChange::Saved));
    }

    #[test]
    fn the_scripts_of_exercises_count() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("07-echo.rhai");
        let exercise = folder.path().join("07-echo/server");
        fs::create_dir_all(&exercise).expect("a folder");
        fs::write(&path, "1;").expect("a lesson");
        let mut watch = FileWatch::new(&path).expect("it is there");
        fs::write(exercise.join("solution.rhai"), "1;").expect("a solution");
        assert_eq!(watch.changed(SOON), Some(FileChange::Saved));
        fs::write(exercise.join("solution.rhai"), "2;").expect("another");
        assert_eq!(watch.changed(SOON), Some(FileChange::Saved));
    }
}
