//! What is around the cursor: the call whose arguments are being typed, and the type of what
//! is before a dot.

use super::chain::{Before, value_before};
use super::words::Words;
use crate::script::catalog::Param;
use crate::script::lexer::{Token, TokenKind, tokens};
use crate::script::vocabulary;

/// A call that is not closed at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OpenCall<'a> {
    /// The function's name.
    pub(crate) name: &'a str,
    /// What stands before the name's dot; none for a plain call.
    pub(crate) receiver: Option<Before>,
    /// The arguments before the one being typed.
    pub(crate) given: Vec<&'a str>,
}

impl OpenCall<'_> {
    /// The signature, where the function is known.
    pub(crate) fn signature(&self, words: &dyn Words) -> Option<String> {
        let ours =
            |name| vocabulary::function(name).map(crate::script::catalog::Function::signature);
        match self.receiver {
            None => words.signature(self.name).or_else(|| ours(self.name)),
            Some(Before::Module) => ours(self.name),
            Some(Before::Type(kind)) => {
                vocabulary::members(kind)
                    .into_iter()
                    .find(|member| member.name == self.name)?
                    .signature
            }
            Some(Before::Unknown) => Some(vocabulary::method(None, self.name)?.signature()),
            Some(Before::Nothing) => None,
        }
    }

    /// The parameter being typed, where the function is one of ours.
    pub(crate) fn parameter(&self) -> Option<&'static Param> {
        let function = match self.receiver {
            None | Some(Before::Module) => vocabulary::function(self.name)?,
            Some(Before::Type(kind)) => vocabulary::method(Some(kind), self.name)?,
            Some(Before::Unknown) => vocabulary::method(None, self.name)?,
            Some(Before::Nothing) => return None,
        };
        function.params.get(self.given.len())
    }
}

/// The innermost call that is open at the end of `line`.
pub(crate) fn call_at<'a>(line: &'a str, words: &dyn Words) -> Option<OpenCall<'a>> {
    let tokens = tokens(line);
    let mut open = open_brackets(&tokens);
    while let Some(at) = open.pop() {
        let bracket = tokens[at].of(line);
        if bracket != "(" && bracket != "[" {
            // The body of a closure or a map: its own statements.
            return None;
        }
        let name = at.checked_sub(1).map(|before| (before, tokens[before]));
        if let Some((before, name)) = name
            && bracket == "("
            && name.kind == TokenKind::Name
            && !vocabulary::is_keyword(name.of(line))
        {
            let dot = before
                .checked_sub(1)
                .is_some_and(|dot| tokens[dot].of(line) == ".");
            let defines = before
                .checked_sub(1)
                .is_some_and(|word| tokens[word].of(line) == "fn");
            if defines {
                return None;
            }
            return Some(OpenCall {
                name: name.of(line),
                receiver: dot.then(|| before_dot(line, &tokens[..before - 1], words)),
                given: arguments(line, &tokens[at + 1..], tokens[at].end),
            });
        }
    }
    None
}

/// The places of the brackets that are still open behind the tokens.
pub(crate) fn open_brackets(tokens: &[Token]) -> Vec<usize> {
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Open => open.push(at),
            TokenKind::Close => drop(open.pop()),
            _ => {}
        }
    }
    open
}

/// The arguments that end with a comma.
fn arguments<'a>(line: &'a str, tokens: &[Token], start: usize) -> Vec<&'a str> {
    let (mut given, mut from, mut depth) = (Vec::new(), start, 0_usize);
    for token in tokens {
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth = depth.saturating_sub(1),
            TokenKind::Symbol if depth == 0 && token.of(line) == "," => {
                given.push(line[from..token.start].trim());
                from = token.end;
            }
            _ => {}
        }
    }
    given
}

/// What stands before a dot, by the tokens before it.
fn before_dot(line: &str, tokens: &[Token], words: &dyn Words) -> Before {
    value_before(line, tokens, words).kind
}
