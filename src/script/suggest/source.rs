//! Tokens of a source that may be Python, rhai, or something between: comments are skipped, texts
//! of both languages are one token, brackets know their partners.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Word,
    Number,
    Text,
    Symbol,
}

/// A piece of the source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
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
pub(crate) struct Source<'a> {
    pub(crate) text: &'a str,
    pub(crate) tokens: Vec<Token<'a>>,
    /// For each bracket the index of its partner.
    partners: Vec<Option<usize>>,
    /// How many brackets stand open before each token.
    depths: Vec<usize>,
    /// Whether statements stand there: the innermost open bracket is a brace, or there is none.
    blocks: Vec<bool>,
}

/// Longest first.
const SYMBOLS: &[&str] = &[
    "===", "!==", "**=", "<<=", ">>=", "..=", ">>>", "...", "**", "++", "--", "->", "=>", "==",
    "!=", "<=", ">=", "&&", "||", "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^=", "::", "..", ":=",
    "<>", "??", "?.", "?[", "#{", "<<", ">>",
];

impl<'a> Source<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let tokens = scan(text);
        let mut partners = vec![None; tokens.len()];
        let mut depths = Vec::with_capacity(tokens.len());
        let mut blocks = Vec::with_capacity(tokens.len());
        let mut open: Vec<usize> = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            let closes = token.kind == Kind::Symbol && matches!(token.text, ")" | "]" | "}");
            if closes && let Some(partner) = open.pop() {
                partners[at] = Some(partner);
                partners[partner] = Some(at);
            }
            depths.push(open.len());
            blocks.push(open.last().is_none_or(|open| tokens[*open].text == "{"));
            if token.kind == Kind::Symbol && matches!(token.text, "(" | "[" | "{" | "#{" | "?[") {
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

    pub(crate) fn get(&self, at: usize) -> Option<&Token<'a>> {
        self.tokens.get(at)
    }

    pub(crate) fn before(&self, at: usize) -> Option<&Token<'a>> {
        self.tokens.get(at.checked_sub(1)?)
    }

    /// The text of the token at a place that is not a text; empty where there is none.
    pub(crate) fn code(&self, at: usize) -> &'a str {
        match self.tokens.get(at) {
            Some(token) if token.kind != Kind::Text => token.text,
            _ => "",
        }
    }

    /// [`Source::code`] of the token before.
    pub(crate) fn code_before(&self, at: usize) -> &'a str {
        at.checked_sub(1).map_or("", |at| self.code(at))
    }

    pub(crate) fn is(&self, at: usize, kind: Kind) -> bool {
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
                        && before.kind == Kind::Symbol
            }
        }
    }

    /// Whether a value can end with the token.
    pub(crate) fn ends_value(&self, at: usize) -> bool {
        let Some(token) = self.get(at) else {
            return false;
        };
        match token.kind {
            Kind::Number | Kind::Text => true,
            Kind::Word => !KEYWORDS.contains(&token.text),
            Kind::Symbol => matches!(token.text, ")" | "]" | "}"),
        }
    }

    /// Whether a value can begin with the token.
    pub(crate) fn begins_value(&self, at: usize) -> bool {
        let Some(token) = self.get(at) else {
            return false;
        };
        match token.kind {
            Kind::Number | Kind::Text | Kind::Word => true,
            Kind::Symbol => matches!(token.text, "(" | "[" | "#{" | "!" | "-"),
        }
    }
}

/// Words after which a value is still to come.
const KEYWORDS: &[&str] = &[
    "let", "const", "if", "else", "while", "for", "in", "loop", "do", "until", "return", "throw",
    "switch", "fn", "try", "catch", "import", "export", "as", "private", "and", "or", "not", "is",
    "elif", "unpack",
];

fn scan(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut at, mut first, mut glued) = (0, true, true);
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let skipped = blank_or_comment(rest, c, at);
        if skipped > 0 {
            first |= rest[..skipped].contains('\n');
            glued = false;
            at += skipped;
            continue;
        }
        let (kind, length) = token(rest, c);
        tokens.push(Token {
            kind,
            text: &rest[..length],
            start: at,
            end: at + length,
            first,
            glued,
        });
        (first, glued) = (false, true);
        at += length;
        if kind == Kind::Symbol && &rest[..length] == "#" {
            // A comment of another language: what it says is no code.
            at += text[at..].find('\n').unwrap_or(text.len() - at);
        }
    }
    tokens
}

/// How long the blank or the comment is that begins here; 0 where there is none.
fn blank_or_comment(rest: &str, c: char, at: usize) -> usize {
    if c.is_whitespace() {
        return c.len_utf8();
    }
    let line = || rest.find('\n').unwrap_or(rest.len());
    if rest.starts_with("//") || (at == 0 && rest.starts_with("#!")) {
        return line();
    }
    if !rest.starts_with("/*") {
        return 0;
    }
    let (mut depth, mut end) = (0_usize, 0);
    while end < rest.len() {
        let here = &rest[end..];
        if here.starts_with("/*") {
            depth += 1;
            end += 2;
        } else if here.starts_with("*/") {
            depth -= 1;
            end += 2;
            if depth == 0 {
                break;
            }
        } else {
            end += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    end
}

fn token(rest: &str, c: char) -> (Kind, usize) {
    if let Some(length) = text_length(rest, c) {
        return (Kind::Text, length);
    }
    let run = |part: fn(char) -> bool| rest.find(|c| !part(c)).unwrap_or(rest.len());
    let word = |c: char| c.is_alphanumeric() || c == '_';
    if c.is_ascii_digit() {
        let whole = run(word);
        let fraction = &rest[whole..];
        let digits = fraction
            .strip_prefix('.')
            .filter(|digits| digits.starts_with(|c: char| c.is_ascii_digit()));
        let fraction = digits.map_or(0, |digits| {
            1 + digits.find(|c| !word(c)).unwrap_or(digits.len())
        });
        return (Kind::Number, whole + fraction);
    }
    if word(c) {
        return (Kind::Word, run(word));
    }
    let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
    (
        Kind::Symbol,
        symbol.map_or(c.len_utf8(), |symbol| symbol.len()),
    )
}

/// How long the text literal is that begins here, if one does.
fn text_length(rest: &str, c: char) -> Option<usize> {
    match c {
        '"' | '\'' => {
            // For rhai a doubled quote is one within a text: `""""` is a text of one.
            let triple = if c == '"' { "\"\"\"" } else { "'''" };
            if let Some(body) = rest
                .strip_prefix(triple)
                .filter(|body| !body.starts_with(c))
            {
                match body.find(triple) {
                    Some(end) => return Some(end + 6),
                    None if !body.contains(c) => return Some(rest.len()),
                    None => {}
                }
            }
            Some(quoted_length(rest, c))
        }
        '`' => Some(backtick_length(rest, 0)),
        '#' => {
            let hashes = rest.len() - rest.trim_start_matches('#').len();
            let body = rest[hashes..].strip_prefix('"')?;
            let close = format!("\"{}", "#".repeat(hashes));
            let end = body.find(&close).map(|end| end + close.len());
            Some(hashes + 1 + end.unwrap_or(body.len()))
        }
        _ => None,
    }
}

/// A text between quotes ends with its line, unless a backslash continues it.
fn quoted_length(rest: &str, quote: char) -> usize {
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => {
                characters.next();
            }
            '\n' => return at,
            '"' if quote == '"' && characters.next_if(|(_, next)| *next == '"').is_some() => {}
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// A text between backticks goes over lines, and code may stand in it.
fn backtick_length(rest: &str, depth: usize) -> usize {
    let mut at = 1;
    while at < rest.len() {
        let here = &rest[at..];
        if here.starts_with("``") {
            at += 2;
        } else if here.starts_with('`') {
            return at + 1;
        } else if here.starts_with("${") && depth < 8 {
            at += 2 + code_length(&here[2..], depth + 1);
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The code in a text, up to and with its closing brace.
fn code_length(rest: &str, depth: usize) -> usize {
    let (mut at, mut braces) = (0, 1_usize);
    while let Some(c) = rest[at..].chars().next() {
        let here = &rest[at..];
        at += match c {
            '"' | '\'' => quoted_length(here, c),
            '`' => backtick_length(here, depth),
            '{' => {
                braces += 1;
                1
            }
            '}' => {
                braces -= 1;
                if braces == 0 {
                    return at + 1;
                }
                1
            }
            _ => c.len_utf8(),
        };
    }
    rest.len()
}
