//! What a piece of script does, as far as its text tells: the names it makes, sets and calls.

use std::collections::BTreeSet;

use crate::script::catalog::Effect;
use crate::script::lexer::{self, TokenKind};
use crate::script::vocabulary;

/// Names, sorted.
pub(crate) type NameSet = BTreeSet<String>;

/// What a text does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CodeFacts {
    /// Variables made outside of any block: `let`, `const`, `unpack`.
    pub(crate) made: NameSet,
    /// Functions defined.
    pub(crate) functions: NameSet,
    /// Variables set, in blocks too; those made are among them.
    pub(crate) set: NameSet,
    /// Functions and methods called.
    pub(crate) calls: NameSet,
}

impl CodeFacts {
    /// Reads a text.
    pub(crate) fn of(source: &str) -> Self {
        let words = words(source);
        let mut deeds = Self::default();
        let mut depth = 0_usize;
        for at in 0..words.len() {
            let next = words.get(at + 1);
            match words[at] {
                Word::Sign('{') => depth += 1,
                Word::Sign('}') => depth = depth.saturating_sub(1),
                Word::Name("fn") => deeds.functions.extend(next.and_then(Word::name)),
                Word::Name("let" | "const") => deeds.make(next, depth),
                Word::Name("unpack") => {
                    let targets = words[at + 1..].iter();
                    for target in targets.take_while(|word| **word != Word::Assign) {
                        deeds.make(Some(target), depth);
                    }
                }
                Word::Name(name) => {
                    let defined = at > 0 && words[at - 1] == Word::Name("fn");
                    match next {
                        Some(Word::Sign('(')) if !defined && !is_keyword(name) => {
                            deeds.calls.insert(name.into());
                        }
                        Some(sign) if at == 0 || words[at - 1] != Word::Sign('.') => {
                            let augmented = words.get(at + 2) == Some(&Word::Assign)
                                && matches!(sign, Word::Sign(_));
                            if *sign == Word::Assign || augmented {
                                deeds.set.insert(name.into());
                            }
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        deeds
    }

    fn make(&mut self, target: Option<&Word<'_>>, depth: usize) {
        if let Some(name) = target.and_then(Word::name) {
            self.set.insert(name.clone());
            if depth == 0 {
                self.made.insert(name);
            }
        }
    }

    /// Adds what a further text did.
    pub(crate) fn add(&mut self, other: Self) {
        self.made.extend(other.made);
        self.functions.extend(other.functions);
        self.set.extend(other.set);
        self.calls.extend(other.calls);
    }

    /// What the calls change in the world outside of the script.
    pub(crate) fn effects(&self) -> BTreeSet<Effect> {
        let calls = self.calls.iter();
        let effects = calls.flat_map(|call| vocabulary::sure_effects(call));
        effects.filter(|effect| effect.is_lasting()).collect()
    }

    /// Whether it prints.
    pub(crate) fn prints(&self) -> bool {
        let mut effects = self.calls.iter().flat_map(|call| vocabulary::effects(call));
        effects.any(|effect| effect == Effect::Prints)
    }

    /// Whether this text tries what `model` does: it makes, sets, defines or calls one of the same
    /// names.
    pub(crate) fn resembles(&self, model: &Self) -> bool {
        let shares = |ours: &NameSet, theirs: &NameSet| !ours.is_disjoint(theirs);
        let telling = |calls: &NameSet| -> NameSet {
            let telling = |call: &&String| vocabulary::is_telling(call);
            calls.iter().filter(telling).cloned().collect()
        };
        shares(&self.set, &model.set)
            || shares(&self.functions, &model.functions)
            || shares(&telling(&self.calls), &telling(&model.calls))
    }
}

/// The text without blanks, comments and the last `;`, quotes of one kind: what is the same when
/// two people type the same line.
pub(crate) fn squeezed(source: &str) -> String {
    let mut squeezed = String::new();
    let mut wordy = false;
    for word in words(source) {
        let (text, is_wordy) = match word {
            Word::Name(name) => (name.to_string(), true),
            Word::Number(number) => (number.to_string(), true),
            Word::Text(text) => (format!("\"{text}\""), false),
            Word::Assign => ("=".into(), false),
            Word::Sign(sign) => (sign.to_string(), false),
        };
        if wordy && is_wordy {
            squeezed.push(' ');
        }
        squeezed.push_str(&text);
        wordy = is_wordy;
    }
    squeezed.trim_end_matches(';').to_string()
}

/// The values that a source writes out: numbers, texts and constants in capitals, each once, in
/// their order. Places between `[` and `]` behind a value are not among them.
pub(crate) fn arguments(source: &str) -> Vec<String> {
    let words = words(source);
    let mut found: Vec<String> = Vec::new();
    for at in 0..words.len() {
        let before = |back: usize| at.checked_sub(back).map(|at| words[at]);
        let is_dot = |word: Option<&Word<'_>>| word == Some(&Word::Sign('.'));
        let of_value = |word| match word {
            Some(Word::Name(name)) => !is_keyword(name),
            Some(Word::Sign(sign)) => matches!(sign, ')' | ']'),
            _ => false,
        };
        let opening = if before(1) == Some(Word::Sign('-')) {
            2
        } else {
            1
        };
        let is_place = before(opening) == Some(Word::Sign('[')) && of_value(before(opening + 1));
        let is_end = is_dot(before(1).as_ref());
        let text = match words[at] {
            _ if is_place => None,
            Word::Number(number) if !is_end => {
                let is_range = is_dot(words.get(at + 1)) && is_dot(words.get(at + 2));
                (!is_range).then(|| number.to_string())
            }
            Word::Text(text) if !text.contains("${") => Some(format!("\"{text}\"")),
            Word::Name(name @ ("true" | "false")) => Some(name.to_string()),
            Word::Name(name) if is_constant(name) => Some(name.to_string()),
            _ => None,
        };
        found.extend(text.filter(|text| !found.contains(text)));
    }
    found
}

fn is_constant(name: &str) -> bool {
    let capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    name.len() > 2 && name.chars().all(capital)
}

/// What a source calls, in its order, each once: functions, and methods with the variable that they
/// are called on.
pub(crate) fn called(source: &str) -> Vec<String> {
    let words = words(source);
    let mut found: Vec<String> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let before = |back: usize| at.checked_sub(back).map(|at| words[at]);
        let (Word::Name(name), Some(Word::Sign('('))) = (word, words.get(at + 1)) else {
            continue;
        };
        if is_keyword(name) || before(1) == Some(Word::Name("fn")) {
            continue;
        }
        let dot = Some(Word::Sign('.'));
        let call = match (before(1) == dot, before(2), before(3) == dot) {
            (true, Some(Word::Name(on)), false) if on != "socket" => format!("{on}.{name}"),
            _ => (*name).to_string(),
        };
        if !found.contains(&call) {
            found.push(call);
        }
    }
    found
}

/// The call that a source's value comes from, with the text before its dot, where its last word
/// closes one: `recv` and `s` of `s.recv(f(1))`.
pub(crate) fn outer_call(source: &str) -> Option<(Option<String>, String)> {
    let words = words(source.trim_end_matches([';', ' ']));
    let mut depth = 0_usize;
    let open = words.iter().rposition(|word| {
        match word {
            Word::Sign(')') => depth += 1,
            Word::Sign('(') => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    })?;
    let name = words.get(open.checked_sub(1)?)?.name()?;
    let before = |back: usize| open.checked_sub(back).and_then(|at| words.get(at));
    let is_method = before(2) == Some(&Word::Sign('.'));
    let receiver = is_method.then(|| before(3).and_then(Word::name).unwrap_or_default());
    (words[open] == Word::Sign('(') && !is_keyword(&name)).then_some((receiver, name))
}

/// A call of a method on a variable: `s.sendall("Hi")`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MethodCall<'a> {
    /// The variable.
    pub(crate) receiver: &'a str,
    /// The method.
    pub(crate) name: &'a str,
    /// Its first argument, as it is written; empty where there is none.
    pub(crate) first: &'a str,
}

/// The calls of methods on variables, in their order.
pub(crate) fn method_calls(source: &str) -> Vec<MethodCall<'_>> {
    let tokens = lexer::words(source);
    let text = |at: usize| tokens.get(at).map_or("", |token| token.of(source));
    let is_name = |at: usize| {
        tokens
            .get(at)
            .is_some_and(|token| token.kind == TokenKind::Name)
    };
    let mut calls = Vec::new();
    for at in 0..tokens.len() {
        let after_dot = at > 0 && text(at - 1) == ".";
        let is_call = is_name(at) && text(at + 1) == "." && is_name(at + 2) && text(at + 3) == "(";
        if after_dot || !is_call || text(at) == "socket" {
            continue;
        }
        let mut depth = 0_usize;
        let end = (at + 4..tokens.len()).find(|&end| {
            let token = text(end);
            let ends = depth == 0 && matches!(token, "," | ")");
            match tokens[end].kind {
                TokenKind::Open => depth += 1,
                TokenKind::Close => depth = depth.saturating_sub(1),
                _ => {}
            }
            ends
        });
        let from = tokens[at + 3].end;
        let to = end.map_or(source.len(), |end| tokens[end].start);
        calls.push(MethodCall {
            receiver: text(at),
            name: text(at + 2),
            first: source.get(from..to).unwrap_or_default().trim(),
        });
    }
    calls
}

/// The variables that a source changes without giving them a whole new value: `msg += x`,
/// `list.push(x)`.
pub(crate) fn changed_in_place(source: &str) -> NameSet {
    let words = words(source);
    let at_all = |at: usize| match (words[at], words.get(at + 1), words.get(at + 2)) {
        (Word::Name(name), Some(Word::Sign(sign)), Some(Word::Assign))
            if !"=<>!".contains(*sign) =>
        {
            Some(name.to_string())
        }
        _ => None,
    };
    let mut changed: NameSet = (0..words.len()).filter_map(at_all).collect();
    let mutators = method_calls(source).into_iter();
    let mutators = mutators.filter(|call| vocabulary::is_mutator(call.name));
    changed.extend(mutators.map(|call| call.receiver.to_string()));
    changed
}

/// Whether a source gives a variable a whole new value where it first mentions it.
pub(crate) fn is_set_anew(source: &str, name: &str) -> bool {
    let words = words(source);
    let Some(at) = place(source, name) else {
        return false;
    };
    let before = at.checked_sub(1).map(|at| words[at]);
    let is_made = CodeFacts::of(source).made.contains(name);
    words.get(at + 1) == Some(&Word::Assign) && before != Some(Word::Sign('.'))
        || is_made && matches!(before, Some(Word::Name("unpack" | "let") | Word::Sign(',')))
}

/// Whether a source mentions a name.
pub(crate) fn mentions(source: &str, name: &str) -> bool {
    place(source, name).is_some()
}

/// The place of a name among the words of a source.
pub(crate) fn place(source: &str, name: &str) -> Option<usize> {
    words(source)
        .iter()
        .position(|word| *word == Word::Name(name))
}

/// The first name in a source that a learner must know, be it a variable's or a constant's.
pub(crate) fn subject(source: &str) -> Option<String> {
    let names = words(source).into_iter();
    let mut names = names.filter_map(|word| word.name());
    names.find(|name| !matches!(name.as_str(), "socket" | "true" | "false"))
}

/// Whether a source is nothing but a value, or a sum of such: no name, no call.
pub(crate) fn is_value(source: &str) -> bool {
    let words = words(source);
    let plain = |word: &Word<'_>| match word {
        Word::Number(_) => true,
        Word::Text(text) => !text.contains("${"),
        Word::Sign(sign) => "[](),.-+*/%;".contains(*sign),
        Word::Name(name) => matches!(*name, "true" | "false"),
        Word::Assign => false,
    };
    !words.is_empty() && words.iter().all(plain)
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Word<'a> {
    Name(&'a str),
    Number(&'a str),
    /// What stands between two quotes.
    Text(&'a str),
    /// `=`, `+=` and the like.
    Assign,
    Sign(char),
}

impl Word<'_> {
    fn name(&self) -> Option<String> {
        match self {
            Self::Name(name) => Some((*name).into()),
            _ => None,
        }
    }
}

fn is_keyword(name: &str) -> bool {
    matches!(
        name,
        "if" | "while" | "for" | "switch" | "catch" | "return" | "in" | "throw" | "until" | "with"
    )
}

/// The words of a source.
fn words(source: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    for token in lexer::words(source) {
        let text = token.of(source);
        match token.kind {
            TokenKind::Name => words.push(Word::Name(text)),
            TokenKind::Number => words.push(Word::Number(text)),
            TokenKind::Text => {
                let inner = text.trim_start_matches('#').get(1..).unwrap_or_default();
                let end = inner.trim_end_matches('#').len();
                let end = end.saturating_sub(usize::from(token.closed));
                words.push(Word::Text(&inner[..end]));
            }
            _ => {
                let compares = matches!(text, "==" | "!=" | "<=" | ">=" | "===" | "!==" | "..=");
                let before = text.strip_suffix('=').filter(|_| !compares);
                words.extend(before.unwrap_or(text).chars().map(Word::Sign));
                words.extend(before.map(|_| Word::Assign));
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{
        CodeFacts, Effect, NameSet, arguments, called, changed_in_place, is_value, method_calls,
        squeezed, subject,
    };

    fn names(names: &[&str]) -> NameSet {
        names.iter().map(|name| (*name).to_string()).collect()
    }

    #[test]
    fn names_that_are_made_set_and_called_are_found() {
        let deeds =
            CodeFacts::of("let s = socket(AF_INET); s.bind([\"let x = f(1)\", 0]); n += 1;");
        assert_eq!(deeds.made, names(&["s"]));
        assert_eq!(deeds.calls, names(&["socket", "bind"]));
        let deeds = CodeFacts::of("unpack conn, addr = server.accept();");
        assert_eq!(deeds.made, names(&["conn", "addr"]));
        assert_eq!(deeds.effects(), [Effect::Accepts].into());
        let deeds = CodeFacts::of("while !done { let part = s.recv(1); done = part == b; }");
        assert_eq!(deeds.made, names(&[]));
        assert_eq!(deeds.set, names(&["done", "part"]));
        let deeds = CodeFacts::of("fn f(a) { if (a) { g(a) } } // let z = 1");
        assert_eq!(deeds.functions, names(&["f"]));
        assert_eq!(deeds.calls, names(&["g"]));
    }

    #[test]
    fn an_augmented_assignment_sets_its_variable() {
        assert_eq!(CodeFacts::of("msg = \"a\"; x == 1").set, names(&["msg"]));
        assert_eq!(CodeFacts::of("msg += \"a\"; x <= 1").set, names(&["msg"]));
    }

    #[test]
    fn written_values_are_found_and_places_are_not() {
        for (source, found) in [
            ("s.bind([\"127.0.0.1\", 50000]);", "\"127.0.0.1\" 50000"),
            (
                "socket.socket(socket.AF_INET, SOCK_DGRAM)",
                "AF_INET SOCK_DGRAM",
            ),
            ("s.settimeout(0.5)", "0.5"),
            ("s.connect(info[-1]); socket(info[0..3]); f(x)[2]", ""),
            ("`a ${1}`; failure[\"call\"]", ""),
        ] {
            assert_eq!(arguments(source).join(" "), found, "{source}");
        }
        assert_eq!(
            called("let a = socket.socket(); f(s.recv(1)).len(); for x in (y) {}"),
            ["socket", "f", "s.recv", "len"]
        );
        assert_eq!(
            arguments("for p in [22, 80] { print(p); }").join(" "),
            "22 80"
        );
        assert_eq!(subject("socket.AF_INET").as_deref(), Some("AF_INET"));
        assert_eq!(subject("20 + 22"), None);
        assert!(is_value("[6, -17.5, 'a']") && is_value("true"));
        assert!(is_value("20 + 2") && !is_value("foo"));
    }

    #[test]
    fn the_same_line_typed_by_two_people_is_the_same() {
        assert_eq!(
            squeezed("f( 'a b' ,1 ) ; // why"),
            squeezed("f(\"a b\", 1)")
        );
        assert_ne!(squeezed("let x"), squeezed("letx"));
        assert_ne!(squeezed("f('a b')"), squeezed("f('ab')"));
    }

    #[test]
    fn no_text_makes_it_stumble() {
        for text in [
            "\"", "'\\", "`${", "/*", "é=", "1é", "=", "+", "\u{0}", "let", "unpack", "fn",
        ] {
            let _ = (CodeFacts::of(text), squeezed(text));
        }
    }

    #[test]
    fn calls_on_variables_are_found_with_their_first_argument() {
        let source = "a.send(f(1, 2), 0); socket.socket(); b.c.recv(1); x.close()";
        let calls = method_calls(source).into_iter();
        let calls: Vec<_> = calls
            .map(|call| (call.receiver, call.name, call.first))
            .collect();
        assert_eq!(calls, [("a", "send", "f(1, 2)"), ("x", "close", "")]);
    }

    #[test]
    fn what_grows_is_told_from_what_is_set_anew() {
        let changed = changed_in_place("msg += \"x\"; list.push(1); n = 2; let m = 3; a == b");
        assert_eq!(changed, names(&["msg", "list"]));
    }
}
