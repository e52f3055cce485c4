//! Where the history is kept: one file in the platform's folder for state, in the line editor's own form,
//! shared by all sessions.
//!
//! An entry is appended by one write, and what is too old is left out by a rename, so that a session that
//! is killed at any moment loses nothing. The editor's own way empties the file and writes it anew.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use etcetera::{BaseStrategy, choose_base_strategy};

use crate::files::{self, Existing};

/// The first line, which says how entries are written.
const FORM: &str = "#V2";
/// How long another session's lock is waited for. What it writes meanwhile takes a millisecond.
const PATIENCE: Duration = Duration::from_millis(200);
const LOOK: Duration = Duration::from_millis(5);

/// The history file of this user, its folder made; none where there is no home to keep it in.
pub(crate) fn default_file() -> Option<PathBuf> {
    let strategy = choose_base_strategy().ok()?;
    let folder = strategy
        .state_dir()
        .unwrap_or_else(|| strategy.data_dir())
        .join("socklab");
    fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}

/// A history file, of which so many entries are kept at least.
#[derive(Debug)]
pub(crate) struct HistoryFile {
    path: PathBuf,
    most: usize,
    /// How many entries it has, about: other sessions append too.
    count: usize,
}

impl HistoryFile {
    /// The file and the entries in it; the first session has none yet.
    pub(crate) fn open(path: PathBuf, most: usize) -> (Self, Vec<String>) {
        // Whatever is no UTF-8 text any more is no entry.
        let bytes = fs::read(&path).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.lines();
        let entries: Vec<String> = match lines.next() {
            Some(FORM) => lines.filter(|line| !line.is_empty()).map(read).collect(),
            _ => text.lines().map(String::from).collect(),
        };
        let count = entries.len();
        let kept = entries.into_iter().skip(count.saturating_sub(most));
        let kept = kept.collect();
        (Self { path, most, count }, kept)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Appends an entry. Errors: what the system says (EACCES, EROFS, ENOSPC).
    pub(crate) fn append(&mut self, entry: &str) -> io::Result<()> {
        let (mut file, locked) = self.locked()?;
        let mut line = Vec::new();
        let length = file.seek(SeekFrom::End(0))?;
        if length == 0 {
            line.extend_from_slice(FORM.as_bytes());
            line.push(b'\n');
        } else {
            // A disk that was full has left the beginning of a line.
            let mut last = [0];
            file.seek(SeekFrom::Start(length - 1))?;
            file.read_exact(&mut last)?;
            line.extend((last != *b"\n").then_some(b'\n'));
        }
        line.extend_from_slice(written(entry).as_bytes());
        line.push(b'\n');
        file.write_all(&line)?;
        self.count += 1;
        if locked && self.count > self.most + self.most / 4 + 16 {
            self.trim()?;
        }
        Ok(())
    }

    /// The file, locked against other sessions where that can be had soon.
    fn locked(&self) -> io::Result<(File, bool)> {
        let end = Instant::now() + PATIENCE;
        loop {
            let file = OpenOptions::new()
                .read(true)
                .append(true)
                .create(true)
                .mode(0o600)
                .open(&self.path)?;
            match file.try_lock() {
                Ok(()) if self.is_still(&file) => return Ok((file, true)),
                // Another session has put a shorter one in its place.
                Ok(()) => {}
                // It is appended to all the same, by one write; only nothing is left out.
                Err(TryLockError::Error(_)) => return Ok((file, false)),
                Err(TryLockError::WouldBlock) if Instant::now() >= end => return Ok((file, false)),
                Err(TryLockError::WouldBlock) => thread::sleep(LOOK),
            }
        }
    }

    fn is_still(&self, file: &File) -> bool {
        let number = |found: io::Result<fs::Metadata>| found.ok().map(|found| found.ino());
        number(file.metadata()) == number(fs::metadata(&self.path))
    }

    /// Leaves out the oldest entries.
    fn trim(&mut self) -> io::Result<()> {
        let (_, kept) = Self::open(self.path.clone(), self.most);
        let mut text = format!("{FORM}\n");
        for entry in &kept {
            text.push_str(&written(entry));
            text.push('\n');
        }
        files::write(&self.path, text, Existing::Replace).map_err(|error| error.error)?;
        self.count = kept.len();
        Ok(())
    }
}

/// An entry as its line: no line end and no backslash stands in it as it is.
fn written(entry: &str) -> String {
    entry.replace('\\', "\\\\").replace('\n', "\\n")
}

fn read(line: &str) -> String {
    let mut entry = String::with_capacity(line.len());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n') => entry.push('\n'),
                Some(other) => entry.push(other),
                None => entry.push('\\'),
            },
            other => entry.push(other),
        }
    }
    entry
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::time::{Duration, Instant};

    use super::HistoryFile;

    fn entries(path: &std::path::Path, most: usize) -> Vec<String> {
        HistoryFile::open(path.into(), most).1
    }

    #[test]
    fn entries_of_several_sessions_and_lines_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        let (mut one, none) = HistoryFile::open(path.clone(), 100);
        let (mut two, _) = HistoryFile::open(path.clone(), 100);
        assert!(none.is_empty());
        one.append("let a = \"\\n\"").unwrap();
        two.append("fn f() {\n    1\n}").unwrap();
        one.append("f()").unwrap();
        assert_eq!(
            entries(&path, 100),
            ["let a = \"\\n\"", "fn f() {\n    1\n}", "f()"]
        );
        assert_eq!(entries(&path, 1), ["f()"]);
    }

    #[test]
    fn old_entries_are_left_out_and_the_file_is_never_a_part_of_itself() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        let (mut file, _) = HistoryFile::open(path.clone(), 100);
        for number in 0..1000 {
            file.append(&number.to_string()).unwrap();
            let kept = entries(&path, usize::MAX);
            assert!(
                kept.len() >= 100.min(number + 1) && kept.len() <= 150,
                "{}",
                kept.len()
            );
            assert_eq!(kept.last(), Some(&number.to_string()));
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_line_that_was_cut_off_stays_one_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        fs::write(&path, "#V2\none\ntw").unwrap();
        HistoryFile::open(path.clone(), 100)
            .0
            .append("three")
            .unwrap();
        assert_eq!(entries(&path, 100), ["one", "tw", "three"]);
    }

    #[test]
    fn a_lock_that_nobody_gives_back_is_waited_for_a_moment() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        let (mut file, _) = HistoryFile::open(path.clone(), 100);
        file.append("one").unwrap();
        let held = File::open(&path).unwrap();
        held.lock().unwrap();
        let begun = Instant::now();
        file.append("two").unwrap();
        assert!(begun.elapsed() < Duration::from_secs(5));
        assert_eq!(entries(&path, 100), ["one", "two"]);
    }
}
