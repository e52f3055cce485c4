//! The one tolerant lexer: the tokens of any text, be it rhai, Python or something between, while it
//! is being typed or after. Never an error, linear in the text, no recursion.
//!
//! Only where a statement ends is decided by rhai's own lexer (`statements`).

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// `// …` or `/* … */`.
    Comment,
    /// A text in quotes, or the part of a `` ` `` text outside its `${ }`.
    Text,
    /// `80`, `0xff`, `2.5`.
    Number,
    /// A name or a keyword.
    Name,
    /// `(`, `[`, `{`, and the `${` in a text.
    Open,
    /// `)`, `]`, `}`.
    Close,
    /// Any other character; a whole operator among [`words`].
    Symbol,
}

/// A token: its place in bytes and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: TokenKind,
    /// Whether a text or comment ends within the line.
    pub(crate) closed: bool,
    /// In how many `${ }` it is.
    level: usize,
}

impl Token {
    /// Its text.
    pub(crate) fn of(self, line: &str) -> &str {
        line.get(self.start..self.end).unwrap_or_default()
    }
}

/// Operators of several characters, of any language, longest first.
const OPERATORS: &[&str] = &[
    "===", "!==", "**=", "<<=", ">>=", "..=", ">>>", "...", "**", "++", "--", "->", "=>", "==",
    "!=", "<=", ">=", "&&", "||", "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^=", "::", "..", ":=",
    "<>", "??", "?.", "?[", "#{", "<<", ">>",
];

/// The tokens of a text as a reader takes them: without comments, a `` ` `` text whole with what is
/// in its `${ }`, an operator whole.
pub(crate) fn words(source: &str) -> Vec<Token> {
    let mut rest = tokens(source).into_iter().peekable();
    let mut words = Vec::new();
    while let Some(mut token) = rest.next() {
        match token.kind {
            TokenKind::Comment => continue,
            TokenKind::Text => {
                let level = token.level;
                let opens = |next: &Token| next.of(source) == "${";
                while let Some(inner) = rest.next_if(|next| next.level > level || opens(next)) {
                    token.end = inner.end;
                    // What follows a `${ }` is the same text again.
                    if inner.level > level
                        && let Some(part) = rest.next_if(|next| next.level == level)
                    {
                        (token.end, token.closed) = (part.end, part.closed);
                    }
                }
            }
            TokenKind::Symbol => {
                let here = &source[token.start..];
                let operator = OPERATORS.iter().find(|text| here.starts_with(**text));
                let end = token.start + operator.map_or(0, |text| text.len());
                while let Some(part) = rest.next_if(|next| next.start < end) {
                    (token.end, token.kind) = (part.end, part.kind);
                }
            }
            _ => {}
        }
        words.push(token);
    }
    words
}

/// The tokens of a text, blanks left out.
pub(crate) fn tokens(line: &str) -> Vec<Token> {
    let mut lexer = Lexer {
        line,
        at: 0,
        templates: Vec::new(),
        tokens: Vec::new(),
    };
    while lexer.step() {}
    lexer.tokens
}

struct Lexer<'a> {
    line: &'a str,
    at: usize,
    /// For each `${` that is open, the braces opened since.
    templates: Vec<usize>,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.line[self.at..]
    }

    /// Whether a script's `#!` is here.
    fn is_first_line(&self) -> bool {
        self.at == 0 && self.line.starts_with("#!")
    }

    fn push(&mut self, kind: TokenKind, length: usize, closed: bool) {
        let start = self.at;
        self.at += length;
        let end = self.at;
        self.tokens.push(Token {
            start,
            end,
            kind,
            closed,
            level: self.templates.len(),
        });
    }

    /// Reads one token; false at the end.
    fn step(&mut self) -> bool {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        let Some(first) = self.rest().chars().next() else {
            return false;
        };
        match first {
            '/' | '#' if self.rest().starts_with("//") || self.is_first_line() => {
                let length = self.rest().find('\n').unwrap_or(self.rest().len());
                self.push(TokenKind::Comment, length, true);
            }
            '/' if self.rest().starts_with("/*") => {
                let (length, closed) = block_comment(self.rest());
                self.push(TokenKind::Comment, length, closed);
            }
            '"' | '\'' => {
                let (length, closed) = quoted(self.rest(), first);
                self.push(TokenKind::Text, length, closed);
            }
            '`' => self.template(1),
            '#' => self.hash(),
            '(' | '[' | '{' => self.open(first),
            ')' | ']' | '}' => self.close(first),
            c if c.is_ascii_digit() => {
                let length = number(self.rest());
                self.push(TokenKind::Number, length, true);
            }
            c if is_letter(c) => {
                let end = self.rest().find(|c| !is_letter(c));
                let length = end.unwrap_or(self.rest().len());
                self.push(TokenKind::Name, length, true);
            }
            c => self.push(TokenKind::Symbol, c.len_utf8(), true),
        }
        true
    }

    fn open(&mut self, bracket: char) {
        if let (Some(braces), '{') = (self.templates.last_mut(), bracket) {
            *braces += 1;
        }
        self.push(TokenKind::Open, 1, true);
    }

    fn close(&mut self, bracket: char) {
        self.push(TokenKind::Close, 1, true);
        if bracket != '}' {
            return;
        }
        match self.templates.last_mut() {
            Some(0) => {
                self.templates.pop();
                self.template(0);
            }
            Some(braces) => *braces -= 1,
            None => {}
        }
    }

    /// Reads a `` ` `` text, or its part behind a `${ }`, up to its end or the next `${`.
    fn template(&mut self, from: usize) {
        let rest = self.rest();
        let inside = &rest[from..];
        // Both are looked for in one go: the far one may be at the end of a long line.
        let mut letters = inside.char_indices().peekable();
        let first = loop {
            match letters.next() {
                None => break None,
                // A doubled one is a letter of the text.
                Some((at, '`')) if letters.next_if(|(_, next)| *next == '`').is_none() => {
                    break Some((at, 1, false));
                }
                Some((at, '$')) if inside[at..].starts_with("${") => break Some((at, 0, true)),
                Some(_) => {}
            }
        };
        match first {
            Some((at, quote, opens)) => {
                self.push(TokenKind::Text, from + at + quote, true);
                if opens {
                    self.push(TokenKind::Open, 2, true);
                    self.templates.push(0);
                }
            }
            None => self.push(TokenKind::Text, rest.len(), false),
        }
    }

    /// `#"…"#`, the `#` of a map, or one that begins another language's comment.
    fn hash(&mut self) {
        let rest = self.rest();
        let marks = rest.bytes().take_while(|byte| *byte == b'#').count();
        if rest.as_bytes().get(marks) != Some(&b'"') {
            self.push(TokenKind::Symbol, 1, true);
            let said = self.rest().find('\n').unwrap_or(self.rest().len());
            if said > 0 && !self.rest().starts_with('{') {
                self.push(TokenKind::Comment, said, true);
            }
            return;
        }
        let begins = marks + 1;
        let close = format!("\"{}", "#".repeat(marks));
        match rest[begins..].find(&close) {
            Some(at) => self.push(TokenKind::Text, begins + at + close.len(), true),
            None => self.push(TokenKind::Text, rest.len(), false),
        }
    }
}

/// Whether a character may stand in a name.
pub(crate) fn is_letter(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The length of a text in simple quotes; without its end it goes to the line's end. A doubled quote
/// is a letter of the text; between Python's three it goes over lines.
fn quoted(text: &str, quote: char) -> (usize, bool) {
    let triple = if quote == '"' { "\"\"\"" } else { "'''" };
    let body = text.strip_prefix(triple);
    if let Some(body) = body.filter(|body| !body.starts_with(quote)) {
        match body.find(triple) {
            Some(end) => return (end + 2 * triple.len(), true),
            None if !body.contains(quote) => return (text.len(), false),
            None => {}
        }
    }
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = letters.next() {
        match c {
            '\n' => return (at, false),
            '\\' => drop(letters.next()),
            c if c == quote && letters.next_if(|(_, next)| *next == quote).is_none() => {
                return (at + 1, true);
            }
            _ => {}
        }
    }
    (text.len(), false)
}

fn block_comment(text: &str) -> (usize, bool) {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 0_usize);
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => {
                depth += 1;
                at += 2;
            }
            [b'*', b'/', ..] => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return (at, true);
                }
            }
            _ => at += 1,
        }
    }
    (text.len(), false)
}

fn number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let point = byte == b'.' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        if !(byte.is_ascii_alphanumeric() || byte == b'_' || point) {
            break;
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop, prop_assert, prop_assert_eq, proptest};

    use super::{TokenKind, tokens, words};

    fn read(line: &str) -> Vec<(&str, TokenKind)> {
        tokens(line)
            .into_iter()
            .map(|token| (token.of(line), token.kind))
            .collect()
    }

    #[test]
    fn a_line_falls_into_its_tokens() {
        use TokenKind::{Close, Comment, Name, Number, Open, Symbol, Text};
        assert_eq!(
            read("let s = f('a', 0..2.5) // end"),
            [
                ("let", Name),
                ("s", Name),
                ("=", Symbol),
                ("f", Name),
                ("(", Open),
                ("'a'", Text),
                (",", Symbol),
                ("0", Number),
                (".", Symbol),
                (".", Symbol),
                ("2.5", Number),
                (")", Close),
                ("// end", Comment),
            ]
        );
    }

    #[test]
    fn code_in_a_template_is_code() {
        use TokenKind::{Close, Name, Open, Symbol, Text};
        assert_eq!(
            read("`a ${ #{b: `c`} } d`"),
            [
                ("`a ", Text),
                ("${", Open),
                ("#", Symbol),
                ("{", Open),
                ("b", Name),
                (":", Symbol),
                ("`c`", Text),
                ("}", Close),
                ("}", Close),
                (" d`", Text),
            ]
        );
    }

    #[test]
    fn what_never_ends_goes_to_the_end() {
        for line in ["\"abc", "'abc", "`abc", "#\"abc", "/* abc", "/* /* */"] {
            let tokens = tokens(line);
            assert_eq!(tokens.len(), 1, "{line}");
            assert!(!tokens[0].closed && tokens[0].end == line.len(), "{line}");
        }
        assert_eq!(read("\"a\nb").len(), 2);
        assert_eq!(read("\"a\\\nb\"").len(), 1);
    }

    #[test]
    fn a_reader_takes_texts_and_operators_whole() {
        let read = |line| -> Vec<&str> { words(line).iter().map(|word| word.of(line)).collect() };
        assert_eq!(
            read("a += `x ${ f(`${b}`) } ${c}`.len /* + */ ?? #{d: 0..=2} // e"),
            [
                "a",
                "+=",
                "`x ${ f(`${b}`) } ${c}`",
                ".",
                "len",
                "??",
                "#{",
                "d",
                ":",
                "0",
                "..=",
                "2",
                "}",
            ]
        );
        assert_eq!(
            read("'it''s' + \"\"\"a\nb\"\"\""),
            ["'it''s'", "+", "\"\"\"a\nb\"\"\""]
        );
        assert_eq!(read("#!/bin/x\nf(`a ${ b"), ["f", "(", "`a ${ b"]);
        assert_eq!(read("x # don't `\ny"), ["x", "#", "y"]);
    }

    proptest! {
        #[test]
        fn tokens_cover_any_text(source in "(?s).{0,200}") {
            covers(&source)?;
        }

        #[test]
        fn tokens_cover_any_likely_text(parts in prop::collection::vec(prop::sample::select(vec![
            "`", "${", "}", "{", "\"", "'", "\\", "/*", "*/", "//", "\n", "x", "1.5", "#\"", "\"#",
            "#{", "#", " ", "é", "..", "=", "(", "]", "\"\"\"",
        ]), 0..60)) {
            covers(&parts.concat())?;
        }
    }

    /// Between tokens is nothing but blanks, and words are made of whole tokens.
    fn covers(source: &str) -> Result<(), proptest::test_runner::TestCaseError> {
        let tokens = tokens(source);
        let mut at = 0;
        for token in &tokens {
            prop_assert!(token.start >= at && token.end >= token.start);
            prop_assert_eq!(source[at..token.start].trim(), "");
            at = token.end;
        }
        prop_assert_eq!(source[at..].trim(), "");
        let mut at = 0;
        for word in words(source) {
            prop_assert!(word.start >= at && word.end <= source.len());
            prop_assert!(tokens.iter().any(|token| token.start == word.start));
            prop_assert!(tokens.iter().any(|token| token.end == word.end));
            at = word.end;
        }
        Ok(())
    }
}
