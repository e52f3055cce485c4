//! Errors as the script sees them: a thrown map, and back from it to one `error:` line.

use rhai::{Dynamic, EvalAltResult, Map, Position};

use crate::net::error::{Cause, Error};

/// Throws a failed call: a map of `call`, `kind`, `name`, `errno`, `message`, which a script may
/// catch. A second Ctrl-C is not caught by anything.
pub(crate) fn throw(error: Error, position: Position) -> Box<EvalAltResult> {
    if error.cause == Cause::Stopped {
        return Box::new(EvalAltResult::ErrorTerminated(Dynamic::UNIT, position));
    }
    Box::new(EvalAltResult::ErrorRuntime(to_map(&error).into(), position))
}

/// The map of an error. Where CPython's error has no number, `name` and `errno` are `()`.
fn to_map(error: &Error) -> Map {
    let mut map = Map::new();
    map.insert("call".into(), error.call.into());
    map.insert("kind".into(), error.cause.kind().into());
    map.insert(
        "name".into(),
        error.cause.name().map_or(Dynamic::UNIT, Dynamic::from),
    );
    let number = error
        .cause
        .number()
        .map_or(Dynamic::UNIT, |n| Dynamic::from(i64::from(n)));
    map.insert("errno".into(), number);
    map.insert("message".into(), error.cause.message().into());
    if let Some(note) = &error.note {
        map.insert("note".into(), note.into());
    }
    map
}
