//! The file that keeps a learner's progress: replaced whole, under a lock, so that neither a crash
//! nor a second terminal can harm it.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::{Progress, Unreadable};
use crate::files::{self, Existing};
use crate::net::error::reason;

/// The file's name in the folder for data.
const FILE: &str = "progress.json";
/// How many damaged files are kept aside.
const MOST_ASIDE: usize = 1000;

/// Where progress is kept.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    file: PathBuf,
}

/// What was found in the file.
#[derive(Debug)]
pub(crate) struct StoredProgress {
    /// The progress; empty where there is none yet, or none that can be read.
    pub(crate) progress: Progress,
    /// What is wrong with the file, where something is.
    pub(crate) trouble: Option<Trouble>,
}

/// What is wrong with the file.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// It was damaged, and now lies here.
    Aside(PathBuf),
    /// It is damaged and cannot be moved away.
    Damaged(PathBuf),
    /// A newer program wrote it: it is left alone.
    Newer(PathBuf),
    /// It cannot be read.
    Unread(PathBuf, io::Error),
    /// It cannot be written.
    Unwritten(PathBuf, io::Error),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aside(path) => write!(
                f,
                "the progress file was damaged and is kept as `{}`; progress begins anew, and \
                 `lesson import-progress` takes a copy that you may have",
                path.display()
            ),
            Self::Damaged(path) => write!(
                f,
                "the progress file `{}` is damaged and cannot be moved; move it away yourself",
                path.display()
            ),
            Self::Newer(path) => write!(
                f,
                "a newer socklab wrote `{}`; use that one, or move the file away",
                path.display()
            ),
            Self::Unread(path, error) => write!(
                f,
                "cannot read your progress in `{}`: {}; you can go on all the same",
                path.display(),
                reason(error)
            ),
            Self::Unwritten(path, error) => write!(
                f,
                "cannot save your progress in `{}`: {}; you can go on, it is tried again after \
                 each step, and `XDG_DATA_HOME=FOLDER` keeps it elsewhere",
                path.display(),
                reason(error)
            ),
        }
    }
}

impl std::error::Error for Trouble {}

impl Store {
    /// A store in this folder, which is made when something is saved.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self {
            file: folder.join(FILE),
        }
    }

    /// What is kept. A damaged file is moved aside.
    pub(crate) fn load(&self) -> StoredProgress {
        match self.read() {
            Ok(progress) => StoredProgress {
                progress,
                trouble: None,
            },
            Err(Trouble::Damaged(_)) => {
                // Another terminal may be at it, and may have mended it by the time we hold it.
                let found = self.lock().map_err(|error| self.unwritten(error));
                let found = found.and_then(|_lock| self.read_or_move());
                found.unwrap_or_else(|_| StoredProgress {
                    progress: Progress::default(),
                    trouble: Some(Trouble::Damaged(self.file.clone())),
                })
            }
            Err(trouble) => StoredProgress {
                progress: Progress::default(),
                trouble: Some(trouble),
            },
        }
    }

    /// Changes what is kept: reads, changes and replaces it while nobody else can. Gives what is
    /// kept now, and that a damaged file was moved aside, if it was.
    ///
    /// # Errors
    /// The old file is whole when it cannot be written (EACCES, EROFS, ENOSPC, EDQUOT).
    pub(crate) fn update(
        &self,
        change: impl FnOnce(&mut Progress),
    ) -> Result<StoredProgress, Trouble> {
        let _lock = self.lock().map_err(|error| self.unwritten(error))?;
        let mut found = self.read_or_move()?;
        change(&mut found.progress);
        files::write(&self.file, found.progress.to_text(), Existing::Replace)
            .map_err(|failed| self.unwritten(failed.error))?;
        Ok(found)
    }

    fn unwritten(&self, error: io::Error) -> Trouble {
        Trouble::Unwritten(self.file.clone(), error)
    }

    /// Waits for the lock; it goes with the file that this gives. It is a file of its own, because
    /// the other one is replaced.
    fn lock(&self) -> io::Result<File> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(false)
            .open(self.file.with_extension("lock"))?;
        file.lock()?;
        Ok(file)
    }

    fn read(&self) -> Result<Progress, Trouble> {
        let bytes = match fs::read(&self.file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Progress::default()),
            Err(error) => return Err(Trouble::Unread(self.file.clone(), error)),
        };
        let text = String::from_utf8_lossy(&bytes);
        Progress::from_text(&text).map_err(|why| match why {
            Unreadable::Damaged => Trouble::Damaged(self.file.clone()),
            Unreadable::Newer => Trouble::Newer(self.file.clone()),
        })
    }

    fn read_or_move(&self) -> Result<StoredProgress, Trouble> {
        let (progress, trouble) = match self.read() {
            Ok(progress) => (progress, None),
            Err(Trouble::Damaged(_)) => {
                let aside = self.aside();
                fs::rename(&self.file, &aside).map_err(|_| Trouble::Damaged(self.file.clone()))?;
                (Progress::default(), Some(Trouble::Aside(aside)))
            }
            Err(trouble) => return Err(trouble),
        };
        Ok(StoredProgress { progress, trouble })
    }

    /// A name for a damaged file that nothing has yet.
    fn aside(&self) -> PathBuf {
        let name = |number| self.file.with_extension(format!("damaged-{number}.json"));
        let free = (1..MOST_ASIDE).map(name).find(|path| !path.exists());
        free.unwrap_or_else(|| name(MOST_ASIDE))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::thread;

    use super::{Store, Trouble};
    use crate::lesson::progress::{Mark, Progress};

    fn mark(progress: &mut Progress, lesson: &str, step: &str) {
        let taken = progress.lessons.entry(lesson.into()).or_default();
        taken.steps.insert(step.into(), Mark::Done);
    }

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a temporary folder")
    }

    #[test]
    fn what_is_saved_is_there_again() {
        let folder = folder();
        let store = Store::in_folder(&folder.path().join("deep/er"));
        assert!(store.load().trouble.is_none());
        store.update(|kept| mark(kept, "x", "a")).expect("saved");
        assert!(store.load().progress.lessons["x"].steps.contains_key("a"));
    }

    #[test]
    fn a_damaged_file_is_kept_aside_and_named() {
        let folder = folder();
        let store = Store::in_folder(folder.path());
        for (number, text) in [(1, "half a fi"), (2, "")] {
            fs::write(&store.file, text).expect("written");
            let found = store.load();
            let aside = folder
                .path()
                .join(format!("progress.damaged-{number}.json"));
            let told = found.trouble.expect("told").to_string();
            assert!(told.contains(&aside.display().to_string()), "{told}");
            assert_eq!(fs::read_to_string(aside).expect("kept"), text);
        }
        store.update(|kept| mark(kept, "x", "a")).expect("saved");
        assert!(store.load().trouble.is_none());
    }

    #[test]
    fn a_newer_file_is_left_alone() {
        let folder = folder();
        let store = Store::in_folder(folder.path());
        fs::write(&store.file, "{\"version\": 9}").expect("written");
        assert!(matches!(store.load().trouble, Some(Trouble::Newer(_))));
        let refused = store.update(|kept| mark(kept, "x", "a"));
        assert!(matches!(refused, Err(Trouble::Newer(_))));
        let text = fs::read_to_string(&store.file).expect("still there");
        assert_eq!(text, "{\"version\": 9}");
    }

    #[test]
    fn a_place_that_cannot_be_written_is_told_and_harms_nothing() {
        let folder = folder();
        fs::write(folder.path().join("file"), "").expect("written");
        // A folder below a file can be made by nobody, not even root.
        let store = Store::in_folder(&folder.path().join("file/below"));
        let error = store.update(|kept| mark(kept, "x", "a")).expect_err("no");
        assert!(error.to_string().contains("cannot save your progress"));
    }

    #[test]
    fn many_writers_at_once_lose_nothing() {
        let folder = folder();
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let store = Store::in_folder(folder.path());
                thread::spawn(move || {
                    for step in 0..25 {
                        let name = format!("{writer}-{step}");
                        store.update(|kept| mark(kept, "x", &name)).expect("saved");
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().expect("a writer");
        }
        let found = Store::in_folder(folder.path()).load();
        assert_eq!(found.progress.lessons["x"].steps.len(), 100);
    }
}
