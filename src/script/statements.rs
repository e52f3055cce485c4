//! Where a statement ends: text and an offset in, the next statement's place out.
//!
//! The cut is linear in the text, and agrees with rhai's parser wherever that accepts the text. Open
//! brackets wait on a list, not on the stack: depth costs memory, never an overflow.
//!
//! A block statement (`if`, `while`, …) ends at the `}` of its body. Its body is the first `{`
//! that follows something an operand can end with, but for those of the `if`, `switch` … that stand
//! in its condition.

mod cut;
mod fault;
mod syntax_check;
mod tokens;
mod translate;

#[cfg(test)]
mod tests;

pub(crate) use cut::{CutEnd, CutSource};
pub(crate) use fault::{SyntaxFault, explain_syntax};
pub(crate) use syntax_check::{check_expressions, check_statements};
pub(crate) use tokens::is_doc_comment;
pub(crate) use translate::translate;

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

/// Why a piece could not be cut.
enum Stop {
    Open(usize, Unfinished),
    Wrong(usize, String),
}

/// A block that is being read, at its `}` decided what may come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    /// Nothing.
    Plain,
    /// `else`.
    If,
    /// `catch` must.
    Try,
}

/// The one rhai statement at the tokens' place; `None` at the end of the text.
fn next_piece(tokens: &mut Tokens<'_>, ending: Ending) -> Result<Option<Span>, Stop> {
    let doc = tokens
        .skip_comments()
        .map_err(|at| Stop::Open(at, Unfinished::Comment(at)))?;
    let Some(first) = read(tokens, doc, &[])? else {
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
        blocks: block_of(&first).into_iter().collect(),
        open: Vec::new(),
        last: first,
    };
    piece.run(tokens, ending).map(Some)
}

/// The block that a statement's first token begins; after `do { }` it goes on to its `;`.
fn block_of(first: &Lexeme) -> Option<Block> {
    match first.shape {
        Shape::Fn | Shape::Private => Some(Block::Plain),
        Shape::Do => None,
        _ if first.opens_block() => Some(Block::Plain),
        _ => block_in(first),
    }
}

/// The block that a token begins where an operand may.
fn block_in(token: &Lexeme) -> Option<Block> {
    match token.shape {
        Shape::If => Some(Block::If),
        Shape::Try => Some(Block::Try),
        Shape::Do | Shape::Loop | Shape::BlockWord => Some(Block::Plain),
        _ => None,
    }
}

/// A statement being read: what is still open, and the token read last.
struct Piece {
    start: usize,
    /// The block that ends it, and those in its condition; none where the next `;` does.
    blocks: Vec<Block>,
    open: Vec<(char, usize)>,
    last: Lexeme,
}

impl Piece {
    fn run(mut self, tokens: &mut Tokens<'_>, ending: Ending) -> Result<Span, Stop> {
        let (mut token, mut before) = (self.last, None::<Lexeme>);
        let mut in_body = self.last.opens_block();
        loop {
            if self.open.is_empty() {
                let after_operand = before.map(Lexeme::ends_operand);
                match token.shape {
                    Shape::SemiColon => return Ok(self.span(token.end)),
                    _ if self.blocks.is_empty() => {}
                    Shape::Open('{') => in_body |= after_operand == Some(true),
                    _ if after_operand == Some(false) => self.blocks.extend(block_in(&token)),
                    _ => {}
                }
            }
            match token.shape {
                Shape::Open(open) => self.open.push((open, token.start)),
                Shape::Close(close) => self.close(close, token.start)?,
                Shape::Wrong => return Err(Stop::Wrong(token.start, UNENDED.into())),
                _ => {}
            }
            self.last = token;
            if in_body && self.open.is_empty() && token.shape == Shape::Close('}') {
                in_body = false;
                if let Some(next) = self.after_body(tokens)? {
                    self.last = next;
                } else if self.blocks.is_empty() {
                    tokens.take_semicolon();
                    return Ok(self.span(tokens.offset()));
                }
            }
            before = Some(self.last);
            token = match read(tokens, Some(self.start), &self.open)? {
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

    fn close(&mut self, close: char, at: usize) -> Result<(), Stop> {
        match self.open.pop() {
            Some((open, _)) if partner(open) == close => Ok(()),
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

    /// Goes on after a body: `else` and `catch` may come, even on a later line. Without them the
    /// block is over.
    fn after_body(&mut self, tokens: &mut Tokens<'_>) -> Result<Option<Lexeme>, Stop> {
        let block = self.blocks.pop().unwrap_or(Block::Plain);
        let end = tokens.clone();
        // A comment that never ends is found again, and reported, from `end`.
        let may_go_on = block != Block::Plain && tokens.skip_comments().is_ok();
        let next = may_go_on.then(|| tokens.next()).flatten();
        match (block, next) {
            (Block::If, Some(next)) if next.shape == Shape::Else => {
                self.after_else(tokens, next).map(Some)
            }
            (Block::Try, Some(next)) if next.shape == Shape::Catch => {
                self.blocks.push(Block::Plain);
                Ok(Some(next))
            }
            (Block::Try, None) => Err(Stop::Open(self.start, Unfinished::Catch(end.offset()))),
            _ => {
                *tokens = end;
                Ok(None)
            }
        }
    }

    /// After `else` comes another `if`, or the last body.
    fn after_else(&mut self, tokens: &mut Tokens<'_>, word: Lexeme) -> Result<Lexeme, Stop> {
        let end = tokens.clone();
        let next = read(tokens, Some(self.start), &[])?;
        if let Some(next) = next.filter(|next| next.shape == Shape::If) {
            self.blocks.push(Block::If);
            return Ok(next);
        }
        *tokens = end;
        self.blocks.push(Block::Plain);
        Ok(word)
    }

    fn at_end(&self, ending: Ending) -> Result<Span, Stop> {
        let why = if let Some(&(open, at)) = self.open.last() {
            if open == INTERPOLATION {
                Unfinished::Text(at)
            } else {
                Unfinished::Bracket(open, at)
            }
        } else if !self.blocks.is_empty() {
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

/// Stands for the `{` of a `${` in the list of open brackets: after its `}` the text goes on.
const INTERPOLATION: char = '$';

/// What is wrong with a text that must end in its line.
const UNENDED: &str = "this text has no closing quote on its line; close it; a text of several \
                       lines stands between backticks";

fn partner(open: char) -> char {
    match open {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

/// The next token of the statement that began at `start`, or begins with it; `None` at the end of
/// the text.
fn read(
    tokens: &mut Tokens<'_>,
    start: Option<usize>,
    open: &[(char, usize)],
) -> Result<Option<Lexeme>, Stop> {
    if let Err(comment) = tokens.skip_comments() {
        let start = start.unwrap_or(comment);
        return Err(Stop::Open(start, Unfinished::Comment(comment)));
    }
    let Some(token) = tokens.next() else {
        return Ok(None);
    };
    if token.shape == Shape::OpenText {
        // After a `${ }` the text began earlier; point at what the reader sees.
        let at = open.iter().rev().find(|(kind, _)| *kind == INTERPOLATION);
        return Err(Stop::Open(
            start.unwrap_or(token.start),
            Unfinished::Text(at.map_or(token.start, |(_, at)| *at)),
        ));
    }
    Ok(Some(token))
}
