//! Which habit is at a token, if one does: one row for each way a statement can begin.

use super::Mend;
use super::expression::{brackets, operator, plain, prefix, with_line};
use super::header;
use super::respell::is_splat;
use super::respell::{self, convert};
use crate::script::suggest::source::{SourceWords, WordKind};

/// The habit at a token.
pub(crate) fn find(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    match source.get(at)?.kind {
        WordKind::Symbol => symbol(source, at).or_else(|| brackets(source, at)),
        WordKind::Word if source.code_before(at) == "." => None,
        WordKind::Word => prefix(source, at)
            .or_else(|| several_names(source, at))
            .or_else(|| header::find(source, at))
            .or_else(|| statement(source, at))
            .or_else(|| operator(source, at))
            .or_else(|| nothing(source, at)),
        WordKind::Text => text(source, at),
        WordKind::Number => None,
    }
}

/// A habit that rhai takes for something else, without a word.
pub(crate) fn silent(source: &SourceWords<'_>) -> Option<Mend> {
    (0..source.tokens.len()).find_map(|at| match source.get(at)?.kind {
        WordKind::Text => text(source, at),
        WordKind::Word if source.code(at) == "import" && source.starts(at) => {
            import(source, at).filter(|_| source.is(at + 1, WordKind::Word))
        }
        _ => None,
    })
}

/// `null` and `nil` are words that rhai keeps for itself.
fn nothing(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    let value = matches!(source.code(at), "null" | "nil")
        && !["let", "const", "fn"].contains(&source.code_before(at))
        && !["=", "("].contains(&source.code(at + 1));
    let message = "nothing is written `()` here: `x == ()` asks for it";
    value.then(|| plain(source, at, at + 1, message))
}

fn text(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    let token = source.get(at)?;
    let quotes = ["\"\"\"", "'''"]
        .into_iter()
        .find(|quotes| token.text.starts_with(quotes))?;
    if token.text[quotes.len()..].starts_with(&quotes[..1]) {
        return None;
    }
    if source.starts(at) {
        let message = "a comment begins with `//` (before a function `///`), not with `\"\"\"`";
        return Some(plain(source, at, at + 1, message));
    }
    let message = "a text over several lines stands between backticks: `` `...` ``";
    Some(plain(source, at, at + 1, message).in_full(respell::text(token.text)))
}

fn symbol(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    let token = source.get(at)?;
    match token.text {
        "#" => {
            let message = "a comment begins with `//`, not with `#`";
            Some(plain(source, at, at + 1, message))
        }
        ">>>" | "..." if token.first => {
            let (_, end) = source.line(at);
            let rest = convert(source, at + 1, end);
            let message = format!("leave out Python's prompt: `{rest}`");
            let known = !rest.is_empty() && !rest.contains('`');
            known.then(|| plain(source, at, at + 1, message))
        }
        "++" | "--" => step(source, at),
        "===" | "!==" | "<>" => {
            let symbol = if token.text == "===" { "==" } else { "!=" };
            let message = format!("`{symbol}` instead of `{}`", token.text);
            Some(with_line(source, at, at + 1, &message))
        }
        ":=" => {
            let message = "a name gets its value in a statement of its own: `let x = ...;`";
            Some(plain(source, at, at + 1, message))
        }
        "::" if source.code_before(at) == "[" || source.code(at + 1) == "]" => {
            let message = "a part has no steps: write a `for` loop";
            Some(plain(source, at, at + 1, message))
        }
        "@" if token.first => {
            let message = "there are no decorators: leave the line out";
            Some(plain(source, at, at + 1, message))
        }
        "\u{201c}" | "\u{201d}" | "\u{2018}" | "\u{2019}" => {
            let message = "a text stands between straight quotes: `\"ssh\"`";
            Some(plain(source, at, at + 1, message))
        }
        "*" | "**" if is_splat(source, at) => splat(source, at),
        "(" | "[" if source.starts(at) => assigned_tuple(source, at, at),
        _ => None,
    }
}

/// `x++`, `++x`.
fn step(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    let sign = &source.code(at)[..1];
    let word = |place: usize| source.is(place, WordKind::Word) && place < source.tokens.len();
    let name = if at > 0 && word(at - 1) && !source.begins_value(at + 1) {
        source.code(at - 1)
    } else if word(at + 1) && (at == 0 || !source.ends_value(at - 1)) {
        source.code(at + 1)
    } else {
        return None;
    };
    let code = format!("{name} {sign}= 1");
    let message = format!("`{code}` instead of `{}`", source.code(at));
    Some(plain(source, at, at + 1, message))
}

/// `socket(*info[:3])`.
fn splat(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    let open = (0..at).rev().find(|place| {
        source.depth(*place) + 1 == source.depth(at) && matches!(source.code(*place), "(" | "[")
    })?;
    if source.code(at) == "**" {
        let message = "arguments go by their place: there is no `**`";
        return Some(plain(source, at, at + 1, message).within_line(source, at, ""));
    }
    let close = source
        .close(open)
        .min(source.tokens.len().saturating_sub(1));
    let mut from = open;
    while from > 0 && (source.ends_value(from - 1) || source.code_before(from) == ".") {
        let joined =
            source.code_before(from) == "." || source.code(from) == "." || source.code(from) == "(";
        if source.tokens[from].first || !joined {
            break;
        }
        from -= 1;
    }
    // The document's own line has `socket.` before it; the bare name is shorter.
    if source.code(from) == "socket" && source.code(from + 1) == "." {
        from += 2;
    }
    let code = convert(source, from, close + 1);
    let message = format!("there is no `*`: `{code}`");
    Some(plain(source, at, at + 1, message).within_line(source, at, &code))
}

/// `conn, addr = server.accept()`, with or without `let`.
fn several_names(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    if !source.starts(at) {
        return None;
    }
    let begin = if source.code(at) == "let" { at + 1 } else { at };
    if begin > at && matches!(source.code(begin), "(" | "[") {
        return assigned_tuple(source, at, begin);
    }
    let mut end = begin;
    while source.is(end, WordKind::Word) && source.code(end + 1) == "," {
        end += 2;
    }
    if end == begin || !source.is(end, WordKind::Word) || source.code(end + 1) != "=" {
        return None;
    }
    Some(unpack(source, at, source.slice(begin, end + 1), end + 1))
}

/// `(conn, addr) = server.accept()`.
fn assigned_tuple(source: &SourceWords<'_>, at: usize, open: usize) -> Option<Mend> {
    let close = source.close(open);
    let names = (open + 1..close).all(|place| {
        let name = (place - open) % 2 == 1;
        if name {
            source.is(place, WordKind::Word)
        } else {
            source.code(place) == ","
        }
    });
    if !names || close < open + 4 || source.code(close + 1) != "=" {
        return None;
    }
    Some(unpack(source, at, source.slice(open + 1, close), close + 1))
}

fn unpack(source: &SourceWords<'_>, at: usize, names: &str, equals: usize) -> Mend {
    let depth = source.depth(at);
    let same = |place: &usize| source.depth(*place) == depth;
    let end = (equals + 1..source.tokens.len())
        .find(|place| {
            same(place) && (source.code(*place) == ";" || source.tokens[*place].first)
                || source.depth(*place) < depth
        })
        .unwrap_or(source.tokens.len());
    let value = convert(source, equals + 1, end);
    let value = if (equals + 1..end).any(|place| same(&place) && source.code(place) == ",") {
        format!("[{value}]")
    } else {
        value
    };
    let code = format!("unpack {} = {value}", respell::named(names));
    let message = format!("several names at once: `{code}`");
    plain(source, at, equals + 1, message)
}

fn statement(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    if !source.starts(at) {
        return None;
    }
    let word = source.code(at);
    let next = source.get(at + 1).filter(|next| !next.first)?;
    let beside = next.kind != WordKind::Symbol;
    let name = next.kind == WordKind::Word;
    let (_, end) = source.line(at);
    let rest = || {
        let rest = convert(source, at + 1, end);
        rest.trim_end_matches(';').to_string()
    };
    let say = |message: String| Some(plain(source, at, at + 2, message));
    match word {
        "import" if name => import(source, at),
        "from" if name && (at + 2..end).any(|place| source.code(place) == "import") => {
            say("the names of `socket` are here already: leave this line out".into())
        }
        "print" | "println" | "echo"
            if beside && !matches!(next.text, "in" | "and" | "or" | "is") =>
        {
            let code = format!("print({})", rest());
            say(format!("`print` takes brackets: `{code}`"))
        }
        "del" if name && source.code(at + 2) == "[" => {
            say(format!("`del` is `{}.remove(...)` here", next.text))
        }
        "del" if name => {
            let name = next.text;
            let message = format!("nothing is deleted by name: `{name} = ()` forgets the value");
            say(message)
        }
        "global" | "nonlocal" if name => say(format!(
            "functions see the variables outside already: leave `{word}` out"
        )),
        "raise" if name => Some(raise(source, at)),
        "assert" if beside => {
            let code = format!("if !({}) {{ throw \"what went wrong\" }}", rest());
            say(format!("there is no `assert`: `{code}`"))
        }
        "async" | "await" | "yield" if name => say(format!(
            "there is no `{word}`: a call waits until it is done"
        )),
        "var" if name => {
            let code = format!("let {}", rest());
            say(format!("`let` instead of `var`: `{code}`"))
        }
        "let" | "const" => declaration(source, at),
        "try" | "else" | "default" => None,
        _ if next.text == ":" && source.code(at + 2) != ":" => annotation(source, at, at),
        _ => None,
    }
}

/// `raise ValueError("no")` throws what stands between the brackets.
fn raise(source: &SourceWords<'_>, at: usize) -> Mend {
    let close = source.close(at + 2);
    let code = if source.code(at + 2) == "(" && close > at + 3 {
        format!("throw {}", convert(source, at + 3, close))
    } else {
        "throw \"what went wrong\"".into()
    };
    let message = format!("`throw` instead of `raise`: `{code}`");
    plain(source, at, at + 2, message)
}

fn import(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    let name = source.code(at + 1);
    let (_, end) = source.line(at);
    let alone = at + 2 >= end || source.code(at + 2) == ";";
    let message = match (name, source.code(at + 2)) {
        ("socket", _) if alone => return None,
        ("socket", "as") => {
            let code = format!("let {} = socket", source.code(at + 3));
            format!("`socket` is here already: `{code}`")
        }
        ("socket", ",") => "`socket` is here already, and there is nothing else to import".into(),
        ("sys", _) => "nothing needs to be imported: `args()` are the script's arguments".into(),
        ("time", _) => "nothing needs to be imported: `sleep(1)` waits".into(),
        _ => format!("there is no `{name}` to import: the functions of `socket` are here already"),
    };
    Some(plain(source, at, at + 2, message))
}

/// `let x: int = 5`, `let mut x = 5`.
fn declaration(source: &SourceWords<'_>, at: usize) -> Option<Mend> {
    if source.code(at + 1) == "mut" && source.is(at + 2, WordKind::Word) {
        let (_, end) = source.line(at);
        let code = format!("let {}", convert(source, at + 2, end));
        let message = format!("every variable can change: `{code}`");
        return Some(plain(source, at, at + 2, message));
    }
    if source.is(at + 1, WordKind::Word) && source.code(at + 2) == ":" {
        return annotation(source, at, at + 1);
    }
    None
}

/// `x: int = 5`.
fn annotation(source: &SourceWords<'_>, at: usize, name: usize) -> Option<Mend> {
    let (_, end) = source.line(at);
    if !source.is(name + 2, WordKind::Word) || source.get(name + 2)?.first {
        return None;
    }
    let equals = (name + 3..end).find(|place| source.code(*place) == "=")?;
    let value = convert(source, equals + 1, end);
    let code = format!("let {} = {value}", source.code(name));
    let message = format!("a variable has no type: `{code}`");
    Some(plain(source, at, equals, message))
}
