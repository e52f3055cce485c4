//! Tokens of a source that may be Python, rhai, or something between: comments are skipped, texts
//! of both languages are one token, brackets know their partners.

use crate::script::lexer::{self, TokenKind};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WordKind {
    Word,
    Number,
    Text,
    Symbol,
}

/// A piece of the source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SourceWord<'a> {
    pub(crate) kind: WordKind,
    pub(crate) text: &'a str,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Whether it is the first of its line.
    pub(crate) first: bool,
    /// Whether it follows the one before without a blank.
    pub(crate) glued: bool,
}

/// A source with its tokens.
#[derive(Debug)]
pub(crate) struct SourceWords<'a> {
    pub(crate) text: &'a str,
    pub(crate) tokens: Vec<SourceWord<'a>>,
    /// For each bracket the index of its partner.
    partners: Vec<Option<usize>>,
    /// How many brackets stand open before each token.
    depths: Vec<usize>,
    /// Whether statements stand there: the innermost open bracket is a brace, or there is none.
    blocks: Vec<bool>,
}

impl<'a> SourceWords<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let tokens = scan(text);
        let mut partners = vec![None; tokens.len()];
        let mut depths = Vec::with_capacity(tokens.len());
        let mut blocks = Vec::with_capacity(tokens.len());
        let mut open: Vec<usize> = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            let closes = token.kind == WordKind::Symbol && matches!(token.text, ")" | "]" | "}");
            if closes && let Some(partner) = open.pop() {
                partners[at] = Some(partner);
                partners[partner] = Some(at);
            }
            depths.push(open.len());
            blocks.push(open.last().is_none_or(|open| tokens[*open].text == "{"));
            if token.kind == WordKind::Symbol && matches!(token.text, "(" | "[" | "{" | "#{" | "?[")
            {
                open.push(at);
            }
        }
        Self {
            text,
            tokens,
            partners,
            depths,
            blocks,
        }
    }

    pub(crate) fn get(&self, at: usize) -> Option<&SourceWord<'a>> {
        self.tokens.get(at)
    }

    pub(crate) fn before(&self, at: usize) -> Option<&SourceWord<'a>> {
        self.tokens.get(at.checked_sub(1)?)
    }

    /// The text of the token at a place that is not a text; empty where there is none.
    pub(crate) fn code(&self, at: usize) -> &'a str {
        match self.tokens.get(at) {
            Some(token) if token.kind != WordKind::Text => token.text,
            _ => "",
        }
    }

    /// [`SourceWords::code`] of the token before.
    pub(crate) fn code_before(&self, at: usize) -> &'a str {
        at.checked_sub(1).map_or("", |at| self.code(at))
    }

    pub(crate) fn is(&self, at: usize, kind: WordKind) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == kind)
    }

    /// How many brackets stand open before the token.
    pub(crate) fn depth(&self, at: usize) -> usize {
        self.depths.get(at).copied().unwrap_or_default()
    }

    /// The bracket that closes the one at `at`, or the end where nothing does.
    pub(crate) fn close(&self, at: usize) -> usize {
        let partner = self.partners.get(at).copied().flatten();
        partner.unwrap_or(self.tokens.len())
    }

    /// The bracket that the one at `at` closes.
    pub(crate) fn open(&self, at: usize) -> Option<usize> {
        self.partners.get(at).copied().flatten()
    }

    /// The text from one token up to another.
    pub(crate) fn slice(&self, from: usize, to: usize) -> &'a str {
        match (
            self.get(from),
            to.checked_sub(1).and_then(|to| self.get(to)),
        ) {
            (Some(first), Some(last)) if from < to => &self.text[first.start..last.end],
            _ => "",
        }
    }

    /// The first token of the line of `at`, and the first of the next line.
    pub(crate) fn line(&self, at: usize) -> (usize, usize) {
        let mut from = at;
        while from > 0 && !self.tokens[from].first {
            from -= 1;
        }
        let rest = self.tokens.iter().enumerate().skip(at + 1);
        let to = rest
            .filter(|(_, token)| token.first)
            .map(|(to, _)| to)
            .next();
        (from, to.unwrap_or(self.tokens.len()))
    }

    /// Whether a statement can begin at the token.
    pub(crate) fn starts(&self, at: usize) -> bool {
        match self.before(at) {
            None => true,
            Some(before) => {
                (self.tokens[at].first && self.blocks[at])
                    || matches!(self.code_before(at), ";" | "{" | "}")
                        && before.kind == WordKind::Symbol
            }
        }
    }

    /// Whether a value can end with the token.
    pub(crate) fn ends_value(&self, at: usize) -> bool {
        let Some(token) = self.get(at) else {
            return false;
        };
        match token.kind {
            WordKind::Number | WordKind::Text => true,
            WordKind::Word => !is_keyword(token.text),
            WordKind::Symbol => matches!(token.text, ")" | "]" | "}"),
        }
    }

    /// Whether a value can begin with the token.
    pub(crate) fn begins_value(&self, at: usize) -> bool {
        let Some(token) = self.get(at) else {
            return false;
        };
        match token.kind {
            WordKind::Number | WordKind::Text | WordKind::Word => true,
            WordKind::Symbol => matches!(token.text, "(" | "[" | "#{" | "!" | "-"),
        }
    }
}

/// Words after which a value is still to come.
const KEYWORDS: &[&str] = &[
    "let", "const", "if", "else", "while", "for", "in", "loop", "do", "until", "return", "throw",
    "switch", "fn", "try", "catch", "import", "export", "as", "private", "and", "or", "not", "is",
    "elif", "unpack",
];

/// Whether a word is one of the language's own, in rhai or, as `and`, in Python.
pub(crate) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

fn scan(text: &str) -> Vec<SourceWord<'_>> {
    let mut end = 0;
    let words = lexer::words(text).into_iter().map(|word| {
        let before = &text[end..word.start];
        let token = SourceWord {
            kind: match word.kind {
                TokenKind::Name => WordKind::Word,
                TokenKind::Number => WordKind::Number,
                TokenKind::Text => WordKind::Text,
                _ => WordKind::Symbol,
            },
            text: word.of(text),
            start: word.start,
            end: word.end,
            first: end == 0 || before.contains('\n'),
            glued: before.is_empty(),
        };
        end = word.end;
        token
    });
    words.collect()
}
