//! Python's expressions in rhai's spelling, as far as a suggestion needs them.

use crate::repr::escape;
use crate::script::suggest::source::{SourceWords, WordKind};
use crate::script::values::Bytes;

/// Names between commas, with one in place of each `_`, which is none here.
pub(crate) fn named(names: &str) -> String {
    let mut unused = 0;
    let names = names.split(',').map(|name| match name.trim() {
        "_" => {
            unused += 1;
            match unused {
                1 => "rest".into(),
                more => format!("rest{more}"),
            }
        }
        name => name.into(),
    });
    names.collect::<Vec<String>>().join(", ")
}

/// How deep expressions are followed; deeper ones are copied.
const DEPTH: usize = 24;

/// The tokens from one place up to another, each habit replaced.
pub(crate) fn convert(source: &SourceWords<'_>, from: usize, to: usize) -> String {
    convert_within(source, from, to.min(source.tokens.len()), 0)
}

pub(crate) fn convert_within(
    source: &SourceWords<'_>,
    from: usize,
    to: usize,
    depth: usize,
) -> String {
    if depth > DEPTH {
        return source.slice(from, to).into();
    }
    let mut text = String::new();
    let (mut at, mut end) = (from, None);
    while at < to {
        let Some(token) = source.get(at) else { break };
        if let Some(end) = end {
            text.push_str(&source.text[end..token.start]);
        }
        let (piece, next) = one(source, at, to, depth);
        text.push_str(&piece);
        let next = next.clamp(at + 1, to.max(at + 1));
        end = source.get(next - 1).map(|token| token.end);
        at = next;
    }
    text
}

/// The piece that begins at a token, and the token after it.
fn one(source: &SourceWords<'_>, at: usize, to: usize, depth: usize) -> (String, usize) {
    let token = source.tokens[at];
    match token.kind {
        WordKind::Text => (text(token.text), at + 1),
        WordKind::Number => (token.text.into(), at + 1),
        WordKind::Word => word(source, at, to, depth),
        WordKind::Symbol => symbol(source, at, to, depth),
    }
}

fn symbol(source: &SourceWords<'_>, at: usize, to: usize, depth: usize) -> (String, usize) {
    let symbol = source.code(at);
    let close = source.close(at).min(to);
    match symbol {
        "(" if is_tuple(source, at) => {
            let inner = convert_within(source, at + 1, close, depth + 1);
            (format!("[{inner}]"), close + 1)
        }
        "[" => {
            if let Some(parts) = comprehension(source, at) {
                return (parts.converted(source, depth + 1), close + 1);
            }
            match slice_colon(source, at) {
                Some(colon) => (slice(source, at, colon, close, depth), close + 1),
                None => ("[".into(), at + 1),
            }
        }
        "*" if is_splat(source, at) => {
            let (piece, next) = match source.get(at + 1) {
                Some(_) if at + 1 < to => one(source, at + 1, to, depth + 1),
                _ => (String::new(), at + 1),
            };
            (piece, next)
        }
        "===" => ("==".into(), at + 1),
        "!==" | "<>" => ("!=".into(), at + 1),
        _ => (symbol.into(), at + 1),
    }
}

/// `[:3]` is `[0..3]`, `[1:]` is `[1..x.len]`.
fn slice(
    source: &SourceWords<'_>,
    open: usize,
    colon: usize,
    close: usize,
    depth: usize,
) -> String {
    let from = match convert_within(source, open + 1, colon, depth + 1) {
        from if from.is_empty() => "0".into(),
        from => from,
    };
    let to = match convert_within(source, colon + 1, close, depth + 1) {
        to if to.is_empty() => {
            let name = source.code_before(open);
            let name = if source.is(open.wrapping_sub(1), WordKind::Word) {
                name
            } else {
                "it"
            };
            format!("{name}.len")
        }
        to => to,
    };
    format!("[{from}..{to}]")
}

fn word(source: &SourceWords<'_>, at: usize, to: usize, depth: usize) -> (String, usize) {
    let word = source.code(at);
    let next = source.get(at + 1).filter(|_| at + 1 < to);
    if let Some(next) = next.filter(|next| next.kind == WordKind::Text && next.glued)
        && let Some(literal) = prefixed(word, next.text)
    {
        return (literal, at + 2);
    }
    if source.code_before(at) == "." {
        return (word.into(), at + 1);
    }
    match (word, next.map_or("", |next| next.text)) {
        ("and", _) => ("&&".into(), at + 1),
        ("or", _) => ("||".into(), at + 1),
        ("is", "not") => ("!=".into(), at + 2),
        ("not", "in") => ("!in".into(), at + 2),
        ("is", _) => ("==".into(), at + 1),
        ("not", _) => negation(source, at, to, depth),
        ("True", _) => ("true".into(), at + 1),
        ("False", _) => ("false".into(), at + 1),
        ("None", _) => ("()".into(), at + 1),
        ("lambda", _) => {
            let colon = (at + 1..to).find(|at| source.code(*at) == ":");
            match colon {
                Some(colon) => (format!("|{}|", source.slice(at + 1, colon)), colon + 1),
                None => (word.into(), at + 1),
            }
        }
        _ => (word.into(), at + 1),
    }
}

/// `not x` is `!x`, and `not x == y` is `!(x == y)`.
fn negation(source: &SourceWords<'_>, at: usize, to: usize, depth: usize) -> (String, usize) {
    let base = source.depth(at);
    let ends = |place: &usize| {
        let code = source.code(*place);
        source.depth(*place) < base
            || (source.depth(*place) == base
                && matches!(
                    code,
                    "and"
                        | "or"
                        | "&&"
                        | "||"
                        | ","
                        | ":"
                        | "{"
                        | ")"
                        | "]"
                        | ";"
                        | "if"
                        | "else"
                        | "for"
                ))
    };
    let end = (at + 1..to).find(ends).unwrap_or(to);
    let compares = (at + 1..end).any(|place| {
        source.depth(place) == base
            && matches!(
                source.code(place),
                "==" | "!=" | "<" | ">" | "<=" | ">=" | "in" | "is"
            )
    });
    let operand = convert_within(source, at + 1, end, depth + 1);
    if compares {
        (format!("!({operand})"), end)
    } else {
        (format!("!{operand}"), end)
    }
}

/// A text in the quotes that a script takes.
pub(crate) fn text(literal: &str) -> String {
    let triple = |quotes| {
        literal
            .strip_prefix(quotes)
            .map(|body: &str| body.trim_end_matches(quotes))
    };
    if let Some(body) = triple("\"\"\"").or_else(|| triple("'''")) {
        return format!("`{}`", body.replace('`', "``").replace("${", "$ {"));
    }
    match literal
        .strip_prefix('\'')
        .and_then(|body| body.strip_suffix('\''))
    {
        Some(body) => format!("\"{}\"", body.replace("\\'", "'").replace('"', "\\\"")),
        None => literal.into(),
    }
}

/// A literal with a prefix of Python's: `f"…"`, `b"…"`, `r"…"`, `u"…"`.
pub(crate) fn prefixed(prefix: &str, literal: &str) -> Option<String> {
    if !literal.starts_with(['"', '\'']) {
        return None;
    }
    match prefix.to_ascii_lowercase().as_str() {
        "f" | "fr" | "rf" => Some(formatted(literal)),
        "b" | "rb" | "br" => Some(bytes(literal)),
        "u" => Some(text(literal)),
        "r" => Some(format!("#\"{}\"#", body(literal))),
        _ => None,
    }
}

/// What stands between the quotes.
fn body(literal: &str) -> &str {
    let quotes = match literal.get(..3) {
        Some(quotes @ ("\"\"\"" | "'''")) => quotes,
        _ => literal.get(..1).unwrap_or_default(),
    };
    let body = literal.strip_prefix(quotes).unwrap_or_default();
    body.strip_suffix(quotes).unwrap_or(body)
}

/// `f"hello {name}"` is `` `hello ${name}` ``.
fn formatted(literal: &str) -> String {
    let mut text = String::from("`");
    let mut characters = body(literal).chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '{' if characters.next_if_eq(&'{').is_some() => text.push('{'),
            '}' if characters.next_if_eq(&'}').is_some() => text.push('}'),
            '{' => {
                let (mut code, mut depth) = (String::new(), 0_usize);
                for c in characters.by_ref() {
                    match c {
                        '}' if depth == 0 => break,
                        '(' | '[' | '{' => depth += 1,
                        ')' | ']' | '}' => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    code.push(c);
                }
                // What follows `:` or `!` says how wide or in which form: rhai has none of that.
                let end = code
                    .rfind(':')
                    .filter(|at| !code[*at..].contains([']', ')', '"', '\'']));
                let end = end
                    .or_else(|| code.rfind("!r"))
                    .or_else(|| code.rfind("!s"));
                text.push_str("${");
                text.push_str(code[..end.unwrap_or(code.len())].trim_end_matches('='));
                text.push('}');
            }
            '`' => text.push_str("``"),
            // Backticks take no escapes: the line end itself stands there.
            '\\' => match characters.next() {
                Some('n') => text.push_str("${\"\\n\"}"),
                Some('t') => text.push_str("${\"\\t\"}"),
                Some('r') => text.push_str("${\"\\r\"}"),
                Some(other) => text.push(other),
                None => {}
            },
            c => text.push(c),
        }
    }
    text.push('`');
    text
}

/// `b"hi"` is `bytes("hi")`; bytes above 7f are no text and become digits.
fn bytes(literal: &str) -> String {
    let mut bytes = Vec::new();
    let mut characters = body(literal).chars();
    let mut plain = true;
    while let Some(c) = characters.next() {
        let escape = if c == '\\' { characters.next() } else { None };
        let byte = match (c, escape) {
            ('\\', Some('x')) => {
                let digits: String = characters.by_ref().take(2).collect();
                u8::from_str_radix(&digits, 16).unwrap_or_default()
            }
            ('\\', Some('n')) => b'\n',
            ('\\', Some('r')) => b'\r',
            ('\\', Some('t')) => b'\t',
            ('\\', Some('0')) => 0,
            (_, Some(other)) => u8::try_from(u32::from(other)).unwrap_or(b'?'),
            (c, None) => u8::try_from(u32::from(c)).unwrap_or(b'?'),
        };
        plain &= byte.is_ascii();
        bytes.push(byte);
    }
    if plain {
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        format!("bytes({})", escape::quoted(&text))
    } else {
        let digits = Bytes::new(bytes).hex("");
        format!("bytes_fromhex(\"{digits}\")")
    }
}

/// The parts of `[expression for name in values if condition]`, as tokens.
pub(crate) struct Comprehension {
    expression: (usize, usize),
    names: (usize, usize),
    values: (usize, usize),
    condition: Option<(usize, usize)>,
}

/// The comprehension in the bracket at `open`, if one stands there.
pub(crate) fn comprehension(source: &SourceWords<'_>, open: usize) -> Option<Comprehension> {
    let close = source.close(open);
    let inner = source.depth(open) + 1;
    let find = |from: usize, word: &str| {
        (from..close).find(|at| source.depth(*at) == inner && source.code(*at) == word)
    };
    let each = find(open + 1, "for").filter(|each| {
        *each > open + 1 && source.ends_value(each - 1) && source.code(each - 1) != "}"
    })?;
    let within = find(each + 1, "in").unwrap_or(close);
    let condition = find(within, "if");
    Some(Comprehension {
        expression: (open + 1, each),
        names: (each + 1, within),
        values: ((within + 1).min(close), condition.unwrap_or(close)),
        condition: condition.map(|condition| (condition + 1, close)),
    })
}

impl Comprehension {
    /// With `filter` and `map`.
    pub(crate) fn converted(&self, source: &SourceWords<'_>, depth: usize) -> String {
        let text = |(from, to): (usize, usize)| convert_within(source, from, to, depth);
        let (from, to) = self.expression;
        let depth_of = source.depth(from);
        let colon = (from..to).find(|at| source.depth(*at) == depth_of && source.code(*at) == ":");
        let expression = match colon {
            // A pair of a dict.
            Some(colon) => format!("[{}, {}]", text((from, colon)), text((colon + 1, to))),
            None => text(self.expression),
        };
        let name = text(self.names);
        let mut all = text(self.values);
        if let Some(condition) = self.condition {
            all = format!("{all}.filter(|{name}| {})", text(condition));
        }
        if expression != name {
            all = format!("{all}.map(|{name}| {expression})");
        }
        all
    }
}

/// Whether the bracket at `open` is a tuple: commas where rhai has one value.
pub(crate) fn is_tuple(source: &SourceWords<'_>, open: usize) -> bool {
    if source.code(open) != "(" {
        return false;
    }
    let before = source.code_before(open);
    let called = open > 0 && source.ends_value(open - 1);
    let keyword = matches!(
        before,
        "for" | "fn" | "catch" | "unpack" | "not" | "private"
    ) || source.before(open).is_some_and(|token| {
        token.kind == WordKind::Word && matches!(token.text, "print" | "import" | "switch")
    });
    if called || keyword {
        return false;
    }
    let inner = source.depth(open) + 1;
    let close = source.close(open);
    let mut outside = true;
    (open + 1..close).any(|at| {
        // The commas between the bars are a closure's parameters.
        if source.depth(at) == inner && source.code(at) == "|" {
            outside = !outside;
        }
        source.depth(at) == inner && source.code(at) == "," && outside
    })
}

/// The colon of a slice in the index at `open`.
pub(crate) fn slice_colon(source: &SourceWords<'_>, open: usize) -> Option<usize> {
    let inner = source.depth(open) + 1;
    (open + 1..source.close(open)).find(|at| source.depth(*at) == inner && source.code(*at) == ":")
}

/// Whether the `*` at `at` spreads a list over the arguments.
pub(crate) fn is_splat(source: &SourceWords<'_>, at: usize) -> bool {
    matches!(source.code_before(at), "(" | ",") && at > 0 && source.begins_value(at + 1)
}
