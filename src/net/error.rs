//! What a failed call tells: which call, why, and what to do about it.

use std::fmt;

use super::sys::netdb::HostFailure;
use super::sys::{constants, errno};
use crate::trace::CallError;

/// A failed call: its name, the cause, and at times a note with the mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Error {
    /// The call as the learner knows it: `"connect"`.
    pub(crate) call: &'static str,
    /// Why it failed.
    pub(crate) cause: Cause,
    /// What to do next, where we know it.
    pub(crate) note: Option<String>,
    /// What had come when a call that receives a whole ended early.
    pub(crate) received: Option<Vec<u8>>,
}

/// A cause that does not yet know its call, perhaps with a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Why.
    pub(crate) cause: Cause,
    /// What to do next, where we know it.
    pub(crate) note: Option<String>,
    /// What had come when a call that receives a whole ended early.
    pub(crate) received: Option<Vec<u8>>,
}

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The system said no, with this errno (CPython: `OSError`).
    Os(i32),
    /// `getaddrinfo` and friends said no, with this `EAI_*` code (CPython: `gaierror`).
    Lookup(i32),
    /// The older host lookups said no, with this `h_errno` (CPython: `herror`).
    Host(i32),
    /// The socket's timeout ran out (CPython: `TimeoutError`, without an errno).
    TimedOut,
    /// Ctrl-C ended the wait; a script may catch this.
    Interrupted,
    /// A second Ctrl-C: the statement ends, nothing catches this.
    Stopped,
    /// The script leaves, with this exit code; nothing catches this.
    Exit(i32),
    /// A table has no such entry; no number goes with it (CPython: plain `OSError`).
    Unknown(String),
    /// The peer ended before a whole was there (CPython's asyncio: `IncompleteReadError`).
    Ended(String),
    /// More came than the caller allowed (CPython's asyncio: `LimitOverrunError`).
    Limit(String),
    /// The argument's type is wrong (CPython: `TypeError`).
    Type(String),
    /// The argument's value is wrong (CPython: `ValueError`).
    Value(String),
    /// The argument is out of range (CPython: `OverflowError`).
    Range(String),
}

impl Cause {
    /// The errno of this name, 0 where the platform lacks it.
    pub(crate) fn from_name(name: &str) -> Self {
        let number = constants::find(name).and_then(|found| i32::try_from(found.value).ok());
        Self::Os(number.unwrap_or_default())
    }

    /// This cause as the failure of `call`.
    pub(crate) fn during(self, call: &'static str) -> Error {
        Error {
            call,
            cause: self,
            note: None,
            received: None,
        }
    }

    /// This cause with advice.
    pub(crate) fn noting(self, note: impl Into<String>) -> Fault {
        Fault {
            cause: self,
            note: Some(note.into()),
            received: None,
        }
    }

    /// The error's kind in one word, as `err.kind` shows it: `"ConnectionRefused"`.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Os(number) => errno::find(*number).map_or("Other", |e| e.kind),
            Self::Lookup(_) | Self::Host(_) => "LookupFailed",
            Self::TimedOut => "TimedOut",
            Self::Interrupted => "Interrupted",
            Self::Stopped => "Stopped",
            Self::Exit(_) => "Exit",
            Self::Unknown(_) => "NotFound",
            Self::Ended(_) => "UnexpectedEnd",
            Self::Limit(_) => "LimitReached",
            Self::Type(_) => "WrongType",
            Self::Value(_) => "InvalidValue",
            Self::Range(_) => "OutOfRange",
        }
    }

    /// The platform's constant for the cause, `"ECONNREFUSED"` or `"EAI_NONAME"`, where it has one.
    pub(crate) fn name(&self) -> Option<&'static str> {
        match self {
            Self::Os(number) => errno::find(*number).map(|e| e.name),
            Self::Lookup(code) => errno::find_lookup(*code).map(|e| e.name),
            Self::Host(code) => errno::find_host(*code).map(|e| e.name),
            _ => None,
        }
    }

    /// The number behind [`Cause::name`]; none for the causes that CPython gives none.
    pub(crate) fn number(&self) -> Option<i32> {
        match self {
            Self::Os(number) | Self::Lookup(number) | Self::Host(number) => Some(*number),
            _ => None,
        }
    }

    /// What happened, in a few plain words, lower case.
    pub(crate) fn message(&self) -> String {
        let found = match self {
            Self::Os(number) => errno::find(*number),
            Self::Lookup(code) => errno::find_lookup(*code),
            Self::Host(code) => errno::find_host(*code),
            Self::TimedOut => return "timed out".into(),
            Self::Interrupted => return "interrupted".into(),
            Self::Stopped => return "stopped".into(),
            Self::Exit(code) => return format!("exit code {code}"),
            Self::Unknown(text)
            | Self::Ended(text)
            | Self::Limit(text)
            | Self::Type(text)
            | Self::Value(text)
            | Self::Range(text) => return text.clone(),
        };
        match (found, self.number()) {
            (Some(entry), _) => entry.message.into(),
            (None, number) => format!("error number {}", number.unwrap_or_default()),
        }
    }
}

impl Fault {
    /// The fault as the record of a call has it.
    pub(crate) fn recorded(&self) -> CallError {
        CallError {
            kind: self.cause.kind(),
            name: self.cause.name(),
            number: self.cause.number(),
            message: self.cause.message(),
        }
    }

    /// This fault as the failure of `call`.
    pub(crate) fn during(self, call: &'static str) -> Error {
        Error {
            call,
            cause: self.cause,
            note: self.note,
            received: self.received,
        }
    }
}

impl From<Error> for Fault {
    /// The call's name is told by whoever passes the fault on.
    fn from(error: Error) -> Self {
        Self {
            cause: error.cause,
            note: error.note,
            received: error.received,
        }
    }
}

impl From<Cause> for Fault {
    fn from(cause: Cause) -> Self {
        Self {
            cause,
            note: None,
            received: None,
        }
    }
}

/// Why reading or writing failed, as a fragment: `no such file or directory`.
pub(crate) fn reason(error: &std::io::Error) -> String {
    match error.raw_os_error() {
        Some(number) => Cause::Os(number).message(),
        None => error.to_string().to_lowercase(),
    }
}

impl From<std::io::Error> for Cause {
    fn from(error: std::io::Error) -> Self {
        match error.raw_os_error() {
            Some(number) => Self::Os(number),
            None => Self::Unknown(error.to_string()),
        }
    }
}

impl From<HostFailure> for Cause {
    fn from(failure: HostFailure) -> Self {
        match failure {
            HostFailure::Host(code) => Self::Host(code),
            HostFailure::System(number) => Self::Os(number),
        }
    }
}

impl From<HostFailure> for Fault {
    fn from(failure: HostFailure) -> Self {
        Cause::from(failure).into()
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Cause::from(error).into()
    }
}

impl fmt::Display for Error {
    /// `connect: connection refused (ECONNREFUSED)`, then `; ` and the note.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.call, self.cause.message())?;
        if let Some(name) = self.cause.name() {
            write!(f, " ({name})")?;
        }
        match &self.note {
            Some(note) => write!(f, "; {note}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}
