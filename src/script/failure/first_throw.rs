//! Where an error came from that a script caught and threw on: rhai tells only of the last `throw`.

use std::cell::RefCell;

use rhai::{Dynamic, EvalAltResult, Map, Position};

use super::{line_of, message_of_engine, throw_of};
use crate::net::error::Error;

/// Where a call failed.
struct FirstThrow {
    /// What the error shows.
    line: String,
    position: Position,
    /// Whether a function of the script made the call.
    in_function: bool,
}

thread_local! {
    /// Of the last call that failed in this console.
    static FIRST_THROW: RefCell<Option<FirstThrow>> = const { RefCell::new(None) };
}

/// [`throw_of`] a call that a script made, which is remembered for an error that is thrown on.
pub(crate) fn throw_first(
    error: Error,
    family: Option<i32>,
    (position, in_function): (Position, bool),
) -> Box<EvalAltResult> {
    let thrown = throw_of(error, family, position);
    if let EvalAltResult::ErrorRuntime(value, _) = &*thrown
        && let Some(line) = value.read_lock::<Map>().and_then(|map| line_of(&map))
    {
        FIRST_THROW.set(Some(FirstThrow {
            line,
            position,
            in_function,
        }));
    }
    thrown
}

/// Where an error that was caught and thrown on came from, and whether that is in a function.
pub(super) fn place(value: &Dynamic, line: &str) -> Option<(Position, bool)> {
    if let Some(map) = value.read_lock::<Map>()
        && let Some(message) = message_of_engine(&map)
    {
        let (_, place) = message.split_once(" (line ")?;
        let (row, rest) = place.split_once(", position ")?;
        let column: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let position = Position::new(row.parse().ok()?, column.parse().ok()?);
        return Some((position, message.contains("in call to function")));
    }
    FIRST_THROW.with_borrow(|first| {
        let first = first.as_ref().filter(|first| first.line == line)?;
        Some((first.position, first.in_function))
    })
}
