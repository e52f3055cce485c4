//! Where a statement ends: text and an offset in, the next statement's place out.
//!
//! The tokens are rhai's own, read by its lexer restarted at each statement, so that the cut is
//! linear in the text and never disagrees with rhai about strings, numbers or comments. Open
//! brackets wait on a list, not on the stack: depth costs memory, never an overflow.
//!
//! A block statement (`if`, `while`, …) ends at the `}` of its body. Its body is the first `{`
//! that follows something an operand can end with; a nested `if … {}` or `switch … {}` *as the
//! condition itself* is the one form of rhai that is cut too early.

mod check;
mod cut;
mod fault;
mod quotes;
mod tokens;

#[cfg(test)]
mod tests;

pub(crate) use check::{check_expressions, check_statements};
pub(crate) use cut::{CutEnd, CutSource};
pub(crate) use fault::{SyntaxFault, explain_syntax};
pub(crate) use quotes::translate_quotes;

use tokens::{Lexeme, Shape, Tokens};

/// A part of a source text, in bytes; both ends lie between characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// The first byte.
    pub(crate) start: usize,
    /// The byte after the last one.
    pub(crate) end: usize,
}

impl Span {
    /// The text that the span covers; empty when the span is not of this source.
    pub(crate) fn of(self, source: &str) -> &str {
        source.get(self.start..self.end).unwrap_or_default()
    }
}

/// Who is asking: a file must end its statements, a person need not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Every statement ends in `;` or in a block's `}`.
    Required,
    /// At the prompt the last `;` may be missing.
    Prompt,
}

/// What comes next in a source text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next {
    /// One or more complete rhai statements that end at a line's end.
    Statement {
        /// From the first token (or the doc comment of a function) to the last.
        span: Span,
        /// The single rhai statements in it, each with its `;`, in their order.
        pieces: Vec<Span>,
        /// Where the line after the statement begins; a comment behind it is skipped.
        resume: usize,
    },
    /// Nothing but blanks and comments.
    End,
    /// The text ends too early.
    Incomplete {
        /// Where the statement begins.
        start: usize,
        /// What is still open.
        why: Unfinished,
    },
    /// The text cannot become a statement, whatever follows.
    Error {
        /// The byte at which it goes wrong.
        offset: usize,
        /// What is wrong and what to type: a lower-case fragment.
        message: String,
    },
}

/// What an incomplete statement waits for. Offsets are bytes in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unfinished {
    /// A `(`, `[` or `{` at this offset has no partner.
    Bracket(char, usize),
    /// A text that may span lines (`` ` `` or `#"`) begins here.
    Text(usize),
    /// A `/*` begins here.
    Comment(usize),
    /// The last token, ending here, needs something to its right: `1 +`, `let x =`.
    Operand(usize),
    /// A block statement has no body yet: `if x`, `fn f()`.
    Body(usize),
    /// A `try { }` ends here and has no `catch` yet.
    Catch(usize),
    /// Only the `;` is missing, here.
    Semicolon(usize),
}

impl Unfinished {
    /// The byte to point at.
    pub(crate) fn offset(self) -> usize {
        match self {
            Self::Bracket(_, at)
            | Self::Text(at)
            | Self::Comment(at)
            | Self::Operand(at)
            | Self::Body(at)
            | Self::Catch(at)
            | Self::Semicolon(at) => at,
        }
    }

    /// What is missing, and what to type: a lower-case fragment.
    pub(crate) fn message(self) -> String {
        match self {
            Self::Bracket(open, _) => {
                format!("this `{open}` is never closed; add `{}`", partner(open))
            }
            Self::Text(_) => "this text is never closed; add the closing quote".into(),
            Self::Comment(_) => "this comment is never closed; add `*/`".into(),
            Self::Operand(_) => "the statement stops in the middle; write what comes next".into(),
            Self::Body(_) => "the body is missing; write it in braces: `{ … }`".into(),
            Self::Catch(_) => "`try` needs a `catch` behind it: `catch (err) { … }`".into(),
            Self::Semicolon(_) => "the statement does not end; add `;`".into(),
        }
    }
}

/// The next statement at or after byte `from`, which must not lie inside a token.
pub(crate) fn next_statement(source: &str, from: usize, ending: Ending) -> Next {
    let mut tokens = Tokens::new(source, from);
    let mut pieces: Vec<Span> = Vec::new();
    loop {
        let first = pieces.first().map(|piece: &Span| piece.start);
        match next_piece(&mut tokens, ending) {
            Ok(Some(piece)) => pieces.push(piece),
            Ok(None) => return statement(pieces, source.len()),
            Err(Stop::Open(start, why)) => {
                return Next::Incomplete {
                    start: first.unwrap_or(start),
                    why,
                };
            }
            Err(Stop::Wrong(offset, message)) => return Next::Error { offset, message },
        }
        match tokens.finish_line() {
            Ok(true) => return statement(pieces, tokens.offset()),
            Ok(false) => {}
            Err(comment) => {
                let start = pieces.first().map_or(comment, |piece| piece.start);
                return Next::Incomplete {
                    start,
                    why: Unfinished::Comment(comment),
                };
            }
        }
    }
}

fn statement(pieces: Vec<Span>, resume: usize) -> Next {
    match (pieces.first(), pieces.last()) {
        (Some(first), Some(last)) => {
            let span = Span {
                start: first.start,
                end: last.end,
            };
            Next::Statement {
                span,
                pieces,
                resume,
            }
        }
        _ => Next::End,
    }
}

/// The byte after the `/* */` comment that begins at `from`, nested ones included; `None` when it
/// never ends or no comment begins there.
pub(crate) fn block_comment_end(source: &str, from: usize) -> Option<usize> {
    tokens::block_comment_end(source, from)
}

/// Why a piece could not be cut.
enum Stop {
    Open(usize, Unfinished),
    Wrong(usize, String),
}

/// How a piece ends, decided by its first tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PieceKind {
    /// At the next `;`.
    Plain,
    /// At its body's `}`.
    Block,
    /// As a block, and `else` goes on.
    If,
    /// As a block, and `catch` must follow.
    Try,
}

/// The one rhai statement at the tokens' place; `None` at the end of the text.
fn next_piece(tokens: &mut Tokens<'_>, ending: Ending) -> Result<Option<Span>, Stop> {
    let doc = tokens
        .skip_blanks()
        .map_err(|at| Stop::Open(at, Unfinished::Comment(at)))?;
    let Some(first) = read(tokens, doc.unwrap_or(tokens.offset()), &[])? else {
        return match doc {
            Some(at) => Err(Stop::Open(at, Unfinished::Body(at))),
            None => Ok(None),
        };
    };
    let start = doc.unwrap_or(first.start);
    if doc.is_some() && !matches!(first.shape, Shape::Fn | Shape::Private) {
        let message = "a `///` comment belongs to the function below it; for prose write `//`";
        return Err(Stop::Wrong(start, message.into()));
    }
    let piece = Piece {
        start,
        kind: kind_of(&first),
        open: Vec::new(),
        last: first,
    };
    piece.run(tokens, ending).map(Some)
}

fn kind_of(first: &Lexeme) -> PieceKind {
    match first.shape {
        Shape::If => PieceKind::If,
        Shape::Try => PieceKind::Try,
        Shape::Fn | Shape::Private | Shape::Loop | Shape::BlockWord => PieceKind::Block,
        Shape::Open('{') if !first.map => PieceKind::Block,
        _ => PieceKind::Plain,
    }
}

/// A statement being read: the brackets still open, and the token read last.
struct Piece {
    start: usize,
    kind: PieceKind,
    open: Vec<(char, usize)>,
    last: Lexeme,
}

impl Piece {
    fn run(mut self, tokens: &mut Tokens<'_>, ending: Ending) -> Result<Span, Stop> {
        let mut body = self.kind != PieceKind::Plain && self.last.shape == Shape::Open('{');
        let mut token = self.last;
        loop {
            match token.shape {
                Shape::Open(open) => {
                    if self.open.is_empty() && open == '{' && self.kind != PieceKind::Plain {
                        body |= self.last.ends_operand();
                    }
                    self.open.push((open, token.start));
                }
                Shape::Close(close) => self.close(tokens, close, token.start)?,
                Shape::SemiColon if self.open.is_empty() => return Ok(self.span(token.end)),
                Shape::Wrong => return Err(Stop::Wrong(token.fault, tokens.complaint())),
                _ => {}
            }
            self.last = token;
            if body && self.open.is_empty() && token.shape == Shape::Close('}') {
                match self.after_body(tokens)? {
                    Some(next) => {
                        body = false;
                        self.last = next;
                    }
                    None => return Ok(self.span(tokens.offset())),
                }
            }
            token = match read(tokens, self.start, &self.open)? {
                Some(next) => next,
                None => return self.at_end(ending),
            };
        }
    }

    fn span(&self, end: usize) -> Span {
        Span {
            start: self.start,
            end,
        }
    }

    fn close(&mut self, tokens: &mut Tokens<'_>, close: char, at: usize) -> Result<(), Stop> {
        match self.open.pop() {
            Some((open, _)) if partner(open) == close => {
                if open == INTERPOLATION {
                    tokens.resume_text();
                }
                Ok(())
            }
            Some((open, _)) => {
                let shown = if open == INTERPOLATION { '{' } else { open };
                let want = partner(open);
                let message = format!(
                    "`{close}` cannot close the `{shown}` before it; close that with `{want}`"
                );
                Err(Stop::Wrong(at, message))
            }
            None => Err(Stop::Wrong(
                at,
                format!("this `{close}` closes nothing; remove it"),
            )),
        }
    }

    /// Goes on behind a body: `else` and `catch` may come, even on a later line.
    fn after_body(&mut self, tokens: &mut Tokens<'_>) -> Result<Option<Lexeme>, Stop> {
        let end = tokens.offset();
        if matches!(self.kind, PieceKind::If | PieceKind::Try) {
            // A comment that never ends is found again, and reported, from `end`.
            let next = if tokens.skip_blanks().is_ok() {
                tokens.next()
            } else {
                None
            };
            match (self.kind, next) {
                (PieceKind::If, Some(next)) if next.shape == Shape::Else => {
                    return self.after_else(tokens, next).map(Some);
                }
                (PieceKind::Try, Some(next)) if next.shape == Shape::Catch => {
                    self.kind = PieceKind::Block;
                    return Ok(Some(next));
                }
                (PieceKind::Try, None) => {
                    return Err(Stop::Open(self.start, Unfinished::Catch(end)));
                }
                _ => {}
            }
            tokens.rewind(end);
        }
        tokens.take_semicolon();
        Ok(None)
    }

    /// Behind `else` comes another `if`, or the last body.
    fn after_else(&mut self, tokens: &mut Tokens<'_>, word: Lexeme) -> Result<Lexeme, Stop> {
        let end = tokens.offset();
        if let Some(next) = read(tokens, self.start, &[])? {
            if next.shape == Shape::If {
                return Ok(next);
            }
            tokens.rewind(end);
        }
        self.kind = PieceKind::Block;
        Ok(word)
    }

    fn at_end(&self, ending: Ending) -> Result<Span, Stop> {
        let why = if let Some(&(open, at)) = self.open.last() {
            if open == INTERPOLATION {
                Unfinished::Text(at)
            } else {
                Unfinished::Bracket(open, at)
            }
        } else if self.kind != PieceKind::Plain {
            Unfinished::Body(self.last.end)
        } else if self.last.wants_more() {
            Unfinished::Operand(self.last.end)
        } else if ending == Ending::Prompt {
            return Ok(self.span(self.last.end));
        } else {
            Unfinished::Semicolon(self.last.end)
        };
        Err(Stop::Open(self.start, why))
    }
}

/// Stands for the `{` of a `${` in the list of open brackets: behind its `}` the text goes on.
const INTERPOLATION: char = '$';

fn partner(open: char) -> char {
    match open {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

/// The next token of the statement that began at `start`; `None` at the end of the text.
fn read(
    tokens: &mut Tokens<'_>,
    start: usize,
    open: &[(char, usize)],
) -> Result<Option<Lexeme>, Stop> {
    if let Err(comment) = tokens.skip_blanks() {
        return Err(Stop::Open(start, Unfinished::Comment(comment)));
    }
    let Some(token) = tokens.next() else {
        return Ok(None);
    };
    if token.shape == Shape::OpenText {
        // Behind a `${ }` the text began earlier; point at what the reader sees.
        let at = open.iter().rev().find(|(kind, _)| *kind == INTERPOLATION);
        return Err(Stop::Open(
            start,
            Unfinished::Text(at.map_or(token.start, |(_, at)| *at)),
        ));
    }
    Ok(Some(token))
}
