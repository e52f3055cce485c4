//! rhai's lexer on a text whose byte offsets are kept: one token at a time, comments skipped.

use rhai::{InputStream, LexError, Position, Token, TokenizeState, get_next_token};

/// What a token means for the cut between statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `(`, `[`, `{` (and `#{`, `?[`); `$` for the `{` of a `${`.
    Open(char),
    /// `)`, `]` or `}`.
    Close(char),
    /// `;`
    SemiColon,
    /// `fn`
    Fn,
    /// `private`
    Private,
    /// `if`
    If,
    /// `else`
    Else,
    /// `try`
    Try,
    /// `catch`
    Catch,
    /// `loop`, whose body follows at once.
    Loop,
    /// `while`, `for`, `switch`: a statement with a body behind an expression.
    BlockWord,
    /// A name, a number, a text: something an operand can end with.
    Operand,
    /// Something that an operand must follow: `+`, `=`, `,`, `let`.
    Wants,
    /// Any other token.
    Other,
    /// The lexer refuses it.
    Wrong,
    /// A text that may span lines does not end.
    OpenText,
}

/// One token: its place in bytes and its meaning.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lexeme {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) shape: Shape,
    /// Where the lexer gave up, for [`Shape::Wrong`].
    pub(crate) fault: usize,
    /// A closure's `|` or `||`, or a prefix operator.
    pub(crate) prefix: bool,
    /// A `#{`: an open brace, but never a block.
    pub(crate) map: bool,
}

impl Lexeme {
    /// Whether a `{` behind this token opens a body, not an operand of its own.
    pub(crate) fn ends_operand(self) -> bool {
        matches!(
            self.shape,
            Shape::Operand
                | Shape::Close(_)
                | Shape::Else
                | Shape::Try
                | Shape::Catch
                | Shape::Loop
        )
    }

    /// Whether a statement cannot end behind this token.
    pub(crate) fn wants_more(self) -> bool {
        matches!(self.shape, Shape::Wants)
    }
}

/// The tokens of a text from an offset on.
pub(crate) struct Tokens<'a> {
    stream: ByteStream<'a>,
    state: TokenizeState,
    complaint: Option<LexError>,
    /// The next token is the rest of a text with `${ }` in it.
    in_text: bool,
    /// The text just read stopped at a `${`; the next `{` is that one.
    interpolating: bool,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(source: &'a str, from: usize) -> Self {
        let mut from = from.min(source.len());
        while !source.is_char_boundary(from) {
            from += 1;
        }
        Self {
            stream: ByteStream { source, at: from },
            state: TokenizeState::default(),
            complaint: None,
            in_text: false,
            interpolating: false,
        }
    }

    /// The byte behind the last token.
    pub(crate) fn offset(&self) -> usize {
        self.stream.at
    }

    /// Forgets what was read behind `at`.
    pub(crate) fn rewind(&mut self, at: usize) {
        self.stream.at = at;
        self.in_text = false;
        self.interpolating = false;
        self.state = TokenizeState::default();
    }

    /// A `}` ended a `${`: the text goes on.
    pub(crate) fn resume_text(&mut self) {
        self.in_text = true;
    }

    /// What the lexer said about the last [`Shape::Wrong`] token.
    pub(crate) fn complaint(&self) -> String {
        self.complaint
            .as_ref()
            .map_or_else(String::new, super::fault::plain_lexer)
    }

    /// Skips blanks and comments; gives the place of the doc comment that ends them, if any, or
    /// the place of a comment that never ends.
    pub(crate) fn skip_blanks(&mut self) -> Result<Option<usize>, usize> {
        let mut doc = None;
        while !self.in_text && !self.interpolating {
            let rest = self.stream.rest();
            match rest.as_bytes() {
                [b'/', b'/', ..] => {
                    let is_doc = rest.starts_with("///") && !rest.starts_with("////");
                    doc = if is_doc {
                        doc.or(Some(self.offset()))
                    } else {
                        doc
                    };
                    // rhai lets a lone carriage return end a comment, too.
                    let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
                    self.stream.at += length;
                }
                [b'/', b'*', ..] => {
                    let is_doc = rest.starts_with("/**") && !rest.starts_with("/***");
                    let end = block_comment_end(self.stream.source, self.offset());
                    let end = end.ok_or(self.offset())?;
                    doc = if is_doc && end > self.offset() + 4 {
                        doc.or(Some(self.offset()))
                    } else {
                        doc
                    };
                    self.stream.at = end;
                }
                [byte, ..] if byte.is_ascii_whitespace() => self.stream.at += 1,
                _ => break,
            }
        }
        Ok(doc)
    }

    /// Skips to the next line if only blanks and comments are left on this one: `true` then, and
    /// `false` when another token comes first. Fails with the place of a comment without an end.
    pub(crate) fn finish_line(&mut self) -> Result<bool, usize> {
        loop {
            let rest = self.stream.rest();
            match rest.as_bytes() {
                [] => return Ok(true),
                [b'\n', ..] => {
                    self.stream.at += 1;
                    return Ok(true);
                }
                [b'/', b'/', ..] => {
                    self.stream.at += rest.find(['\n', '\r']).unwrap_or(rest.len());
                }
                [b'/', b'*', ..] => {
                    let start = self.offset();
                    let end = block_comment_end(self.stream.source, start).ok_or(start)?;
                    self.stream.at = end;
                }
                [byte, ..] if byte.is_ascii_whitespace() => self.stream.at += 1,
                _ => return Ok(false),
            }
        }
    }

    /// Takes a `;` that follows on the same line.
    pub(crate) fn take_semicolon(&mut self) {
        let rest = self.stream.rest();
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if rest[blanks..].starts_with(';') {
            self.stream.at += blanks + 1;
        }
    }

    /// The next token; `None` at the end. Blanks and comments must have been skipped.
    pub(crate) fn next(&mut self) -> Option<Lexeme> {
        let start = self.offset();
        if !self.in_text && self.stream.rest().starts_with('\'') {
            return Some(self.quoted(start));
        }
        let multi_line =
            self.in_text || matches!(self.stream.rest().as_bytes().first(), Some(b'`' | b'#'));
        let continues = self.stream.rest().starts_with('"');
        if std::mem::take(&mut self.in_text) {
            self.state.is_within_text_terminated_by = Some("`".into());
        }
        // Line numbers are not used: rhai's stop at 65 535.
        let mut position = Position::new(1, 0);
        let (token, _) = get_next_token(&mut self.stream, &mut self.state, &mut position);
        let unfinished = self.state.is_within_text_terminated_by.take().is_some();
        let (mut shape, prefix) = shape_of(&token);
        match &token {
            Token::EOF => return None,
            Token::LeftBrace if self.interpolating => shape = Shape::Open(super::INTERPOLATION),
            Token::LexError(error) => {
                let unterminated = matches!(**error, LexError::UnterminatedString);
                // A `"` with a `\` at the very end goes on in the next line.
                let goes_on = multi_line || (continues && self.ends_in_backslash(start));
                if unterminated && goes_on && self.stream.rest().is_empty() {
                    shape = Shape::OpenText;
                }
                self.complaint = Some((**error).clone());
            }
            _ if unfinished => shape = Shape::OpenText,
            _ => {}
        }
        self.interpolating = matches!(token, Token::InterpolatedString(_));
        let end = self.offset();
        let at_start = matches!(&token, Token::LexError(error) if points_at_start(error));
        let fault = if at_start {
            start
        } else {
            self.stream.before(end).max(start)
        };
        let map = token == Token::MapStart;
        Some(Lexeme {
            start,
            end,
            shape,
            fault,
            prefix,
            map,
        })
    }

    fn ends_in_backslash(&self, start: usize) -> bool {
        let text = self.stream.source[start..].trim_end_matches(['\n', '\r']);
        text.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
    }

    /// A text in single quotes, which rhai would take for one character.
    fn quoted(&mut self, start: usize) -> Lexeme {
        let end = quoted_end(self.stream.source, start);
        let shape = if end.is_some() {
            Shape::Operand
        } else {
            Shape::Wrong
        };
        if end.is_none() {
            self.complaint = Some(LexError::UnterminatedString);
        }
        let rest = self.stream.rest();
        let line = start + rest.find('\n').unwrap_or(rest.len());
        self.stream.at = end.unwrap_or(line);
        self.state.next_token_cannot_be_unary = true;
        Lexeme {
            start,
            end: self.offset(),
            shape,
            fault: start,
            prefix: false,
            map: false,
        }
    }
}

/// Whether the lexer's complaint is about the token's beginning, not about where it stopped.
fn points_at_start(error: &LexError) -> bool {
    !matches!(error, LexError::MalformedEscapeSequence(_))
}

fn shape_of(token: &Token) -> (Shape, bool) {
    let shape = match token {
        Token::LeftParen => Shape::Open('('),
        Token::LeftBracket | Token::QuestionBracket => Shape::Open('['),
        Token::LeftBrace | Token::MapStart => Shape::Open('{'),
        Token::RightParen => Shape::Close(')'),
        Token::RightBracket => Shape::Close(']'),
        Token::RightBrace => Shape::Close('}'),
        Token::SemiColon => Shape::SemiColon,
        Token::Fn => Shape::Fn,
        Token::Private => Shape::Private,
        Token::If => Shape::If,
        Token::Else => Shape::Else,
        Token::Try => Shape::Try,
        Token::Catch => Shape::Catch,
        Token::Loop => Shape::Loop,
        Token::While | Token::For | Token::Switch => Shape::BlockWord,
        Token::LexError(_) => Shape::Wrong,
        Token::Identifier(_)
        | Token::IntegerConstant(_)
        | Token::FloatConstant(_)
        | Token::CharConstant(_)
        | Token::StringConstant(_)
        | Token::True
        | Token::False
        | Token::Unit
        | Token::Reserved(_)
        | Token::Custom(_) => Shape::Operand,
        Token::Break | Token::Continue | Token::Return | Token::Throw => Shape::Other,
        Token::ExclusiveRange | Token::InclusiveRange | Token::InterpolatedString(_) => {
            Shape::Other
        }
        _ => Shape::Wants,
    };
    let prefix = matches!(
        token,
        Token::Pipe | Token::Or | Token::Bang | Token::UnaryMinus | Token::UnaryPlus
    );
    (shape, prefix)
}

/// Visits every token of a text, whatever its statements, with the count of open brackets.
pub(crate) fn walk(source: &str, mut visit: impl FnMut(&Lexeme, usize)) {
    let mut tokens = Tokens::new(source, 0);
    let mut open: Vec<char> = Vec::new();
    while tokens.skip_blanks().is_ok() {
        let Some(token) = tokens.next() else { break };
        match token.shape {
            Shape::Open(kind) => open.push(kind),
            Shape::Close(_) if open.pop() == Some(super::INTERPOLATION) => tokens.resume_text(),
            _ => {}
        }
        visit(&token, open.len());
    }
}

/// The byte after the `'…'` that begins at `start`; `None` when its line ends first. A backslash
/// takes the next character along; `''` inside a text is a quote, as rhai has it for `""`.
fn quoted_end(source: &str, start: usize) -> Option<usize> {
    let text = source.get(start + 1..)?;
    if text.starts_with('\'') && !text.starts_with("''") {
        return Some(start + 2);
    }
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\n' => return None,
            '\\' if chars.next().is_none_or(|(_, next)| next == '\n') => return None,
            '\'' if chars.next_if(|(_, next)| *next == '\'').is_none() => {
                return Some(start + 1 + at + 1);
            }
            _ => {}
        }
    }
    None
}

/// The end of the `/* */` at `from`, by rhai's rule: comments nest.
pub(crate) fn block_comment_end(source: &str, from: usize) -> Option<usize> {
    let text = source.get(from..)?.as_bytes();
    if !text.starts_with(b"/*") {
        return None;
    }
    let (mut level, mut at) = (1_usize, 2);
    while level > 0 {
        match text.get(at..)? {
            [] => return None,
            [b'/', b'*', ..] => (level, at) = (level + 1, at + 2),
            [b'*', b'/', ..] => (level, at) = (level - 1, at + 2),
            _ => at += 1,
        }
        count_visit();
    }
    Some(from + at)
}

/// A text that counts in bytes what the lexer reads in characters.
struct ByteStream<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> ByteStream<'a> {
    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// The beginning of the character that ends at `end`.
    fn before(&self, end: usize) -> usize {
        let last = self
            .source
            .get(..end)
            .and_then(|text| text.chars().next_back());
        end - last.map_or(0, char::len_utf8)
    }
}

impl InputStream for ByteStream<'_> {
    fn unget(&mut self, ch: char) {
        self.at = self.at.saturating_sub(ch.len_utf8());
    }

    fn get_next(&mut self) -> Option<char> {
        count_visit();
        let next = self.peek_next()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn peek_next(&mut self) -> Option<char> {
        self.rest().chars().next()
    }
}

#[cfg(not(test))]
fn count_visit() {}

#[cfg(test)]
thread_local! {
    /// How many characters the lexer has read: the proof that a cut is linear.
    pub(crate) static VISITS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
fn count_visit() {
    VISITS.with(|visits| visits.set(visits.get() + 1));
}
