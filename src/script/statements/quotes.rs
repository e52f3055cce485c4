//! Text in single quotes: rhai keeps `'x'` for one character, socklab takes it for text.
//!
//! The source is rewritten before rhai reads it. rhai's `on_parse_token` was the other way: it can
//! turn the lexer's "invalid character" into a text, but not for `''`, of which the lexer eats one
//! quote only, and a `+` behind the refused token is read as a sign.

use std::borrow::Cow;
use std::iter::repeat_n;

use super::Span;
use super::tokens::{Shape, walk};

/// The source with every `'text'` as rhai's own text, unchanged when there is none.
///
/// Comments and other texts stay as they are. Each text keeps its count of characters, so that
/// rhai's positions stay true, in all but two cases, where the rest of that line moves right: a
/// text that holds a `"` beside a backslash, a backtick or `${`; and one that touches another
/// text, which is wrong anyway. A text that never ends is left for rhai to refuse.
pub(crate) fn translate_quotes(source: &str) -> Cow<'_, str> {
    if !source.contains('\'') {
        return Cow::Borrowed(source);
    }
    let mut texts: Vec<Span> = Vec::new();
    walk(source, |token, _| {
        if token.shape == Shape::Operand && source[token.start..].starts_with('\'') {
            texts.push(Span {
                start: token.start,
                end: token.end,
            });
        }
    });
    if texts.is_empty() {
        return Cow::Borrowed(source);
    }
    let mut out = String::with_capacity(source.len() + texts.len());
    let mut done = 0;
    for text in texts {
        out.push_str(&source[done..text.start]);
        if out.ends_with(is_quote) {
            out.push(' ');
        }
        out.push_str(&literal(&source[text.start + 1..text.end - 1]));
        if source[text.end..].starts_with(is_quote) && out.ends_with(is_quote) {
            out.push(' ');
        }
        done = text.end;
    }
    out.push_str(&source[done..]);
    Cow::Owned(out)
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '`')
}

/// `inner` as a text of rhai's, as long as it was between its single quotes where that can be.
fn literal(inner: &str) -> String {
    let mut text = String::with_capacity(inner.len() + 2);
    text.push('"');
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('\'') => text.push('\''),
                Some(escaped) => text.extend(['\\', escaped]),
                None => text.push('\\'),
            },
            '\'' => {
                chars.next_if_eq(&'\'');
                text.push('\'');
            }
            '"' => text.push_str("\\\""),
            c => text.push(c),
        }
    }
    text.push('"');
    let wanted = inner.chars().count() + 2;
    let length = text.chars().count();
    if length > wanted && !inner.contains(['\\', '`', '\'']) && !inner.contains("${") {
        return format!("`{inner}`");
    }
    text.extend(repeat_n(' ', wanted.saturating_sub(length)));
    text
}
