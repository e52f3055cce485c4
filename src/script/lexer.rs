//! The one tolerant lexer: the tokens of any text, be it rhai, Python or something between, while it
//! is being typed or after. Never an error, linear in the text, no recursion.
//!
//! What rhai takes for a token is one here too: `statements` cuts by these tokens, and its tests hold
//! them against rhai's parser. What rhai refuses is read as its writer may have meant it.

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
    /// `(`, `[`, `{`, `#{`, `?[`, and the `${` in a text.
    Open,
    /// `)`, `]`, `}`.
    Close,
    /// An operator, or any other character.
    Symbol,
}

/// A token: its place in bytes and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: TokenKind,
    /// Whether a text or comment ends.
    pub(crate) closed: bool,
    /// A text's quote, also of its parts after a `${ }`; `#` where it is `#"…"#`.
    pub(crate) quote: Option<char>,
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
    "===", "!==", "**=", "<<=", ">>=", "..=", ">>>", "...", "::<", "**", "++", "--", "->", "<-",
    "=>", "==", "!=", "<=", ">=", "&&", "||", "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^=", "::",
    "..", ":=", "<>", "??", "?.", "?[", "<<", ">>",
];

/// The tokens of a text as a reader takes them: without comments, a `` ` `` text whole with what is
/// in its `${ }`.
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
            _ => {}
        }
        words.push(token);
    }
    words
}

/// The tokens of a text, blanks left out.
pub(crate) fn tokens(line: &str) -> Vec<Token> {
    Lexer::new(line, 0).collect()
}

/// Reads the tokens of a text one by one.
#[derive(Debug, Clone)]
pub(crate) struct Lexer<'a> {
    line: &'a str,
    at: usize,
    /// For each `${` that is open, the braces opened since.
    templates: Vec<usize>,
    /// What comes after a token without a blank: the `${` after a text's part, the comment after `#`.
    next: Option<TokenKind>,
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        match self.next.take() {
            Some(TokenKind::Comment) => {
                let length = self.rest_of_line().len();
                return Some(self.token(TokenKind::Comment, length, true));
            }
            Some(TokenKind::Text) => return Some(self.template(0)),
            Some(kind) => {
                let opened = self.token(kind, 2, true);
                self.templates.push(0);
                return Some(opened);
            }
            None => {}
        }
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        let first = self.rest().chars().next()?;
        Some(self.read(first))
    }
}

impl<'a> Lexer<'a> {
    /// Reads from a byte on, which must not lie inside a token.
    pub(crate) fn new(line: &'a str, at: usize) -> Self {
        let mut at = at.min(line.len());
        while !line.is_char_boundary(at) {
            at += 1;
        }
        Self {
            line,
            at,
            templates: Vec::new(),
            next: None,
        }
    }

    /// The byte after the last token.
    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    fn rest(&self) -> &'a str {
        &self.line[self.at..]
    }

    /// A lone carriage return ends a line, too: for rhai it ends a comment.
    fn rest_of_line(&self) -> &'a str {
        let rest = self.rest();
        &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())]
    }

    /// Whether a script's `#!` is here.
    fn is_first_line(&self) -> bool {
        self.at == 0 && self.line.starts_with("#!")
    }

    fn token(&mut self, kind: TokenKind, length: usize, closed: bool) -> Token {
        #[cfg(test)]
        READ.with(|read| read.set(read.get() + length));
        let start = self.at;
        self.at += length;
        Token {
            start,
            end: self.at,
            kind,
            closed,
            quote: None,
            level: self.templates.len(),
        }
    }

    fn text(&mut self, quote: char, (length, closed): (usize, bool)) -> Token {
        let text = self.token(TokenKind::Text, length, closed);
        let quote = Some(quote);
        Token { quote, ..text }
    }

    /// The token that begins with the character here.
    fn read(&mut self, first: char) -> Token {
        let rest = self.rest();
        match first {
            '/' | '#' if rest.starts_with("//") || self.is_first_line() => {
                self.token(TokenKind::Comment, self.rest_of_line().len(), true)
            }
            '/' if rest.starts_with("/*") => {
                let (length, closed) = block_comment(rest);
                self.token(TokenKind::Comment, length, closed)
            }
            '"' | '\'' => self.text(first, quoted(rest, first)),
            '`' => self.template(1),
            '#' => self.hash(),
            '(' | '[' | '{' => self.open(1),
            ')' | ']' | '}' => self.close(first),
            c if c.is_ascii_digit() => self.token(TokenKind::Number, number(rest), true),
            c if is_letter(c) => {
                let length = rest.find(|c| !is_letter(c)).unwrap_or(rest.len());
                self.token(TokenKind::Name, length, true)
            }
            c => {
                let operator = OPERATORS.iter().find(|text| rest.starts_with(**text));
                match operator {
                    Some(&"?[") => self.open(2),
                    Some(text) => self.token(TokenKind::Symbol, text.len(), true),
                    None => self.token(TokenKind::Symbol, c.len_utf8(), true),
                }
            }
        }
    }

    /// An opening bracket of this length: `{` or `#{`.
    fn open(&mut self, length: usize) -> Token {
        let opened = self.token(TokenKind::Open, length, true);
        if let (Some(braces), true) = (
            self.templates.last_mut(),
            opened.of(self.line).ends_with('{'),
        ) {
            *braces += 1;
        }
        opened
    }

    fn close(&mut self, bracket: char) -> Token {
        let closed = self.token(TokenKind::Close, 1, true);
        match self.templates.last_mut() {
            _ if bracket != '}' => {}
            Some(0) => {
                self.templates.pop();
                self.next = Some(TokenKind::Text);
            }
            Some(braces) => *braces -= 1,
            None => {}
        }
        closed
    }

    /// A `` ` `` text, or its part after a `${ }`, up to its end or the next `${`.
    fn template(&mut self, from: usize) -> Token {
        let rest = self.rest();
        let inside = &rest[from..];
        // Both are looked for in one go: the far one may be at the end of a long line.
        let mut letters = inside.char_indices().peekable();
        while let Some((at, letter)) = letters.next() {
            match letter {
                // A doubled one is a letter of the text.
                '`' if letters.next_if(|(_, next)| *next == '`').is_none() => {
                    return self.text('`', (from + at + 1, true));
                }
                '\\' if inside[at..].starts_with("\\${") => drop(letters.next()),
                '$' if inside[at..].starts_with("${") => {
                    self.next = Some(TokenKind::Open);
                    return self.text('`', (from + at, true));
                }
                _ => {}
            }
        }
        self.text('`', (rest.len(), false))
    }

    /// `#"…"#`, a map's `#{`, or the `#` that begins another language's comment.
    fn hash(&mut self) -> Token {
        let rest = self.rest();
        let marks = rest.bytes().take_while(|byte| *byte == b'#').count();
        if rest[marks..].starts_with('"') {
            let begins = marks + 1;
            let close = format!("\"{}", "#".repeat(marks));
            let end = rest[begins..].find(&close);
            let end = end.map(|at| (begins + at + close.len(), true));
            return self.text('#', end.unwrap_or((rest.len(), false)));
        }
        if rest.starts_with("#{") {
            return self.open(2);
        }
        let sign = self.token(TokenKind::Symbol, 1, true);
        self.next = (!self.rest_of_line().is_empty()).then_some(TokenKind::Comment);
        sign
    }
}

#[cfg(test)]
thread_local! {
    /// How many bytes became tokens: the proof that a cut is linear.
    pub(crate) static READ: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Whether a character may stand in a name.
pub(crate) fn is_letter(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The length of a text in simple quotes, and whether it ends; without its end it goes to the line's
/// end. A doubled quote is a letter of the text, and after a `\` a text in `"` goes on in the next
/// line. What does not end so may be Python's, between three quotes, over lines.
fn quoted(text: &str, quote: char) -> (usize, bool) {
    let in_one_line = simply_quoted(text, quote);
    let triple = if quote == '"' { "\"\"\"" } else { "'''" };
    let body = text.strip_prefix(triple).filter(|_| !in_one_line.1);
    match body.map(|body| (body, body.find(triple))) {
        Some((_, Some(end))) => (end + 2 * triple.len(), true),
        Some((body, None)) if !body.contains(quote) => (text.len(), false),
        _ => in_one_line,
    }
}

fn simply_quoted(text: &str, quote: char) -> (usize, bool) {
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = letters.next() {
        match c {
            '\n' => return (at, false),
            '\\' => {
                let goes_on = |next: char| quote == '"' || next != '\n';
                let escaped = letters.next_if(|(_, next)| goes_on(*next));
                if escaped.is_some_and(|(_, next)| next == '\r') {
                    letters.next_if(|(_, next)| *next == '\n' && goes_on('\n'));
                }
            }
            c if c == quote && letters.next_if(|(_, next)| *next == quote).is_none() => {
                return (at + 1, true);
            }
            _ => {}
        }
    }
    (text.len(), false)
}

/// The length of a `/* */`, in which others may lie, and whether it ends.
pub(crate) fn block_comment(text: &str) -> (usize, bool) {
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

/// The length of a number: at most one point, which may end it where no name could follow.
fn number(text: &str) -> usize {
    let digits = |from: usize| {
        let rest = &text[from..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        from + end.unwrap_or(rest.len())
    };
    let whole = digits(0);
    let Some(after) = text[whole..].strip_prefix('.') else {
        return whole;
    };
    match after.chars().next() {
        Some(next) if next.is_ascii_digit() => digits(whole + 1),
        Some(next) if next != '.' && !is_letter(next) => whole + 1,
        _ => whole,
    }
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
                ("..", Symbol),
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
                ("#{", Open),
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
