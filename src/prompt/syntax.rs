//! The tokens of a line while it is being typed: never an error, linear in the line, no recursion.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
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
    /// Any other character.
    Symbol,
}

/// A token: its place in bytes and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: Kind,
    /// Whether a text or comment ends within the line.
    pub(crate) closed: bool,
}

impl Token {
    /// Its text.
    pub(crate) fn of(self, line: &str) -> &str {
        line.get(self.start..self.end).unwrap_or_default()
    }
}

/// The tokens of a line, blanks left out.
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

    fn push(&mut self, kind: Kind, length: usize, closed: bool) {
        let start = self.at;
        self.at += length;
        let end = self.at;
        self.tokens.push(Token {
            start,
            end,
            kind,
            closed,
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
            '/' if self.rest().starts_with("//") => {
                let length = self.rest().find('\n').unwrap_or(self.rest().len());
                self.push(Kind::Comment, length, true);
            }
            '/' if self.rest().starts_with("/*") => {
                let (length, closed) = block_comment(self.rest());
                self.push(Kind::Comment, length, closed);
            }
            '"' | '\'' => {
                let (length, closed) = quoted(self.rest(), first);
                self.push(Kind::Text, length, closed);
            }
            '`' => self.template(1),
            '#' => self.hash(),
            '(' | '[' | '{' => self.open(first),
            ')' | ']' | '}' => self.close(first),
            c if c.is_ascii_digit() => {
                let length = number(self.rest());
                self.push(Kind::Number, length, true);
            }
            c if is_letter(c) => {
                let end = self.rest().find(|c| !is_letter(c));
                let length = end.unwrap_or(self.rest().len());
                self.push(Kind::Name, length, true);
            }
            c => self.push(Kind::Symbol, c.len_utf8(), true),
        }
        true
    }

    fn open(&mut self, bracket: char) {
        if let (Some(braces), '{') = (self.templates.last_mut(), bracket) {
            *braces += 1;
        }
        self.push(Kind::Open, 1, true);
    }

    fn close(&mut self, bracket: char) {
        self.push(Kind::Close, 1, true);
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
        let first = inside.char_indices().find_map(|(at, c)| match c {
            '`' => Some((at, 1, false)),
            '$' if inside[at..].starts_with("${") => Some((at, 0, true)),
            _ => None,
        });
        match first {
            Some((at, quote, opens)) => {
                self.push(Kind::Text, from + at + quote, true);
                if opens {
                    self.push(Kind::Open, 2, true);
                    self.templates.push(0);
                }
            }
            None => self.push(Kind::Text, rest.len(), false),
        }
    }

    /// `#"…"#`, or a `#` that stands alone.
    fn hash(&mut self) {
        let rest = self.rest();
        let marks = rest.bytes().take_while(|byte| *byte == b'#').count();
        if rest.as_bytes().get(marks) != Some(&b'"') {
            return self.push(Kind::Symbol, marks, true);
        }
        let begins = marks + 1;
        let close = format!("\"{}", "#".repeat(marks));
        match rest[begins..].find(&close) {
            Some(at) => self.push(Kind::Text, begins + at + close.len(), true),
            None => self.push(Kind::Text, rest.len(), false),
        }
    }
}

/// Whether a character may stand in a name.
pub(crate) fn is_letter(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The length of a text in simple quotes; without its end it goes to the line's end.
fn quoted(text: &str, quote: char) -> (usize, bool) {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' if !escaped => return (at, false),
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return (at + 1, true),
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
    use super::{Kind, tokens};

    fn read(line: &str) -> Vec<(&str, Kind)> {
        tokens(line)
            .into_iter()
            .map(|token| (token.of(line), token.kind))
            .collect()
    }

    #[test]
    fn a_line_falls_into_its_tokens() {
        use Kind::{Close, Comment, Name, Number, Open, Symbol, Text};
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
        use Kind::{Close, Name, Open, Symbol, Text};
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
}
