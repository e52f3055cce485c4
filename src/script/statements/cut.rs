//! A source text and where its single statements lie: cut once, by whoever reads it first.

use super::{Ending, Next, Span, Unfinished, next_statement};

/// A source text that is cut into single statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CutSource {
    text: String,
    pieces: Vec<Span>,
    end: CutEnd,
}

/// What stands after the last single statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CutEnd {
    /// Nothing: the text is complete.
    Complete,
    /// A statement that begins at `start` and is not finished.
    Open { start: usize, why: Unfinished },
    /// From the byte `from` on stands what cannot become a statement: it goes wrong at `offset`.
    Wrong {
        from: usize,
        offset: usize,
        message: String,
    },
}

impl CutSource {
    /// The text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The single statements, each with its `;`, up to where the text is unfinished or wrong.
    pub(crate) fn pieces(&self) -> &[Span] {
        &self.pieces
    }

    /// What follows them.
    pub(crate) fn end(&self) -> &CutEnd {
        &self.end
    }

    /// Whether it needs another line. Wrong text does not: it gets its error.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.end, CutEnd::Open { .. })
    }
}

impl From<String> for CutSource {
    fn from(text: String) -> Self {
        let (mut cut, mut from) = (Vec::new(), 0);
        let end = loop {
            match next_statement(&text, from, Ending::Prompt) {
                Next::Statement { pieces, resume, .. } => {
                    cut.extend(pieces);
                    from = resume;
                }
                Next::End => break CutEnd::Complete,
                Next::Incomplete { start, why } => break CutEnd::Open { start, why },
                Next::Error { offset, message } => {
                    break CutEnd::Wrong {
                        from,
                        offset,
                        message,
                    };
                }
            }
        };
        Self {
            text,
            pieces: cut,
            end,
        }
    }
}

impl From<&str> for CutSource {
    fn from(text: &str) -> Self {
        Self::from(text.to_string())
    }
}
