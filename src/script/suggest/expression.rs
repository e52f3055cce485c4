//! Expressions that Python has and rhai's grammar has no place for.

use super::Mend;
use super::respell::{comprehension, convert, is_tuple, prefixed, slice_colon};
use crate::script::suggest::source::{SourceWords, WordKind};

/// A suggestion longer than this is not shown whole.
const LONG: usize = 100;

/// The message, with the line as it could be typed where that is known and short.
pub(crate) fn with_line(source: &SourceWords<'_>, at: usize, to: usize, message: &str) -> Mend {
    let (from, end) = source.line(at);
    let line = convert(source, from, end);
    if line.chars().count() > LONG || line.contains(['`', '\n']) {
        plain(source, at, to, message).in_full(line)
    } else {
        plain(source, at, to, format!("{message}: `{line}`"))
    }
}

/// A message about the tokens from one up to another.
pub(crate) fn plain(
    source: &SourceWords<'_>,
    at: usize,
    to: usize,
    message: impl Into<String>,
) -> Mend {
    let whole = source.text.len();
    let start = source.get(at).map_or(whole, |token| token.start);
    let last = source
        .get(to.saturating_sub(1))
        .map_or(whole, |token| token.end);
    Mend {
        message: message.into(),
        span: start..last.max(start),
        in_full: None,
    }
}

pub(crate) fn brackets(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    match source.code(at) {
        "[" => list(source, at),
        "(" => parentheses(source, at),
        "{" => braces(source, at),
        _ => None,
    }
}

fn list(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    let close = source.close(at);
    if let Some(parts) = comprehension(source, at) {
        let code = parts.converted(source, 0);
        let message = format!("no list comprehensions: `{code}`");
        return Some(plain(source, at, close + 1, message));
    }
    let colon = slice_colon(source, at)?;
    let name = source.code_before(at);
    let part = convert(source, at, close + 1);
    let inner = part.trim_start_matches('[').trim_end_matches(']');
    let is_stepped = source.code(colon + 1) == ":" || inner.matches("..").count() > 1;
    if is_stepped {
        let message = "a part has no steps: write a `for` loop";
        return Some(plain(source, at, close + 1, message).within_line(source, at, ""));
    }
    let is_named = !name.is_empty() && source.is(at.wrapping_sub(1), WordKind::Word);
    let name = if is_named { name } else { "" };
    let code = format!("{name}{part}");
    let message =
        format!("a part is written with dots: `{code}`; of an array `{name}.extract({inner})`");
    Some(plain(source, at, close + 1, message).within_line(source, at, &code))
}

fn parentheses(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    let close = source.close(at);
    if let Some(mend) = generator(source, at) {
        return Some(mend);
    }
    if let Some(mend) = named_argument(source, at) {
        return Some(mend);
    }
    if !is_tuple(source, at) {
        return None;
    }
    if source.code_before(at) == "%" && at >= 2 && source.is(at - 2, WordKind::Text) {
        return Some(template(source, at - 2, close + 1));
    }
    if source.code(close + 1) == "=" {
        return None;
    }
    // A tuple that is still being typed may yet become something else.
    if close >= source.tokens.len() {
        return None;
    }
    let code = convert(source, at, close + 1);
    let address = source.code_before(at) == "(" || source.is(at + 1, WordKind::Text);
    let message = if address {
        format!("an address takes square brackets: `{code}`")
    } else {
        format!("a list takes square brackets: `{code}`")
    };
    Some(plain(source, at, close + 1, message).within_line(source, at, &code))
}

/// `sum(x for x in values)`.
fn generator(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    let parts = comprehension(source, at)?;
    let code = parts.converted(source, 0);
    let message = format!("no generators: `{code}`");
    Some(plain(source, at, source.close(at) + 1, message))
}

/// `"%s is %s" % (a, b)`.
pub(crate) fn template(source: &SourceWords<'_>, at: usize, to: usize) -> Mend {
    let message = "values are put into a text between backticks: `` `port ${port}` ``";
    plain(source, at, to, message)
}

/// `f(a, name=b)`.
fn named_argument(source: &SourceWords<'_>, open: usize) -> Option<Mend> {
    if open == 0 || !source.ends_value(open - 1) || source.code_before(open - 1) == "fn" {
        return None;
    }
    if matches!(source.code_before(open - 1), "def" | "class" | "function") {
        return None;
    }
    let inner = source.depth(open) + 1;
    let close = source.close(open);
    let at = (open + 1..close).find(|at| {
        source.depth(*at) == inner
            && source.is(*at, WordKind::Word)
            && matches!(source.code_before(*at), "(" | ",")
            && source.code(at + 1) == "="
            && source.begins_value(at + 2)
    })?;
    let name = source.code(at);
    let end = (at + 2..close)
        .find(|end| source.depth(*end) == inner && source.code(*end) == ",")
        .unwrap_or(close);
    let value = convert(source, at + 2, end);
    if let Some(code) = by_name(source, open) {
        let message = format!("names go in a map: `{code}`");
        return Some(plain(source, at, close, message));
    }
    let message = if source.code_before(open) == "print" {
        format!("`print` writes one line: leave `{name}={value}` out")
    } else {
        format!(
            "arguments go by their place: `{value}` instead of `{name}={value}`, after all those \
             that come before it"
        )
    };
    Some(plain(source, at, end, message))
}

/// `socket(fileno=3)`, the one call that takes its arguments by name: `socket(#{fileno: 3})`.
fn by_name(source: &SourceWords<'_>, open: usize) -> Option<String> {
    if source.code_before(open) != "socket" {
        return None;
    }
    let (inner, close) = (source.depth(open) + 1, source.close(open));
    let mut parts = Vec::new();
    let mut at = open + 1;
    while at < close {
        if source.code(at + 1) != "=" || !source.is(at, WordKind::Word) {
            return None;
        }
        let comma = |end: &usize| source.depth(*end) == inner && source.code(*end) == ",";
        let end = (at + 2..close).find(comma).unwrap_or(close);
        let value = convert(source, at + 2, end);
        parts.push(format!("{}: {value}", source.code(at)));
        at = end + 1;
    }
    Some(format!("socket(#{{{}}})", parts.join(", ")))
}

/// `{1: "a"}` where a value belongs.
fn braces(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    let before = source.code_before(at);
    let value = at == 0 || matches!(before, "=" | "(" | "," | "[" | ":" | "return");
    if value && let Some(parts) = comprehension(source, at) {
        let code = parts.converted(source, 0);
        let message = format!("no comprehensions: a `dict` is made of pairs: `dict({code})`");
        return Some(plain(source, at, at + 1, message));
    }
    let key = source.is(at + 1, WordKind::Text) || source.is(at + 1, WordKind::Number);
    let key = key || source.is(at + 1, WordKind::Word);
    if !value || !key || source.code(at + 2) != ":" {
        return None;
    }
    let message = if source.is(at + 1, WordKind::Number) {
        "a map with numbers as keys is a `dict`: `dict([[1, \"one\"], [2, \"two\"]])`"
    } else {
        "a map begins with `#{`: `#{name: \"ssh\", port: 22}`"
    };
    Some(plain(source, at, at + 1, message))
}

/// Words of Python's between values: `and`, `or`, `not`, `is`, `lambda`, `x if c else y`.
pub(crate) fn operator(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    let word = source.code(at);
    let after_value = at > 0 && source.ends_value(at - 1) && source.code_before(at) != "}";
    let before_value = source.begins_value(at + 1);
    match word {
        "and" | "or" | "is" if after_value && before_value => {
            let symbol = match word {
                "and" => "&&",
                "or" => "||",
                _ if source.code(at + 1) == "not" => "!=",
                _ => "==",
            };
            Some(with_line(
                source,
                at,
                at + 1,
                &format!("`{symbol}` instead of `{word}`"),
            ))
        }
        "not" if after_value && source.code(at + 1) == "in" => {
            Some(with_line(source, at, at + 2, "`!in` instead of `not in`"))
        }
        "not" if !after_value && source.code_before(at) != "." => {
            let next = source.get(at + 1)?;
            let value = matches!(
                next.kind,
                WordKind::Word | WordKind::Text | WordKind::Number
            ) && !next.first;
            (value && !matches!(next.text, "in" | "is" | "and" | "or"))
                .then(|| with_line(source, at, at + 1, "`!` instead of `not`"))
        }
        "lambda" => {
            let next = source.code(at + 1);
            let empty = next == ":" && matches!(source.code_before(at), "(" | "=");
            let parameter = source.is(at + 1, WordKind::Word) || empty;
            let colon = (at + 1..source.line(at).1).any(|at| source.code(at) == ":");
            (parameter && colon)
                .then(|| with_line(source, at, at + 1, "a function in one line is `|x| x + 1`"))
        }
        "if" if after_value => conditional(source, at),
        _ => None,
    }
}

/// `x = 1 if a else b`.
fn conditional(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    if source.get(at)?.first {
        return None;
    }
    let depth = source.depth(at);
    let (from, end) = source.line(at);
    let same = |place: &usize| source.depth(*place) == depth;
    let otherwise = (at + 1..end).find(|place| same(place) && source.code(*place) == "else")?;
    if (at..otherwise).any(|place| source.code(place) == "{") {
        return None;
    }
    let begin = (from..at)
        .rev()
        .take_while(|place| source.depth(*place) >= depth)
        .take_while(|place| {
            !same(place)
                || !matches!(
                    source.code(*place),
                    "=" | "," | ";" | "return" | "{" | ":" | "("
                )
        })
        .last()?;
    let finish = (otherwise + 1..end)
        .find(|place| {
            source.depth(*place) < depth
                || (same(place) && matches!(source.code(*place), "," | ";" | ")" | "]"))
        })
        .unwrap_or(end);
    let code = format!(
        "if {} {{ {} }} else {{ {} }}",
        convert(source, at + 1, otherwise),
        convert(source, begin, at),
        convert(source, otherwise + 1, finish)
    );
    let message = format!("`if` comes before both values: `{code}`");
    Some(plain(source, at, otherwise + 1, message))
}

/// A text with a letter before it: `f"…"`, `b"…"`.
pub(crate) fn prefix(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    let next = source.get(at + 1)?;
    if next.kind != WordKind::Text || !next.glued {
        return None;
    }
    let word = source.code(at);
    let code = prefixed(word, next.text)?;
    let message = match word.to_ascii_lowercase().as_str() {
        "b" | "br" | "rb" => format!("`b\"...\"` is how bytes are shown; write `{code}`"),
        "u" => format!("every text is Unicode: `{code}`"),
        "r" => format!("a text without escapes: `{code}`"),
        _ => format!("values are put into a text between backticks: {code}"),
    };
    Some(plain(source, at, at + 2, message).within_line(source, at, &code))
}
