//! What rhai's parser refuses, in words that say what to type: first what a newcomer means by it,
//! else the parser's own complaint made plain.

use rhai::ParseErrorType;

use super::expression::plain;
use super::respell::convert;
use super::{ErrorPlace, Mend};
use crate::script::statements::explain_syntax;
use crate::script::suggest::source::{SourceWords, WordKind};

/// A line longer than this is not shown whole.
const LONG: usize = 100;

/// What the parser's error means.
pub(crate) fn explain(place: &ErrorPlace<'_>, what: &ParseErrorType) -> Mend {
    if matches!(what, ParseErrorType::BadInput(_)) {
        return place.mend_within(explain_syntax(what));
    }
    let source = &place.source;
    let found = place.at.and_then(|at| at_token(source, at));
    found.unwrap_or_else(|| place.mend(explain_syntax(what)))
}

/// What the token means that the parser did not expect.
fn at_token(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    let (from, end) = source.line(at);
    if let Some(unused) = (from..=at).find(|place| source.code(*place) == "_") {
        let message = "`_` is no name here: write another one, such as `rest`";
        return Some(plain(source, unused, unused + 1, message));
    }
    match source.code(at) {
        "=" => chained(source, from, at, end),
        "==" if at == from + 2 && ["let", "const"].contains(&source.code(from)) => {
            let value = convert(source, at + 1, end);
            let code = format!("let {} = {value}", source.code(at - 1));
            let message = format!("`=` gives a value, `==` compares: `{code}`");
            Some(plain(source, at, at + 1, message))
        }
        "=>" => arrow(source, from, at, end),
        "," if (at..end).any(|place| source.code(place) == "=") => {
            let message = "several names at once: `unpack conn, addr = server.accept()`; an array \
                           within takes a second one: `unpack host, port = addr`";
            Some(plain(source, from, end, message))
        }
        _ if source.code_before(at) == "let" || source.code_before(at) == "const" => {
            let message = "`let` takes a name, then the value: `let x = 5`";
            Some(plain(source, at, at + 1, message))
        }
        _ if at >= 2 && source.code(at - 2) == "fn" => {
            let names: Vec<&str> = (at..end)
                .take_while(|place| !matches!(source.code(*place), "{" | ":" | "(" | ""))
                .filter(|place| source.is(*place, WordKind::Word))
                .map(|place| source.code(place))
                .collect();
            let code = format!("fn {}({}) {{", source.code(at - 1), names.join(", "));
            let message = format!("parameters stand in brackets: `{code}`");
            Some(plain(source, at, at + 1, message))
        }
        _ => beside(source, from, at, end),
    }
}

/// `x = y = 5`.
fn chained(source: &SourceWords<'_>, from: usize, at: usize, end: usize) -> Option<Mend> {
    let first = (from..at).find(|place| source.code(*place) == "=")?;
    let value = convert(source, at + 1, end);
    let (outer, inner) = (source.slice(from, first), source.slice(first + 1, at));
    let code = format!("let {inner} = {value}; let {outer} = {inner}");
    let message = format!("one name at a time gets a value: `{code}`");
    let code = code.chars().count() <= LONG && !code.contains('`');
    code.then(|| plain(source, at, at + 1, message))
}

/// `x => x + 1`.
fn arrow(source: &SourceWords<'_>, from: usize, at: usize, end: usize) -> Option<Mend> {
    let names: Vec<&str> = (from..at)
        .filter(|place| source.is(*place, WordKind::Word))
        .map(|place| source.code(place))
        .collect();
    let names = names.split_last().map(|(last, _)| *last)?;
    let code = format!("|{names}| {}", convert(source, at + 1, end));
    let message = format!("a function in one line is `|x| x + 1`: `{code}`");
    (!code.contains('`')).then(|| plain(source, at, at + 1, message))
}

/// A second value or statement beside the first: `"a" "b"`, `int x = 5`, `let x = 5 print(x)`.
fn beside(source: &SourceWords<'_>, from: usize, at: usize, end: usize) -> Option<Mend> {
    let token = source.get(at)?;
    let before = at.checked_sub(1)?;
    if token.first || !source.ends_value(before) || token.kind == WordKind::Symbol {
        return None;
    }
    if token.kind == WordKind::Text && source.is(before, WordKind::Text) {
        let message = "two texts are joined by `+`: `\"a\" + \"b\"`";
        return Some(plain(source, at, at + 1, message));
    }
    if before == from && source.is(before, WordKind::Word) && source.code(at + 1) == "=" {
        let code = format!("let {}", convert(source, at, end));
        let message = format!("a variable has no type: `{code}`");
        return (!code.contains('`')).then(|| plain(source, before, at, message));
    }
    if source.depth(at) > 0 {
        return None;
    }
    let (left, right) = (convert(source, from, at), convert(source, at, end));
    let code = format!("{left}; {right}");
    let message = if code.contains(['`', '\n']) || code.chars().count() > LONG {
        "`;` stands between two statements in one line".to_string()
    } else {
        format!("`;` stands between two statements in one line: `{code}`")
    };
    Some(plain(source, at, at + 1, message))
}

/// A function's or type's name given to one of Python's functions: `map(str, values)`.
pub(crate) fn passed_to(place: &ErrorPlace<'_>, at: usize) -> Option<String> {
    let source = &place.source;
    let open = (0..at)
        .rev()
        .find(|open| source.code(*open) == "(" && source.depth(*open) + 1 == source.depth(at))?;
    let name = source.code(at);
    match source.code_before(open) {
        "isinstance" => Some("`type(x) == \"text\"` asks for a type".into()),
        called @ ("map" | "filter") if source.code(at + 1) == "," => {
            let values = source.slice(at + 2, source.close(open));
            Some(format!(
                "`{called}` is a method of the array: `{values}.{called}(|x| {name}(x))`"
            ))
        }
        _ => None,
    }
}
