//! The sum of the layers' errors, and the exit codes.

use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

/// How a run of the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All is well.
    Well,
    /// A lesson or a submission fell short, or a script ended in an error.
    Short,
    /// Something kept us from running.
    Unable,
    /// Ctrl-C ended it.
    Interrupted,
    /// The script chose this code.
    Chosen(u8),
}

impl Exit {
    /// How two runs ended together: what kept us from running weighs more than what fell short.
    pub(crate) fn worse(self, other: Self) -> Self {
        if self == Self::Well || other == Self::Unable {
            other
        } else {
            self
        }
    }

    /// The process's exit code: 0, 1, 2, 130, or the script's own.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Well => 0,
            Self::Short => 1,
            Self::Unable => 2,
            Self::Interrupted => 130,
            Self::Chosen(code) => code,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// What kept us from running.
#[derive(Debug)]
pub(crate) enum Error {
    /// A file could not be read.
    Unreadable {
        /// Its path.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
    /// The terminal's line editor failed.
    Terminal(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, why } => {
                write!(f, "cannot read `{}`: {why}", path.display())
            }
            Self::Terminal(why) => write!(f, "the terminal cannot be used: {why}"),
        }
    }
}

impl std::error::Error for Error {}
