//! Turns what a Python habit leaves wrong into an error that says what to type. Pure: text and
//! names in, a message out.

pub(crate) mod advice;
mod expression;
mod grammar;
mod habit;
mod header;
mod name;
mod nearest;
mod respell;
mod shell_line;
mod source;
mod wrong_arguments;

use std::ops::Range;

use rhai::{EvalAltResult, Position};

use crate::repr::Repr;
use crate::script::suggest::source::SourceWords;
use crate::script::values::ValueType;

pub(crate) use crate::script::suggest::nearest::{nearest, nearest_within};
pub(crate) use crate::script::suggest::source::is_keyword;

/// A better error: what is wrong, where, and what to type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mend {
    /// Lower case, values in backticks, with the next step.
    pub(crate) message: String,
    /// The bytes of the source that are meant.
    pub(crate) span: Range<usize>,
    /// The code that could be typed, where the message has no room for it or only a part of it.
    pub(crate) in_full: Option<String>,
}

impl Mend {
    /// The same with code that the message does not have.
    fn in_full(self, code: String) -> Self {
        let in_full = Some(code);
        Self { in_full, ..self }
    }

    /// The same with the whole line around a token, unless `code`, which the message has, is all of
    /// it.
    fn within_line(self, source: &SourceWords<'_>, at: usize, code: &str) -> Self {
        let (from, to) = source.line(at);
        let line = respell::convert(source, from, to);
        let in_full = (line != code).then_some(line);
        Self { in_full, ..self }
    }
}

/// A statement that failed, with the engine's own error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SeenError<'a> {
    /// The statement's source, or the file's, that the error's positions count in.
    pub(crate) source: &'a str,
    /// What the engine said.
    pub(crate) error: &'a EvalAltResult,
    /// The names that the script knows.
    pub(crate) known: &'a dyn KnownNames,
}

/// A variable that is in scope.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KnownVariable {
    /// Its name.
    pub(crate) name: String,
    /// The type of its value.
    pub(crate) value_type: ValueType,
    /// The beginning of its value.
    pub(crate) value: Repr,
}

/// A function that can be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Callable {
    /// Its name.
    pub(crate) name: String,
    /// The type whose method it is; none for a function.
    pub(crate) receiver: Option<ValueType>,
    /// `connect(address, port = ())`.
    pub(crate) signature: String,
    /// The least and the most arguments, the receiver not counted.
    pub(crate) arity: (usize, usize),
    /// Whether the learner wrote it.
    pub(crate) own: bool,
}

/// The names that a script knows when a statement fails.
pub(crate) trait KnownNames: std::fmt::Debug {
    /// The variables in scope; of several with one name the newest first.
    fn variables(&self) -> Vec<KnownVariable>;
    /// The functions and methods, ours and the learner's. rhai's own need not be among them.
    fn functions(&self) -> Vec<Callable>;
    /// The constants: `AF_INET`.
    fn constants(&self) -> Vec<String>;
}

/// Looks for another language's habits in text that was not parsed yet. It answers only where
/// rhai's grammar has no place for what stands there, never within texts and comments, so that it
/// may be asked before a line is taken for incomplete.
pub(crate) fn before_parsing(source: &str) -> Option<Mend> {
    /// A source of more tokens is not typed by hand.
    const MOST: usize = 5_000;
    let source = SourceWords::new(source);
    if source.tokens.len() > MOST {
        return None;
    }
    let habit = (0..source.tokens.len()).find_map(|at| habit::find(&source, at));
    shell_line::find(&source).or(habit)
}

/// Looks for a call that would change a copy where the variable is meant: `push(a, 2)`. On a
/// variable that functions share the engine would do nothing, silently. So for Python's
/// `"""text"""`, which would be another text than meant, and `import socket as s`.
pub(crate) fn before_running(source: &str, known: &dyn KnownNames) -> Option<Mend> {
    let source = SourceWords::new(source);
    habit::silent(&source).or_else(|| wrong_arguments::mutator(&source, known))
}

/// A remark on what is legal and hardly meant: `\r\n` between backticks, where it stays as it is
/// written.
pub(crate) fn note(source: &str) -> Option<&'static str> {
    if !source.contains('`') || !source.contains('\\') {
        return None;
    }
    let source = SourceWords::new(source);
    let text = |token: &source::SourceWord<'_>| {
        token.kind == source::WordKind::Text
            && token.text.starts_with('`')
            && ["\\r", "\\n", "\\t", "\\x"]
                .iter()
                .any(|escape| token.text.contains(escape))
    };
    source.tokens.iter().any(text).then_some(
        "note: between backticks a `\\n` stays two characters; in double quotes it ends a line: \
         \"GET / HTTP/1.1\\r\\n\"",
    )
}

/// Explains a failed statement where we know better than the engine's own words.
pub(crate) fn mend(failure: &SeenError<'_>) -> Option<Mend> {
    let mut error = failure.error;
    while let EvalAltResult::ErrorInFunctionCall(_, _, inner, _) = error {
        error = inner;
    }
    let place = ErrorPlace::new(failure, error.position());
    name::explain(&place, error).or_else(|| wrong_arguments::explain(&place, error))
}

/// Where a statement failed, with what stands there.
struct ErrorPlace<'a> {
    source: SourceWords<'a>,
    known: &'a dyn KnownNames,
    /// The byte of the error's position.
    offset: Option<usize>,
    /// The token there.
    at: Option<usize>,
}

impl<'a> ErrorPlace<'a> {
    fn new(failure: &SeenError<'a>, position: Position) -> Self {
        let source = SourceWords::new(failure.source);
        let offset = offset_of(failure.source, position);
        let at = offset.and_then(|offset| source.tokens.iter().position(|t| t.end > offset));
        Self {
            source,
            known: failure.known,
            offset,
            at,
        }
    }

    /// What stands before the dot of a method, as it was typed.
    fn receiver_text(&self) -> Option<&'a str> {
        let source = &self.source;
        let dot = self.at?.checked_sub(1)?;
        if source.code(dot) != "." || dot == 0 {
            return None;
        }
        let end = dot;
        let mut from = dot - 1;
        loop {
            // A call's or an index's brackets, then what they follow, then the link before.
            while let Some(open) = source.open(from).filter(|open| *open < from) {
                if open == 0
                    || !source.ends_value(open - 1)
                    || source.is(from, self::source::WordKind::Word)
                {
                    return Some(source.slice(open, end));
                }
                from = open - 1;
            }
            if from >= 2 && source.code_before(from) == "." {
                from -= 2;
            } else {
                return Some(source.slice(from, end));
            }
        }
    }

    /// The message about the very place, in the middle of a token.
    fn mend_within(&self, message: String) -> Mend {
        let mend = self.mend(message);
        let span = self.offset.map(|offset| offset..offset);
        Mend {
            span: span.unwrap_or_else(|| mend.span.clone()),
            ..mend
        }
    }

    /// The message about the token at the error's place.
    fn mend(&self, message: impl Into<String>) -> Mend {
        let whole = self.source.text.len();
        let span = self
            .at
            .and_then(|at| self.source.tokens.get(at))
            .map_or(whole..whole, |token| token.start..token.end);
        Mend {
            message: message.into(),
            span,
            in_full: None,
        }
    }
}

/// The byte at which a position stands: rhai counts lines and characters from 1.
fn offset_of(text: &str, position: Position) -> Option<usize> {
    let line = position.line()?.checked_sub(1)?;
    let column = position.position()?.saturating_sub(1);
    let start = if line == 0 {
        0
    } else {
        text.match_indices('\n').nth(line - 1)?.0 + 1
    };
    let rest = text.get(start..)?;
    let within = rest
        .char_indices()
        .nth(column)
        .map_or(rest.len(), |(offset, _)| offset);
    Some(start + within)
}

#[cfg(test)]
mod tests;
