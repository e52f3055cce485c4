//! Errors as the script sees them: a thrown map, and back from it to a failure and its `error:` line.

mod first_throw;

use rhai::{Dynamic, EvalAltResult, Map, Position};

use crate::net::error::{Cause, Error};
use crate::script::suggest::Mend;
use crate::script::values::Bytes;
use crate::script::values::shown;

pub(crate) use first_throw::throw_first;

/// Why a statement ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// It never began: rhai cannot read it.
    Syntax,
    /// It never began: a name in it is nothing's.
    Refused,
    /// An error was thrown and nothing caught it.
    Error,
    /// Ctrl-C ended a call, and nothing caught the error.
    Interrupted,
    /// Ctrl-C stopped the script.
    Stopped,
    /// The script asked to leave, with this exit code.
    Exit(i32),
}

/// A place in a source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The line, from 1.
    pub(crate) line: usize,
    /// The column in characters, from 1.
    pub(crate) column: usize,
}

/// The error that ended a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Why.
    pub(crate) kind: FailureKind,
    /// The transcript's line behind `error: `.
    pub(crate) text: String,
    /// The call that failed, where one did: decisions are made by it, not by the text.
    pub(crate) call: Option<Box<FailedCall>>,
    /// What to do next, for the screen.
    pub(crate) note: Option<String>,
    /// Where in the statement's source, where that is known.
    pub(crate) at: Option<Place>,
    /// What a check sent and what came back, where the thrown error tells it.
    pub(crate) evidence: Option<Box<Evidence>>,
}

/// What a failed call tells of itself, as the thrown map does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FailedCall {
    /// [`Cause::kind`]: `"TimedOut"`.
    pub(crate) kind: String,
    /// [`Cause::name`]: `"ECONNREFUSED"`; none where the platform has no constant for it.
    pub(crate) symbol: Option<String>,
    /// The socket's family where it is not the internet's: `AF_UNIX`.
    pub(crate) family: Option<i64>,
}

/// What a check that fell short saw: the parts `sent`, `expected`, `got` and `seen` of a thrown map
/// that has a `message`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Evidence {
    /// What went to the program.
    pub(crate) sent: Option<Vec<u8>>,
    /// What should have come back, where that is another thing than what was sent.
    pub(crate) expected: Option<Vec<u8>>,
    /// What came back.
    pub(crate) got: Option<Vec<u8>>,
    /// The word for what was seen, where bytes do not tell it: `silent`.
    pub(crate) seen: Option<String>,
}

impl Evidence {
    /// What a thrown map tells; none where it has no such part.
    fn of(map: &Map) -> Option<Self> {
        let part = |key: &str| {
            let bytes = map.get(key).and_then(Bytes::from_dynamic);
            bytes.map(|bytes| bytes.as_slice().to_vec())
        };
        let evidence = Self {
            sent: part("sent"),
            expected: part("expected"),
            got: part("got"),
            seen: self::part(map, "seen"),
        };
        (evidence != Self::default()).then_some(evidence)
    }
}

/// What a function that rhai calls returns: its value, or what a script may catch.
pub(crate) type Thrown<T> = Result<T, Box<EvalAltResult>>;

/// Throws a failed call: a map of `call`, `kind`, `name`, `errno`, `message`, which a script may
/// catch. A second Ctrl-C is not caught by anything.
pub(crate) fn throw(error: Error, position: Position) -> Box<EvalAltResult> {
    throw_of(error, None, position)
}

/// [`throw`] for a call of a socket that is not the internet's: of this family.
pub(crate) fn throw_of(
    error: Error,
    family: Option<i32>,
    position: Position,
) -> Box<EvalAltResult> {
    let terminated = |token: Dynamic| Box::new(EvalAltResult::ErrorTerminated(token, position));
    match error.cause {
        Cause::Stopped => return terminated(Dynamic::UNIT),
        Cause::Exit(code) => return terminated(Dynamic::from(code)),
        _ => {}
    }
    let mut map = to_map(&error);
    if let Some(family) = family {
        map.insert("family".into(), i64::from(family).into());
    }
    Box::new(EvalAltResult::ErrorRuntime(map.into(), position))
}

/// The map of an error. Where CPython's error has no number, `name` and `errno` are `()`.
fn to_map(error: &Error) -> Map {
    let number = error
        .cause
        .number()
        .map_or(Dynamic::UNIT, |n| Dynamic::from(i64::from(n)));
    let mut map = Map::new();
    map.insert("call".into(), error.call.into());
    map.insert("kind".into(), error.cause.kind().into());
    map.insert(
        "name".into(),
        error.cause.name().map_or(Dynamic::UNIT, Dynamic::from),
    );
    map.insert("errno".into(), number);
    map.insert("message".into(), error.cause.message().into());
    if let Some(note) = &error.note {
        map.insert("note".into(), note.into());
    }
    if let Some(received) = &error.received {
        let received = Dynamic::from(Bytes::new(received.clone()));
        map.insert("received".into(), received);
    }
    map
}

/// The line of a thrown map that has an error's parts: `connect: connection refused
/// (ECONNREFUSED)`.
fn line_of(map: &Map) -> Option<String> {
    if Evidence::of(map).is_some() && !map.contains_key("call") {
        return part(map, "message");
    }
    let mut line = format!("{}: {}", part(map, "call")?, part(map, "message")?);
    if let Some(name) = part(map, "name") {
        line.push_str(&format!(" ({name})"));
    }
    Some(line)
}

/// The failure that a thrown value means.
fn thrown(value: &Dynamic) -> Failure {
    if let Some(map) = value.read_lock::<Map>()
        && let Some(line) = line_of(&map)
    {
        let kind = part(&map, "kind").unwrap_or_default();
        let of_user = kind == Cause::Interrupted.kind();
        let call = FailedCall {
            kind,
            symbol: part(&map, "name"),
            family: map.get("family").and_then(|family| family.as_int().ok()),
        };
        return Failure {
            call: map.contains_key("call").then(|| call.into()),
            note: part(&map, "note"),
            evidence: Evidence::of(&map).map(Box::new),
            ..Failure::plain(
                if of_user {
                    FailureKind::Interrupted
                } else {
                    FailureKind::Error
                },
                line,
            )
        };
    }
    if let Some(map) = value.read_lock::<Map>()
        && let Some(message) = message_of_engine(&map)
    {
        let message = message.split(" (line ").next().unwrap_or_default();
        return Failure::plain(FailureKind::Error, plain(message));
    }
    let text = match value.clone().into_immutable_string() {
        Ok(text) => text.to_string(),
        Err(_) => shown::canonical(value),
    };
    Failure::plain(FailureKind::Error, text)
}

/// A part of a thrown map that is a text.
fn part(map: &Map, key: &str) -> Option<String> {
    map.get(key)?.clone().into_string().ok()
}

/// Turns byte offsets of a source, asked in rising order, into places, in one walk over it.
pub(crate) struct Walk<'a> {
    source: &'a str,
    offset: usize,
    place: Place,
}

impl<'a> Walk<'a> {
    /// At the source's beginning.
    pub(crate) fn new(source: &'a str) -> Self {
        Self {
            source,
            offset: 0,
            place: Place { line: 1, column: 1 },
        }
    }

    /// The place of the byte at `offset`; an earlier one than the last is the last one's.
    pub(crate) fn of(&mut self, offset: usize) -> Place {
        for letter in self
            .source
            .get(self.offset..offset)
            .unwrap_or_default()
            .chars()
        {
            if letter == '\n' {
                self.place = Place {
                    line: self.place.line + 1,
                    column: 1,
                };
            } else {
                self.place.column += 1;
            }
        }
        self.offset = self.offset.max(offset);
        self.place
    }
}

impl Failure {
    /// Whether the script asked to leave.
    pub(crate) fn leaves(&self) -> bool {
        matches!(self.kind, FailureKind::Exit(_))
    }

    /// Whether the statement did anything before it failed.
    pub(crate) fn has_begun(&self) -> bool {
        !matches!(self.kind, FailureKind::Syntax | FailureKind::Refused)
    }

    /// A failure that no source caused.
    pub(crate) fn plain(kind: FailureKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
            call: None,
            note: None,
            at: None,
            evidence: None,
        }
    }

    /// The failure of a call that no script made.
    pub(crate) fn of_call(error: &Error) -> Self {
        let call = FailedCall {
            kind: error.cause.kind().into(),
            symbol: error.cause.name().map(String::from),
            family: None,
        };
        Self {
            call: Some(call.into()),
            ..Self::plain(FailureKind::Error, error.to_string())
        }
    }

    /// The platform's constant for the error of the call that failed: `ECONNREFUSED`.
    pub(crate) fn symbol(&self) -> Option<&str> {
        self.call.as_ref()?.symbol.as_deref()
    }

    /// The family of the socket whose call failed, where it is not the internet's.
    pub(crate) fn family(&self) -> Option<i64> {
        self.call.as_ref()?.family
    }

    /// Whether a socket's timeout ran out.
    pub(crate) fn is_timeout(&self) -> bool {
        let call = self.call.as_ref();
        call.is_some_and(|call| call.kind == Cause::TimedOut.kind())
    }

    /// The same failure in a mend's words, at the mend's place in the piece that begins at `start`.
    pub(crate) fn mended(self, mend: Mend, piece: &str, start: Place) -> Self {
        let within = Walk::new(piece).of(mend.span.start);
        let column = if within.line == 1 {
            within.column + start.column - 1
        } else {
            within.column
        };
        let at = Some(Place {
            line: within.line + start.line - 1,
            column,
        });
        let note = mend.in_full.map(|code| format!("try: {code}"));
        Self {
            text: mend.message,
            note,
            at,
            ..self
        }
    }

    /// Source that rhai cannot read.
    pub(crate) fn syntax(text: String, at: Place) -> Self {
        Self {
            at: Some(at),
            ..Self::plain(FailureKind::Syntax, text)
        }
    }

    /// The failure that rhai's `error` means. `base` is where the compiled piece begins in the
    /// source; `absolute` says that positions inside functions are the source's own already.
    pub(crate) fn of(error: &EvalAltResult, base: Place, absolute: bool) -> Self {
        let (inner, mut position, mut in_function) = innermost(error, absolute);
        let failure = match inner {
            EvalAltResult::ErrorRuntime(value, _) => {
                let failure = thrown(value);
                // In a statement at a prompt a function's place is that of another one.
                if absolute && let Some(first) = first_throw::place(value, &failure.text) {
                    (position, in_function) = first;
                }
                failure
            }
            EvalAltResult::ErrorTerminated(token, _) => ended(token),
            EvalAltResult::ErrorParsing(kind, _) => {
                Self::plain(FailureKind::Syntax, plain(&kind.to_string()))
            }
            other => Self::plain(FailureKind::Error, in_words(other)),
        };
        let base = if in_function && absolute {
            Place { line: 1, column: 1 }
        } else {
            base
        };
        Self {
            at: place(position, base),
            ..failure
        }
    }
}

/// The message of an error of rhai's own, as `catch` hands it out.
fn message_of_engine(map: &Map) -> Option<String> {
    let is_engines = map.contains_key("error") && map.contains_key("position");
    is_engines.then(|| part(map, "message"))?
}

/// The error at the bottom of nested function calls, and the position to show: the outermost one,
/// which lies in the statement itself, unless positions inside functions are good too.
fn innermost(error: &EvalAltResult, absolute: bool) -> (&EvalAltResult, Position, bool) {
    let mut inner = error;
    let mut position = error.position();
    let mut in_function = false;
    while let EvalAltResult::ErrorInFunctionCall(name, _, nested, _) = inner {
        inner = nested;
        // The body of a closure stands in another piece of the source.
        if absolute && !name.starts_with("anon$") && !inner.position().is_none() {
            position = inner.position();
            in_function = true;
        }
    }
    // What a module's body met; its positions are those of another file.
    while let EvalAltResult::ErrorInModule(_, nested, _)
    | EvalAltResult::ErrorInFunctionCall(_, _, nested, _) = inner
    {
        inner = nested;
    }
    (inner, position, in_function)
}

fn place(position: Position, base: Place) -> Option<Place> {
    let (line, column) = (position.line()?, position.position().unwrap_or(1));
    let column = if line == 1 {
        column + base.column - 1
    } else {
        column
    };
    Some(Place {
        line: line + base.line - 1,
        column,
    })
}

/// Why the engine was told to end: an exit code, the text of a limit, or Ctrl-C.
fn ended(token: &Dynamic) -> Failure {
    if let Some(code) = token.clone().try_cast::<i32>() {
        return Failure::plain(FailureKind::Exit(code), "");
    }
    match token.clone().into_string() {
        Ok(limit) => Failure::plain(FailureKind::Error, limit),
        Err(_) => Failure::plain(FailureKind::Stopped, "stopped by Ctrl-C"),
    }
}

/// rhai's sentence with a small first letter and no full stop, as all our messages.
fn plain(text: &str) -> String {
    let text = text.trim_end_matches('.');
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if !letters.as_str().starts_with(char::is_uppercase) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_string(),
    }
}

/// rhai's own errors in a learner's words.
fn in_words(error: &EvalAltResult) -> String {
    match error {
        EvalAltResult::ErrorVariableNotFound(name, _) => format!("no variable `{name}`"),
        EvalAltResult::ErrorStackOverflow(_) => {
            "functions call each other too deeply; is a recursion missing its end?".into()
        }
        EvalAltResult::ErrorDataTooLarge(what, _) => {
            format!("{} grows too large; keep it in parts", plain(what))
        }
        EvalAltResult::ErrorSystem(text, _) => text.clone(),
        other => {
            let mut bare = other.to_string();
            // The position stands beside the caret.
            if let Some(cut) = bare.rfind(" (line ") {
                bare.truncate(cut);
            }
            plain(&bare)
        }
    }
}

#[cfg(test)]
mod tests {
    use rhai::Engine;

    use super::{Failure, FailureKind, Place};

    fn failure(script: &str) -> Failure {
        let error = Engine::new().run(script).expect_err("it throws");
        Failure::of(&error, Place { line: 1, column: 1 }, false)
    }

    #[test]
    fn a_failed_call_is_known_by_its_parts_and_not_by_its_text() {
        let thrown = failure(
            "throw #{\"call\": \"bind\", kind: \"AddrInUse\", name: \"EADDRINUSE\", errno: 98, \
             message: \"address already in use\"}",
        );
        assert_eq!(thrown.text, "bind: address already in use (EADDRINUSE)");
        assert_eq!(thrown.symbol(), Some("EADDRINUSE"));
        let said = failure("throw \"bind: address already in use (EADDRINUSE)\"");
        assert_eq!((said.text, said.call), (thrown.text, None));
    }

    #[test]
    fn a_timeout_and_an_interrupt_have_no_symbol() {
        let late =
            failure("throw #{\"call\": \"recv\", kind: \"TimedOut\", message: \"timed out\"}");
        assert!(late.is_timeout() && late.symbol().is_none());
        assert!(!failure("throw \"recv: timed out\"").is_timeout());
        let by_hand = failure("throw #{\"call\": \"recv\", kind: \"Interrupted\", message: \"x\"}");
        assert_eq!(by_hand.kind, FailureKind::Interrupted);
    }
}
