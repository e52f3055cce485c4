//! What is before a dot: `infos[0]`, `server.accept()[0]`, `m.server`. Nothing is evaluated;
//! the variables' types and what the functions are known to give are enough.

use super::words::Words;
use crate::script::catalog::{Type, ValueType};
use crate::script::inspect::Inside;
use crate::script::lexer::{Token, TokenKind};
use crate::script::vocabulary;

/// The keys of a caught error that can be written behind a dot; `call` is a word of rhai.
const ERROR: [&str; 4] = ["errno", "kind", "message", "name"];
/// How many names are followed to what they were made of.
const STEPS: usize = 4;

/// What stands before a dot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// The `socket` object.
    Module,
    /// A value of this type.
    Type(ValueType),
    /// A value of a type that only evaluating would tell.
    Unknown,
    /// Nothing that has members.
    Nothing,
}

/// What is known of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChainValue {
    pub(crate) kind: Before,
    /// What an array or a map holds.
    pub(crate) inside: Inside,
}

impl ChainValue {
    fn of(kind: Before) -> Self {
        let inside = Inside::default();
        Self { kind, inside }
    }

    fn typed(of: ValueType) -> Self {
        match of {
            ValueType::Nothing | ValueType::Other => Self::of(Before::Nothing),
            of => Self::of(Before::Type(of)),
        }
    }

    fn array(elements: Vec<ValueType>) -> Self {
        let mut array = Self::typed(ValueType::Array);
        array.inside.elements = elements;
        array
    }

    fn value_type(&self) -> Option<ValueType> {
        match self.kind {
            Before::Type(of) => Some(of),
            _ => None,
        }
    }

    /// What its method or property of this name is.
    fn member(self, name: &str, called: bool) -> Self {
        let of = match self.kind {
            Before::Module => None,
            Before::Type(of) => Some(of),
            Before::Unknown | Before::Nothing => return Self::of(Before::Unknown),
        };
        if called {
            return match vocabulary::returns(of, name) {
                Some(Type::Receiver) => self,
                Some(other) => returned(other),
                None => Self::of(Before::Unknown),
            };
        }
        let key = self.inside.keys.iter().find(|(key, _)| key == name);
        let known = key.map(|(_, kind)| *kind);
        let known = known.or_else(|| vocabulary::property(of?, name));
        known.map_or(Self::of(Before::Unknown), Self::typed)
    }

    /// One of its elements; the index is known where it was written as a number.
    fn element(&self, index: Option<usize>) -> Self {
        let elements = &self.inside.elements;
        if let Some(found) = index.and_then(|index| elements.get(index)) {
            return Self::typed(*found);
        }
        match (self.value_type(), elements.split_first()) {
            (Some(ValueType::Text), _) => Self::typed(ValueType::Text),
            (Some(ValueType::Array), Some((first, rest)))
                if rest.iter().all(|other| other == first) =>
            {
                Self::typed(*first)
            }
            _ => Self::of(Before::Unknown),
        }
    }
}

/// A value that a call returns; a part that may be of several types is of a type nobody knows.
fn returned(what: Type) -> ChainValue {
    let of = |part: Type| part.value_type().unwrap_or(ValueType::Other);
    match what {
        Type::Many(each) => ChainValue::array(vec![of(*each)]),
        Type::Parts(parts) => ChainValue::array(parts.iter().map(|part| of(*part)).collect()),
        Type::Any => ChainValue::of(Before::Unknown),
        other => other
            .value_type()
            .map_or(ChainValue::of(Before::Unknown), ChainValue::typed),
    }
}

/// What the tokens end with: a value, with all calls and indexes behind it.
pub(crate) fn value_before(line: &str, tokens: &[Token], words: &dyn Words) -> ChainValue {
    follow(line, tokens, words, STEPS)
}

fn follow(line: &str, tokens: &[Token], words: &dyn Words, steps: usize) -> ChainValue {
    let start = begin(line, tokens);
    let Some(first) = tokens.get(start) else {
        return ChainValue::of(Before::Nothing);
    };
    let (mut value, mut at) = match first.kind {
        TokenKind::Name => {
            let name = first.of(line);
            if is(line, tokens, start + 1, "(") {
                let known =
                    vocabulary::returns(None, name).filter(|_| words.signature(name).is_none());
                let value = known.map_or(ChainValue::of(Before::Unknown), returned);
                (value, closing(tokens, start + 1) + 1)
            } else {
                (named(line, tokens, start, words, steps), start + 1)
            }
        }
        TokenKind::Text if first.closed => (ChainValue::typed(ValueType::Text), start + 1),
        TokenKind::Open => (ChainValue::of(Before::Unknown), closing(tokens, start) + 1),
        _ => return ChainValue::of(Before::Nothing),
    };
    while at < tokens.len() {
        if is(line, tokens, at, ".") {
            let Some(name) = tokens.get(at + 1) else {
                break;
            };
            let called = is(line, tokens, at + 2, "(");
            value = value.member(name.of(line), called);
            at = if called {
                closing(tokens, at + 2) + 1
            } else {
                at + 2
            };
        } else if is(line, tokens, at, "[") {
            let close = closing(tokens, at);
            let inner = tokens.get(at + 1..close).unwrap_or_default();
            let range = inner.iter().any(|token| token.of(line).starts_with(".."));
            if !range {
                let index = match inner {
                    [number] => number.of(line).parse().ok(),
                    _ => None,
                };
                value = value.element(index);
            } else if value.value_type() == Some(ValueType::AddressInfo) {
                value = ChainValue::typed(ValueType::Array);
            }
            at = close + 1;
        } else {
            return ChainValue::of(Before::Unknown);
        }
    }
    value
}

fn is(line: &str, tokens: &[Token], at: usize, text: &str) -> bool {
    tokens.get(at).is_some_and(|token| token.of(line) == text)
}

/// Where the value that ends with the tokens begins.
fn begin(line: &str, tokens: &[Token]) -> usize {
    let mut at = tokens.len();
    loop {
        // Brackets behind a value: calls and indexes, or a value of its own.
        while at > 0 && tokens[at - 1].kind == TokenKind::Close {
            let open = opening(tokens, at - 1);
            let behind = open.checked_sub(1).and_then(|before| tokens.get(before));
            let joined = behind.is_some_and(|token| {
                matches!(
                    token.kind,
                    TokenKind::Name | TokenKind::Close | TokenKind::Text
                ) && token.end == tokens[open].start
            });
            at = open;
            if !joined {
                return at;
            }
        }
        if at == 0 {
            return 0;
        }
        at -= 1;
        if at >= 2 && tokens[at].kind == TokenKind::Name && tokens[at - 1].of(line) == "." {
            at -= 1;
        } else {
            return at;
        }
    }
}

/// The bracket that the one at `close` closes; itself where there is none.
fn opening(tokens: &[Token], close: usize) -> usize {
    let mut depth = 0_usize;
    for at in (0..=close).rev() {
        match tokens[at].kind {
            TokenKind::Close => depth += 1,
            TokenKind::Open => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    close
}

/// The bracket that closes the one at `open`; the last token where none does.
fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len().saturating_sub(1)
}

/// What the name at `at` stands for: a name that this entry gives, or a variable.
fn named(line: &str, tokens: &[Token], at: usize, words: &dyn Words, steps: usize) -> ChainValue {
    let name = tokens[at].of(line);
    if steps > 0
        && let Some(value) = bound(line, tokens, at, words, steps - 1)
    {
        return value;
    }
    match words.type_of(name) {
        Some(kind) => {
            let mut value = ChainValue::typed(kind);
            value.inside = words.inside(name);
            value
        }
        None if name == "socket" => ChainValue::of(Before::Module),
        None => ChainValue::of(Before::Nothing),
    }
}

/// What the entry itself says of the name: `catch (err)`, `for info in infos`, `|info|`,
/// `let conn =`.
fn bound(
    line: &str,
    tokens: &[Token],
    at: usize,
    words: &dyn Words,
    steps: usize,
) -> Option<ChainValue> {
    let name = tokens[at].of(line);
    let place = (0..at)
        .rev()
        .find(|place| tokens[*place].kind == TokenKind::Name && tokens[*place].of(line) == name)?;
    let before = |back: usize| place.checked_sub(back).map_or("", |at| tokens[at].of(line));
    let next = |on: usize| tokens.get(place + on).map_or("", |token| token.of(line));
    let value_from = |from: usize| {
        let ends = |token: &Token| {
            matches!(token.of(line), ";" | "{")
                || line[tokens[from].start..token.start].contains('\n')
        };
        let rest = tokens.get(from..at)?;
        let end = rest.iter().position(ends).unwrap_or(rest.len());
        let tokens = tokens.get(..from + end)?;
        (end > 0 && begin(line, tokens) == from).then(|| follow(line, tokens, words, steps))
    };
    match (before(2), before(1), next(1)) {
        ("catch", "(", ")") => {
            let mut value = ChainValue::typed(ValueType::Map);
            value.inside.keys = ERROR.map(|key| (key.to_string(), ValueType::Text)).to_vec();
            Some(value)
        }
        (_, "let" | "const", "=") => value_from(place + 2),
        (_, "for", "in") => Some(value_from(place + 2)?.element(None)),
        // The receiver stands before `.filter(|`.
        (_, "|", "|") if before(2) == "(" && place >= 5 && before(4) == "." => {
            let receiver = follow(line, &tokens[..place - 4], words, steps);
            Some(receiver.element(None))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{ValueType, value_before};
    use crate::prompt::chain::Before;
    use crate::prompt::complete::tests::Sample;
    use crate::script::lexer::tokens;

    #[track_caller]
    fn is(line: &str, wanted: &str) {
        let value = value_before(line, &tokens(line), &Sample);
        let wanted = ValueType::of_rhai(wanted).map(Before::Type);
        assert_eq!(Some(value.kind), wanted, "{line}");
    }

    #[test]
    fn a_call_gives_what_its_function_gives() {
        is("socket()", "socket");
        is("socket.socket(AF_INET, SOCK_STREAM)", "socket");
        is("1 + create_server(['', 0])", "socket");
        is("getaddrinfo('a', 80)[0]", "address info");
        is("getaddrinfo('a', 80)[0].addr", "array");
        is("s.accept()[0]", "socket");
        is("s.accept()[1]", "array");
        is("s.recv(10).decode().split(' ')[0]", "text");
        is("foo(s.recv(10)", "bytes");
        is(
            "getaddrinfo('a', 80).filter(|i| i[1] == 1)[0]",
            "address info",
        );
    }

    #[test]
    fn a_variable_gives_what_it_holds() {
        is("info", "address info");
        is("infos[0]", "address info");
        is("infos[-1]", "address info");
        is("m.server", "socket");
        is("m.server.recv(1)", "bytes");
        is("\"a\"", "text");
    }

    #[test]
    fn names_of_the_same_entry_are_known() {
        is("let c = socket(); c", "socket");
        is("for i in infos { i", "address info");
        is("infos.filter(|i| i", "address info");
        is(
            "let all = getaddrinfo('a', 80); for i in all { i",
            "address info",
        );
        is("try { } catch (err) { err", "map");
    }

    #[test]
    fn what_only_evaluating_tells_is_not_guessed() {
        for line in ["mine()", "infos.map(|i| i.addr)[0]", "(s)", "a[0]"] {
            let value = value_before(line, &tokens(line), &Sample);
            assert!(!matches!(value.kind, Before::Type(_)), "{line}: {value:?}");
        }
    }
}
