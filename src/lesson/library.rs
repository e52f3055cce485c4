//! Where lessons come from: a folder, the current directory's `lessons/`, or the program itself.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::net::error::reason;
use crate::script::suggest::nearest;
use include_dir::{Dir, include_dir};

use crate::lesson::format::model::Lesson;
use crate::lesson::format::parse;
use crate::lesson::format::problem::Problem;
use crate::lesson::results::Source;

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/lessons");

/// The ending of lesson files.
const ENDING: &str = ".rhai";

/// A lesson's name and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The number before the name, as in `03-getaddrinfo`, if it has one.
    pub(crate) number: Option<u32>,
    /// The name behind the number: `getaddrinfo`.
    pub(crate) name: String,
    /// Both, as the file is called without its ending: `03-getaddrinfo`.
    pub(crate) full_name: String,
    /// What names it on a command line: the full name, or the path that was given.
    pub(crate) word: String,
    /// Where its text is.
    pub(crate) origin: Origin,
    /// Somebody said that it may do what the program may.
    trusted: bool,
}

/// A lesson's text with its steps.
pub(crate) type Opened = (Source, Lesson);

/// Why a lesson has no steps to show.
#[derive(Debug)]
pub(crate) enum Unopened {
    /// It cannot be read.
    Unread(LibraryError),
    /// It can be read, and is no lesson for these reasons.
    Malformed(Source, Vec<Problem>),
}

/// Where a lesson's text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// In the program: the path inside `lessons/`.
    Embedded(String),
    /// In this file.
    File(PathBuf),
}

impl Entry {
    fn new(stem: &str, origin: Origin) -> Self {
        let (digits, rest) = stem.split_once('-').unwrap_or((stem, ""));
        let number = digits
            .parse()
            .ok()
            .filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()));
        let name = if number.is_some() && !rest.is_empty() {
            rest
        } else {
            stem
        };
        Self {
            number,
            name: name.to_owned(),
            full_name: stem.to_owned(),
            word: stem.to_owned(),
            origin,
            trusted: false,
        }
    }

    fn of_file(path: &Path) -> Option<Self> {
        let stem = path.file_name()?.to_str()?.strip_suffix(ENDING)?;
        let named = !stem.is_empty() && !stem.starts_with('.');
        named.then(|| Self::new(stem, Origin::File(path.to_owned())))
    }

    /// The path as reports show it.
    pub(crate) fn path(&self) -> String {
        match &self.origin {
            Origin::Embedded(path) => format!("lessons/{path}"),
            Origin::File(path) => path.display().to_string(),
        }
    }

    /// The lesson's bytes.
    pub(crate) fn read(&self) -> Result<Vec<u8>, LibraryError> {
        match &self.origin {
            Origin::Embedded(path) => {
                let file = EMBEDDED
                    .get_file(path)
                    .ok_or_else(|| LibraryError::gone(path))?;
                Ok(file.contents().to_vec())
            }
            Origin::File(path) => read(path),
        }
    }

    /// The lesson's text and what it says.
    /// One that is not in the program, word for word, is confined unless it is trusted.
    pub(crate) fn open(&self) -> Result<Opened, Unopened> {
        let bytes = self.read().map_err(Unopened::Unread)?;
        let source = Source {
            name: self.full_name.clone(),
            word: self.word.clone(),
            path: self.path(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        };
        match parse::parse_bytes(&bytes) {
            Ok(mut lesson) => {
                lesson.header.confined = self.confines(&bytes);
                Ok((source, lesson))
            }
            Err(problems) => Err(Unopened::Malformed(source, problems)),
        }
    }

    /// Whether the lesson with this text is kept from the machine.
    pub(crate) fn confines(&self, bytes: &[u8]) -> bool {
        !self.is_trusted(bytes, &format!("{}{ENDING}", self.full_name))
    }

    /// Whether a text may do what the program may: it was said so, or it is the program's own.
    pub(crate) fn is_trusted(&self, bytes: &[u8], file: &str) -> bool {
        let own = EMBEDDED.get_file(file);
        self.trusted || own.is_some_and(|own| own.contents() == bytes)
    }

    /// The error where the lesson is part of the program, and so cannot be written.
    pub(crate) fn file(&self) -> Result<&Path, String> {
        let name = &self.full_name;
        match &self.origin {
            Origin::File(path) => Ok(path),
            Origin::Embedded(_) => Err(format!(
                "`{name}` is part of the program and cannot be changed there; copy it out: \
                 lesson show {name} --source > {name}.rhai"
            )),
        }
    }

    /// A file of the folder beside the lesson, such as `server/starter.rhai`. The name is
    /// relative and stays inside the folder.
    pub(crate) fn beside(&self, name: &str) -> Result<Vec<u8>, LibraryError> {
        let inside = Path::new(name)
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        if !inside {
            return Err(LibraryError::gone(name));
        }
        match &self.origin {
            Origin::Embedded(path) => {
                let folder = path.strip_suffix(ENDING).unwrap_or(path);
                let path = format!("{folder}/{name}");
                let file = EMBEDDED
                    .get_file(&path)
                    .ok_or_else(|| LibraryError::gone(&path))?;
                Ok(file.contents().to_vec())
            }
            Origin::File(path) => read(&path.with_extension("").join(name)),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, LibraryError> {
    let unreadable = |error| LibraryError::Unreadable {
        path: path.to_owned(),
        error,
    };
    // A pipe or a device would hold us for ever.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(unreadable(io::Error::other("not a file")));
    }
    fs::read(path).map_err(unreadable)
}

/// Why a lesson was not found or not read.
#[derive(Debug)]
pub(crate) enum LibraryError {
    /// No lesson has this name.
    Unknown {
        /// What was asked for.
        name: String,
        /// The lesson that was perhaps meant.
        nearest: Option<String>,
    },
    /// Several lessons have this number or name.
    Ambiguous {
        /// What was asked for.
        name: String,
        /// Their full names.
        found: Vec<String>,
    },
    /// A file or folder could not be read.
    Unreadable {
        /// Its path.
        path: PathBuf,
        /// The system's reason.
        error: io::Error,
    },
}

impl LibraryError {
    fn gone(path: &str) -> Self {
        Self::Unreadable {
            path: path.into(),
            error: io::ErrorKind::NotFound.into(),
        }
    }
}

impl fmt::Display for LibraryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown {
                name,
                nearest: Some(nearest),
            } => {
                write!(f, "no lesson `{name}`; did you mean `{nearest}`?")
            }
            Self::Unknown {
                name,
                nearest: None,
            } => {
                write!(f, "no lesson `{name}`; `lesson list` shows all of them")
            }
            Self::Ambiguous { name, found } => {
                write!(
                    f,
                    "`{name}` may be `{}`; write one of them in full",
                    found.join("` or `")
                )
            }
            Self::Unreadable { path, error } => {
                let reason = reason(error);
                write!(
                    f,
                    "cannot read `{}`: {reason}; check its name and its rights",
                    path.display()
                )
            }
        }
    }
}

impl std::error::Error for LibraryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { error, .. } => Some(error),
            _ => None,
        }
    }
}

/// The lessons that can be named, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Library {
    entries: Vec<Entry>,
    /// All lessons are trusted, also those that are named by a path.
    trusted: bool,
}

impl Library {
    /// The lessons of the program, those of `lessons/` in `current`, and those of `explicit`;
    /// of lessons with the same full name the later one counts.
    ///
    /// # Errors
    /// When `explicit` cannot be read. A missing `lessons/` is fine.
    pub(crate) fn open(current: &Path, explicit: Option<&Path>) -> Result<Self, LibraryError> {
        let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
        let mut add = |entry: Entry| entries.insert(entry.full_name.clone(), entry);
        for file in EMBEDDED.files() {
            let path = file.path().to_str().unwrap_or_default();
            if let Some(stem) = path.strip_suffix(ENDING) {
                add(Entry::new(stem, Origin::Embedded(path.to_owned())));
            }
        }
        let beside = current.join("lessons");
        if explicit.is_none() && beside.is_dir() {
            folder(&beside)?
                .into_iter()
                .for_each(|entry| drop(add(entry)));
        }
        if let Some(explicit) = explicit {
            folder(explicit)?
                .into_iter()
                .for_each(|entry| drop(add(entry)));
        }
        let mut entries: Vec<Entry> = entries.into_values().collect();
        entries.sort_by_key(|entry| {
            (
                entry.number.is_none(),
                entry.number,
                entry.full_name.clone(),
            )
        });
        Ok(Self {
            entries,
            trusted: false,
        })
    }

    /// The same library, whose lessons may all do what the program may.
    #[must_use]
    pub(crate) fn trusted(mut self) -> Self {
        self.trusted = true;
        self.entries
            .iter_mut()
            .for_each(|entry| entry.trusted = true);
        self
    }

    /// All lessons: those with numbers in their order, then the others by name.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The lesson named by its number, its name, both, or a path. A word with a `/` or with the
    /// ending of a lesson is a path, relative to the process's directory; a file name that is not
    /// there may be a lesson's.
    pub(crate) fn find(&self, word: &str) -> Result<Entry, LibraryError> {
        if word.contains(['/', '\\']) || word.ends_with(ENDING) {
            let path = Path::new(word);
            let stem = path
                .file_name()
                .map_or(word.into(), |name| name.to_string_lossy());
            let stem = stem.strip_suffix(ENDING).unwrap_or(&stem).to_owned();
            let listed = self.entries.iter().find(|entry| entry.full_name == stem);
            if let Some(entry) = listed.filter(|_| !word.contains(['/', '\\']) && !path.exists()) {
                return Ok(entry.clone());
            }
            let mut entry = Entry::new(&stem, Origin::File(path.to_owned()));
            entry.trusted = self.trusted;
            entry.read()?;
            let same = self.entries.iter().find(|listed| **listed == entry);
            return Ok(same.cloned().unwrap_or(Entry {
                word: word.into(),
                ..entry
            }));
        }
        let wanted = word.trim().to_lowercase();
        let number = Some(&wanted).filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
        let number: Option<u32> = number.and_then(|word| word.parse().ok());
        let exact = self
            .entries
            .iter()
            .filter(|entry| entry.full_name.to_lowercase() == wanted);
        let found: Vec<&Entry> = exact.collect();
        if let [entry] = found.as_slice() {
            return Ok((*entry).clone());
        }
        let fits = |entry: &&Entry| match (number, wanted.split_once('-')) {
            (Some(number), _) => entry.number == Some(number),
            // `3-getaddrinfo` for `03-getaddrinfo`.
            (None, Some((digits, name)))
                if digits.parse() == Ok(entry.number.unwrap_or(u32::MAX)) =>
            {
                entry.name.to_lowercase() == name
            }
            _ => entry.name.to_lowercase() == wanted,
        };
        let found: Vec<&Entry> = self.entries.iter().filter(fits).collect();
        match found.as_slice() {
            [entry] => Ok((*entry).clone()),
            [] => Err(LibraryError::Unknown {
                name: word.into(),
                nearest: self.nearest(&wanted),
            }),
            several => {
                let found = several
                    .iter()
                    .map(|entry| entry.full_name.clone())
                    .collect();
                Err(LibraryError::Ambiguous {
                    name: word.into(),
                    found,
                })
            }
        }
    }

    /// The lessons of the names given, or all of them.
    pub(crate) fn choose<N: AsRef<str>>(
        &self,
        names: &[N],
        all: bool,
    ) -> Result<Vec<Entry>, LibraryError> {
        if all {
            return Ok(self.entries.clone());
        }
        names.iter().map(|name| self.find(name.as_ref())).collect()
    }

    /// The lesson after this one.
    pub(crate) fn after(&self, entry: &Entry) -> Option<&Entry> {
        let at = self.entries.iter().position(|other| other == entry)?;
        self.entries.get(at + 1)
    }

    fn nearest(&self, wanted: &str) -> Option<String> {
        let names = |entry: &'_ Entry| [entry.name.clone(), entry.full_name.clone()];
        let names: Vec<String> = self.entries.iter().flat_map(names).collect();
        let is_begun =
            |name: &&String| !wanted.is_empty() && name.to_lowercase().starts_with(wanted);
        let begun = || names.iter().find(is_begun);
        let near = nearest(wanted, names.iter().map(String::as_str));
        let near = near.or_else(|| begun().map(String::as_str))?;
        let mut entries = self.entries.iter();
        let meant = entries.find(|entry| [entry.name.as_str(), &entry.full_name].contains(&near));
        meant.map(|entry| entry.full_name.clone())
    }
}

/// The lessons of a folder.
fn folder(path: &Path) -> Result<Vec<Entry>, LibraryError> {
    let unreadable = |error| LibraryError::Unreadable {
        path: path.to_owned(),
        error,
    };
    let mut entries = Vec::new();
    for file in fs::read_dir(path).map_err(unreadable)? {
        let path = file.map_err(unreadable)?.path();
        if path.is_file() {
            entries.extend(Entry::of_file(&path));
        }
    }
    Ok(entries)
}
