//! What rhai reads otherwise than socklab: the source is rewritten before rhai has it.
//!
//! rhai keeps `'x'` for one character, socklab takes it for text. `on_parse_token` was the other way:
//! it can turn the lexer's "invalid character" into a text, but not for `''`, of which the lexer eats
//! one quote only, and a `+` after the refused token is read as a sign. And `/**/` never ends for
//! rhai's lexer.

use std::borrow::Cow;
use std::iter::repeat_n;

use crate::script::lexer::tokens;

/// The source with every `'text'` as rhai's own text, and blanks in place of `/**/`; unchanged when
/// there is none.
///
/// Comments and other texts stay as they are. Each text keeps its count of characters, so that
/// rhai's positions stay true, in all but two cases, where the rest of that line moves right: a
/// text that holds a `"` beside a backslash, a backtick or `${`; and one that touches another
/// text, which is wrong anyway. A text that does not end in its line is left for rhai to refuse.
pub(crate) fn translate(source: &str) -> Cow<'_, str> {
    const EMPTY_COMMENT: &str = "/**/";
    if !source.contains('\'') && !source.contains(EMPTY_COMMENT) {
        return Cow::Borrowed(source);
    }
    let mut out = String::with_capacity(source.len());
    let mut done = 0;
    for token in tokens(source) {
        let text = token.of(source);
        let is_ours = token.quote == Some('\'') && token.closed && !text.contains('\n');
        if !is_ours && text != EMPTY_COMMENT {
            continue;
        }
        out.push_str(&source[done..token.start]);
        done = token.end;
        if !is_ours {
            out.extend(repeat_n(' ', EMPTY_COMMENT.len()));
            continue;
        }
        if out.ends_with(is_quote) {
            out.push(' ');
        }
        out.push_str(&literal(&text[1..text.len() - 1]));
        if source[done..].starts_with(is_quote) && out.ends_with(is_quote) {
            out.push(' ');
        }
    }
    if done == 0 {
        return Cow::Borrowed(source);
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
