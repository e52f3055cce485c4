//! Lines that open a block in Python: `def`, `if`, `while`, `for`, `try` and their like.

use super::Mend;
use super::expression::plain;
use super::respell::{convert, named};
use crate::script::suggest::source::{SourceWords, WordKind};

/// Where the `:` stands that ends the header which begins at `at`; none where a brace opens the
/// block, or the line ends first.
fn colon(source: &SourceWords<'_>, at: usize) -> Option<usize> {
    let depth = source.depth(at);
    let mut lambda = false;
    for place in at + 1..source.tokens.len() {
        if source.depth(place) < depth {
            return None;
        }
        if source.depth(place) > depth {
            continue;
        }
        if source.get(place).is_some_and(|token| token.first) {
            return None;
        }
        match source.code(place) {
            "lambda" => lambda = true,
            ":" if lambda => lambda = false,
            ":" => return Some(place),
            "{" | ";" => return None,
            _ => {}
        }
    }
    None
}

/// The rest of the header's line as a body in braces, or an open brace where nothing follows.
fn block(source: &SourceWords<'_>, head: &str, colon: usize) -> String {
    let (_, end) = source.line(colon);
    if colon + 1 >= end || source.code(colon + 1) == "pass" {
        return format!("{head} {{");
    }
    let body = convert(source, colon + 1, end);
    format!("{head} {{ {} }}", body.trim_end_matches(';'))
}

pub(crate) fn find(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    match source.code(at) {
        "def" | "function" | "func" => definition(source, at),
        "fn" => function(source, at),
        "class" => class(source, at),
        "if" | "while" => condition(source, at),
        "elif" | "elsif" => otherwise_if(source, at),
        "for" => each(source, at),
        "else" | "try" | "finally" => bare(source, at),
        "except" => except(source, at),
        "with" => with(source, at),
        "match" => matching(source, at),
        _ => None,
    }
}

/// The parameters between a function's brackets, without types and defaults.
fn parameters(source: &SourceWords<'_>, open: usize) -> (String, bool) {
    let inner = source.depth(open) + 1;
    let (mut names, mut skipping, mut extras) = (Vec::new(), false, false);
    for at in open + 1..source.close(open) {
        if source.depth(at) != inner {
            continue;
        }
        match source.code(at) {
            "," => skipping = false,
            ":" | "=" => (skipping, extras) = (true, true),
            name if !skipping && source.is(at, WordKind::Word) => names.push(name),
            _ => {}
        }
    }
    (names.join(", "), extras)
}

/// `def name(a, b):`.
fn definition(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    if !source.is(at + 1, WordKind::Word) || source.get(at + 1)?.first {
        return None;
    }
    let name = source.code(at + 1);
    let (head, end) = if source.code(at + 2) == "(" {
        let close = source.close(at + 2);
        (
            format!("fn {name}({})", parameters(source, at + 2).0),
            close + 1,
        )
    } else {
        (format!("fn {name}()"), at + 2)
    };
    let code = match colon(source, at) {
        Some(colon) => block(source, &head, colon),
        None => format!("{head} {{"),
    };
    let message = format!("functions start with `fn` and use braces: `{code}`");
    Some(plain(source, at, end, message))
}

/// `fn name(a):`, `fn name(a) -> int {`, `fn name(a=1) {`.
fn function(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    if !source.is(at + 1, WordKind::Word) || source.code(at + 2) != "(" {
        return None;
    }
    let close = source.close(at + 2);
    let (names, extras) = parameters(source, at + 2);
    let head = format!("fn {}({names})", source.code(at + 1));
    let code = format!("{head} {{");
    match source.code(close + 1) {
        ":" => {
            let code = block(source, &head, close + 1);
            let message = format!("the body goes in braces: `{{` instead of `:`: `{code}`");
            Some(plain(source, close + 1, close + 2, message))
        }
        "->" => {
            let message = format!("a function does not say what it returns: `{code}`");
            Some(plain(source, close + 1, close + 2, message))
        }
        _ if !extras && bare_body(source, close) => {
            let (_, end) = source.line(at);
            let body = convert(source, close + 1, end);
            let code = format!("{head} {{ {} }}", body.trim_end_matches(';'));
            let message = format!("the body goes in braces: `{code}`");
            Some(plain(source, close + 1, end, message))
        }
        _ if extras => {
            let message = format!("parameters have names only, no types or defaults: `{code}`");
            Some(plain(source, at + 2, close + 1, message))
        }
        _ => None,
    }
}

fn class(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    let named = source.starts(at) && source.is(at + 1, WordKind::Word);
    named.then(|| {
        let message = "there are no classes: a map `#{name: \"ssh\", port: 22}` holds values \
                       together, functions work on it";
        plain(source, at, at + 2, message)
    })
}

/// Whether a statement without braces stands behind the bracket, in its line.
fn bare_body(source: &SourceWords<'_>, close: usize) -> bool {
    let (_, end) = source.line(close.min(source.tokens.len().saturating_sub(1)));
    let word = source.is(close + 1, WordKind::Word) && close + 1 < end;
    word && !matches!(
        source.code(close + 1),
        "and" | "or" | "is" | "in" | "not" | "if"
    ) && !(close + 1..end).any(|place| source.code(place) == "{")
}

/// `if a:`, `while not a:`, `if a = 1 {`, `if (a) print(1)`.
fn condition(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    let word = source.code(at);
    let after_value = at > 0 && source.ends_value(at - 1) && !source.get(at)?.first;
    if after_value && source.code_before(at) != "}" {
        return None;
    }
    if let Some(colon) = colon(source, at) {
        let is_endless = word == "while" && colon == at + 2 && source.code(at + 1) == "1";
        let head = if is_endless {
            "loop".into()
        } else {
            format!("{word} {}", convert(source, at + 1, colon))
        };
        let code = block(source, &head, colon);
        let or = emptiness(source, at, colon).unwrap_or_default();
        let message = format!("a block goes in braces: `{code}`{or}");
        return Some(plain(source, at, colon + 1, message));
    }
    let close = source.close(at + 1);
    if source.code(at + 1) == "(" && bare_body(source, close) {
        let (_, end) = source.line(at);
        let (head, body) = (
            convert(source, at + 1, close + 1),
            convert(source, close + 1, end),
        );
        let code = format!("{word} {head} {{ {} }}", body.trim_end_matches(';'));
        let message = format!("the body goes in braces: `{code}`");
        return Some(plain(source, at, end, message));
    }
    let depth = source.depth(at);
    let header = (at + 1..source.tokens.len())
        .take_while(|place| source.depth(*place) >= depth && !source.tokens[*place].first)
        .take_while(|place| !matches!(source.code(*place), "{" | ";"));
    let equals = header
        .filter(|place| source.depth(*place) == depth)
        .find(|place| source.code(*place) == "=")?;
    if (at + 1..equals).any(|place| source.code(place) == "let") {
        return None;
    }
    let message = "`==` compares, `=` gives a new value";
    Some(plain(source, equals, equals + 1, message))
}

/// Python asks with a name alone whether there is something in it.
fn emptiness(source: &SourceWords<'_>, at: usize, colon: usize) -> Option<String> {
    let (turned, name) = match colon - at {
        2 => ("!", at + 1),
        3 if source.code(at + 1) == "not" => ("", at + 2),
        _ => return None,
    };
    let (word, value) = (source.code(at), source.code(name));
    let is_name = source.is(name, WordKind::Word)
        && !matches!(value, "true" | "false" | "True" | "False" | "None");
    is_name.then(|| format!("; of bytes, a text or a list `{word} {turned}{value}.is_empty() {{`"))
}

/// `elif a:`, `elif a {`.
fn otherwise_if(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    if !source.starts(at) {
        return None;
    }
    let end = colon(source, at).or_else(|| {
        let (_, to) = source.line(at);
        (at + 1..to).find(|place| source.code(*place) == "{")
    })?;
    let code = format!("}} else if {} {{", convert(source, at + 1, end));
    let message = format!("`else if` instead of `elif`: `{code}`");
    Some(plain(source, at, end + 1, message))
}

/// `for x in y:`, `for a, b in y {`.
fn each(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    let (_, line_end) = source.line(at);
    let depth = source.depth(at);
    let within = (at + 1..line_end)
        .find(|place| source.code(*place) == "in" && source.depth(*place) == depth)?;
    let end = colon(source, at);
    let comma = (at + 1..within).any(|place| source.code(place) == ",");
    let several = comma && (source.code(at + 1) != "(" || end.is_some());
    if !several {
        let colon = end?;
        let head = convert(source, at, colon).replacen("for _ ", "for number ", 1);
        let code = block(source, &head, colon);
        let message = format!("a block goes in braces: `{code}`");
        return Some(plain(source, at, colon + 1, message));
    }
    let names = source.slice(at + 1, within);
    let names = named(names.trim_start_matches('(').trim_end_matches(')'));
    let brace = (within + 1..line_end).find(|place| source.code(*place) == "{");
    let values = convert(source, within + 1, end.or(brace).unwrap_or(line_end));
    let code = format!("for pair in {values} {{ unpack {names} = pair;");
    let message = format!("a loop has one name, which is then taken apart: `{code}`");
    Some(plain(source, at, within + 1, message))
}

/// `else:`, `try:`, `finally:`.
fn bare(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    if source.code(at + 1) != ":" || source.code_before(at) == "." {
        return None;
    }
    let inside_map = at > 0 && matches!(source.code_before(at), "#{" | ",");
    if inside_map {
        return None;
    }
    match source.code(at) {
        "finally" => {
            let message = "there is no `finally`: what shall happen in any case goes after the \
                           `catch` block";
            Some(plain(source, at, at + 2, message))
        }
        word => {
            let head = if word == "else" { "} else" } else { word };
            let code = block(source, head, at + 1);
            let message = format!("a block goes in braces: `{code}`");
            Some(plain(source, at, at + 2, message))
        }
    }
}

/// `except OSError as err:`.
fn except(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    if !source.starts(at) {
        return None;
    }
    let colon = colon(source, at)?;
    let name = (at + 1..colon).find(|place| source.code(*place) == "as");
    let name = name.map_or("err", |place| source.code(place + 1));
    let code = format!("}} catch ({name}) {{");
    let message = format!("`catch` instead of `except`: `{code}`; `{name}.kind` says which error");
    Some(plain(source, at, colon + 1, message))
}

/// `with socket.socket() as s:`.
fn with(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    if !source.starts(at) || source.get(at + 1).is_none_or(|next| next.first) {
        return None;
    }
    let (_, line_end) = source.line(at);
    let named = (at + 1..line_end).find(|place| source.code(*place) == "as");
    let end = colon(source, at);
    let (Some(named), name) = (named.or(end), named.map(|at| source.code(at + 1))) else {
        return None;
    };
    if source.code(at + 1) == "open" {
        let message = "a script reads no files: it talks over sockets";
        return Some(plain(source, at, named, message));
    }
    if name.is_none() && named == at + 2 && source.is(at + 1, WordKind::Word) {
        let name = source.code(at + 1);
        let message = format!(
            "there is no `with`: leave the line and its indentation out, and write `{name}.close()` at the end"
        );
        return Some(plain(source, at, named + 1, message));
    }
    let name = name.filter(|name| !name.is_empty()).unwrap_or("s");
    let code = format!("let {name} = {};", convert(source, at + 1, named));
    let message = format!("there is no `with`: `{code}`, and `{name}.close()` at the end");
    Some(plain(source, at, named + 1, message))
}

/// `match x:`.
fn matching(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    if !source.starts(at) {
        return None;
    }
    let (_, line_end) = source.line(at);
    let end = colon(source, at)
        .or_else(|| (at + 1..line_end).find(|place| source.code(*place) == "{"))
        .filter(|end| *end > at + 1)?;
    let code = format!("switch {} {{", convert(source, at + 1, end));
    let message = format!("`switch` instead of `match`: `{code}` with parts like `1 => \"one\",`");
    Some(plain(source, at, end + 1, message))
}
