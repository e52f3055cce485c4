//! Errors as the script sees them: a thrown map, and back from it to one `error:` line.

use rhai::{Dynamic, EvalAltResult, Map, Position};

use crate::net::error::{Cause, Error};
use crate::script::suggest::Mend;
use crate::script::values::Bytes;
use crate::script::values::shown;

/// Why a statement ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// It never began: rhai cannot read it.
    Syntax,
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
    /// What to do next, for the screen.
    pub(crate) note: Option<String>,
    /// Where in the statement's source, where that is known.
    pub(crate) at: Option<Place>,
    /// What a check sent and what came back, where the thrown error tells it.
    pub(crate) evidence: Option<Box<Evidence>>,
}

/// The bytes of a check that fell short: the parts `sent`, `expected` and `got` of a thrown map
/// that has a `message`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Evidence {
    /// What went to the program.
    pub(crate) sent: Option<Vec<u8>>,
    /// What should have come back, where that is another thing than what was sent.
    pub(crate) expected: Option<Vec<u8>>,
    /// What came back.
    pub(crate) got: Option<Vec<u8>>,
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
        };
        (evidence != Self::default()).then_some(evidence)
    }
}

/// Throws a failed call: a map of `call`, `kind`, `name`, `errno`, `message`, which a script may
/// catch. A second Ctrl-C is not caught by anything.
pub(crate) fn throw(error: Error, position: Position) -> Box<EvalAltResult> {
    let terminated = |token: Dynamic| Box::new(EvalAltResult::ErrorTerminated(token, position));
    match error.cause {
        Cause::Stopped => return terminated(Dynamic::UNIT),
        Cause::Exit(code) => return terminated(Dynamic::from(code)),
        _ => {}
    }
    Box::new(EvalAltResult::ErrorRuntime(to_map(&error).into(), position))
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
    let text = |key: &str| map.get(key).and_then(|v| v.clone().into_string().ok());
    if Evidence::of(map).is_some() && !map.contains_key("call") {
        return text("message");
    }
    let mut line = format!("{}: {}", text("call")?, text("message")?);
    if let Some(name) = text("name") {
        line.push_str(&format!(" ({name})"));
    }
    Some(line)
}

/// The text of a thrown value, and whether it came from Ctrl-C.
fn thrown(value: &Dynamic) -> (FailureKind, String, Option<String>) {
    if let Some(map) = value.read_lock::<Map>()
        && let Some(line) = line_of(&map)
    {
        let interrupted = map.get("kind").is_some_and(|kind| {
            kind.read_lock::<rhai::ImmutableString>()
                .is_some_and(|kind| *kind == "Interrupted")
        });
        let kind = if interrupted {
            FailureKind::Interrupted
        } else {
            FailureKind::Error
        };
        let note = map
            .get("note")
            .and_then(|note| note.clone().into_string().ok());
        return (kind, line, note);
    }
    let text = match value.clone().into_immutable_string() {
        Ok(text) => text.to_string(),
        Err(_) => shown::canonical(value),
    };
    (FailureKind::Error, text, None)
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
    /// A failure that no source caused.
    pub(crate) fn plain(kind: FailureKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
            note: None,
            at: None,
            evidence: None,
        }
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
        let said = |code: &String| mend.message.contains(code.as_str());
        let note = mend.suggestion.as_ref().filter(|code| !said(code));
        let note = note.map(|code| format!("try: {code}"));
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
            kind: FailureKind::Syntax,
            text,
            note: None,
            at: Some(at),
            evidence: None,
        }
    }

    /// The failure that rhai's `error` means. `base` is where the compiled piece begins in the
    /// source; `absolute` says that positions inside functions are the source's own already.
    pub(crate) fn of(error: &EvalAltResult, base: Place, absolute: bool) -> Self {
        let (inner, position, in_function) = innermost(error, absolute);
        let evidence = match inner {
            EvalAltResult::ErrorRuntime(value, _) => value
                .read_lock::<Map>()
                .and_then(|map| Evidence::of(&map))
                .map(Box::new),
            _ => None,
        };
        let (kind, text, note) = match inner {
            EvalAltResult::ErrorRuntime(value, _) => thrown(value),
            EvalAltResult::ErrorTerminated(token, _) => ended(token),
            EvalAltResult::ErrorParsing(kind, _) => {
                (FailureKind::Syntax, plain(&kind.to_string()), None)
            }
            other => (FailureKind::Error, in_words(other), None),
        };
        let base = if in_function && absolute {
            Place { line: 1, column: 1 }
        } else {
            base
        };
        Self {
            kind,
            text,
            note,
            at: place(position, base),
            evidence,
        }
    }
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
fn ended(token: &Dynamic) -> (FailureKind, String, Option<String>) {
    if let Some(code) = token.clone().try_cast::<i32>() {
        return (FailureKind::Exit(code), String::new(), None);
    }
    match token.clone().into_string() {
        Ok(limit) => (FailureKind::Error, limit, None),
        Err(_) => (FailureKind::Stopped, "stopped by Ctrl-C".into(), None),
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
