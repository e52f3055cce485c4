//! What the lexer's tokens mean for the cut between statements.

use crate::script::lexer::{Lexer, Token, TokenKind};

/// What a token means for the cut.
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
    /// `do`, whose body follows at once.
    Do,
    /// `while`, `for`, `switch`: a statement with a body after an expression.
    BlockWord,
    /// A name, a number, a text, a sign of no operator: something an operand can end with.
    Operand,
    /// A number that ends in its point, which rhai takes for one unless the text ends there.
    Point,
    /// Something that an operand must follow: `+`, `=`, `,`, `let`.
    Wants,
    /// Any other token.
    Other,
    /// A text that must end in its line does not.
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
}

impl Lexeme {
    fn of(token: Token, source: &str) -> Self {
        let text = token.of(source);
        let shape = match token.kind {
            TokenKind::Open if text == "${" => Shape::Open(super::INTERPOLATION),
            TokenKind::Open => Shape::Open(text.chars().next_back().unwrap_or_default()),
            TokenKind::Close => Shape::Close(text.chars().next().unwrap_or_default()),
            TokenKind::Text if token.closed => Shape::Operand,
            TokenKind::Text => unended(token, source),
            TokenKind::Name => word(text),
            TokenKind::Symbol => symbol(text),
            TokenKind::Number if text.ends_with('.') => Shape::Point,
            TokenKind::Number | TokenKind::Comment => Shape::Operand,
        };
        Self {
            start: token.start,
            end: token.end,
            shape,
        }
    }

    /// Whether a `{` after this token opens a body, not an operand of its own.
    pub(crate) fn ends_operand(self) -> bool {
        matches!(
            self.shape,
            Shape::Operand
                | Shape::Point
                | Shape::Close(_)
                | Shape::Else
                | Shape::Try
                | Shape::Catch
                | Shape::Loop
                | Shape::Do
        )
    }

    /// Whether it is the `{` of a block, which a map's `#{` is not.
    pub(crate) fn opens_block(self) -> bool {
        self.shape == Shape::Open('{') && self.end == self.start + 1
    }

    /// Whether a statement cannot end after this token.
    pub(crate) fn wants_more(self) -> bool {
        matches!(self.shape, Shape::Wants | Shape::Point)
    }
}

/// A text without its end: it may come in a later line, or it is wrong.
fn unended(token: Token, source: &str) -> Shape {
    // A `"` with a `\` at the very end goes on in the next line.
    let text = token.of(source).trim_end_matches(['\n', '\r']);
    let slashes = text.bytes().rev().take_while(|byte| *byte == b'\\').count();
    match token.quote {
        Some('`' | '#') => Shape::OpenText,
        Some('"') if token.end == source.len() && slashes % 2 == 1 => Shape::OpenText,
        _ => Shape::Wrong,
    }
}

fn word(text: &str) -> Shape {
    match text {
        "fn" => Shape::Fn,
        "private" => Shape::Private,
        "if" => Shape::If,
        "else" => Shape::Else,
        "try" => Shape::Try,
        "catch" => Shape::Catch,
        "loop" => Shape::Loop,
        "do" => Shape::Do,
        "while" | "for" | "switch" => Shape::BlockWord,
        "let" | "const" | "in" | "until" | "import" | "export" | "as" => Shape::Wants,
        "break" | "continue" | "return" | "throw" => Shape::Other,
        _ => Shape::Operand,
    }
}

fn symbol(text: &str) -> Shape {
    match text {
        ";" => Shape::SemiColon,
        ".." | "..=" => Shape::Other,
        // Signs of other languages: the parser refuses them, whatever follows.
        "===" | "!==" | "..." | "::<" | "++" | "--" | "->" | "<-" | ":=" | "#" | "@" | "$"
        | "~" | "?" | "\\" => Shape::Operand,
        _ if text.is_ascii() => Shape::Wants,
        _ => Shape::Operand,
    }
}

/// The tokens of a text from an offset on.
#[derive(Clone)]
pub(crate) struct Tokens<'a> {
    source: &'a str,
    lexer: Lexer<'a>,
    /// The token after the last one that was taken.
    ahead: Option<Token>,
    /// The byte after the last one that was taken.
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(source: &'a str, from: usize) -> Self {
        let lexer = Lexer::new(source, from);
        let at = lexer.offset();
        Self {
            source,
            lexer,
            ahead: None,
            at,
        }
    }

    /// The byte after the last token.
    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    fn peek(&mut self) -> Option<Token> {
        self.ahead = self.ahead.take().or_else(|| self.lexer.next());
        self.ahead
    }

    fn take(&mut self) -> Option<Token> {
        let token = self.peek();
        self.ahead = None;
        self.at = token.map_or(self.at, |token| token.end);
        token
    }

    /// Skips comments; returns the place of the doc comment that ends them, if any, or the place of
    /// a comment that never ends.
    pub(crate) fn skip_comments(&mut self) -> Result<Option<usize>, usize> {
        let mut doc = None;
        while let Some(comment) = self.peek().filter(|next| next.kind == TokenKind::Comment) {
            if !comment.closed {
                return Err(comment.start);
            }
            let is_doc = is_doc_comment(comment.of(self.source));
            doc = doc.or(is_doc.then_some(comment.start));
            self.take();
        }
        Ok(doc)
    }

    /// Skips to the next line if only blanks and comments are left on this one: `true` then, and
    /// `false` when another token comes first. Fails with the place of a comment without an end.
    pub(crate) fn finish_line(&mut self) -> Result<bool, usize> {
        loop {
            let next = self.peek();
            let end = next.map_or(self.source.len(), |next| next.start);
            let newline = self.source[self.at..end].find('\n');
            match next.filter(|_| newline.is_none()) {
                None => {
                    self.at = newline.map_or(end, |newline| self.at + newline + 1);
                    return Ok(true);
                }
                Some(token) if token.kind != TokenKind::Comment => return Ok(false),
                Some(comment) if !comment.closed => return Err(comment.start),
                Some(_) => drop(self.take()),
            }
        }
    }

    /// Takes a `;` that follows on the same line.
    pub(crate) fn take_semicolon(&mut self) {
        let is_near = |next: Token| {
            let between = &self.source[self.at..next.start];
            next.of(self.source) == ";" && between.trim_matches([' ', '\t']).is_empty()
        };
        if self.clone().peek().is_some_and(is_near) {
            self.take();
        }
    }

    /// The next token; `None` at the end. Comments must have been skipped.
    pub(crate) fn next(&mut self) -> Option<Lexeme> {
        self.take().map(|token| Lexeme::of(token, self.source))
    }
}

/// Whether a comment, or a line that begins with one, documents the function below it.
pub(crate) fn is_doc_comment(text: &str) -> bool {
    let line = text.starts_with("///") && !text.starts_with("////");
    line || (text.starts_with("/**") && !text.starts_with("/***") && !text.starts_with("/**/"))
}
