//! Faults that a program's own last words tell: the errors of the languages, as they print them.

use super::program_fault::ProgramFault;

/// The words that tell a fault; the first row that fits counts.
const ERRORS: [(ProgramFault, &[&str]); 4] = [
    (
        ProgramFault::Leaks,
        &["Too many open files", "too many open files", "EMFILE"],
    ),
    (
        ProgramFault::MakesText,
        &[
            "UnicodeDecodeError",
            "UnicodeEncodeError",
            "is not text in utf-8",
            "MalformedInputException",
            "not valid UTF-8",
        ],
    ),
    (
        ProgramFault::DiesOfBrokenClient,
        &[
            "ConnectionResetError",
            "BrokenPipeError",
            "ECONNRESET",
            "EPIPE",
            "Connection reset",
            "connection reset",
            "Broken pipe",
            "broken pipe",
        ],
    ),
    (
        ProgramFault::StumblesAtTheEnd,
        &[
            "IndexError",
            "index out of range",
            "IndexOutOfBounds",
            "out of bounds",
        ],
    ),
];

/// The fault that ended a program, or a client's connection, in its own words.
pub(super) fn of_errors(wrote: &str) -> Option<ProgramFault> {
    if !is_error(wrote) {
        return None;
    }
    let says =
        |(_, words): &&(ProgramFault, &[&str])| words.iter().any(|word| wrote.contains(word));
    ERRORS.iter().find(says).map(|row| row.0)
}

/// Whether these are the last words of a program that an error ended: a log may speak of errors too.
fn is_error(wrote: &str) -> bool {
    let marks = [
        "Traceback (most recent call last)",
        "Exception in thread",
        "Unhandled 'error' event",
        "node:events",
        "panic:",
        "\nerror: ",
        "--> ",
    ];
    wrote.starts_with("error: ") || marks.iter().any(|mark| wrote.contains(mark))
}

/// The fault of a program that ended before it listened, in its own words.
pub(super) fn of_start(wrote: &str) -> Option<ProgramFault> {
    let says = |words: &[&str]| words.iter().any(|word| wrote.contains(word));
    if says(&[
        "SyntaxError",
        "IndentationError",
        "error: compilation failed",
        "expecting ",
        "NameError",
    ]) {
        Some(ProgramFault::CannotBeRead)
    } else if says(&[
        "Cannot assign requested address",
        "EADDRNOTAVAIL",
        "cannot assign requested",
    ]) {
        Some(ProgramFault::ForeignAddress)
    } else {
        None
    }
}
