//! What can happen at a moment of a conversation.

use std::time::Instant;

use super::Tone;
use crate::trace::packet::TcpSegment;

/// Something at a moment.
pub(super) struct Moment {
    pub(super) at: Instant,
    /// Its place among those of the same instant.
    pub(super) order: usize,
    pub(super) what: Happening,
    pub(super) changes: Vec<TcpChange>,
    /// The lines of the sockets that the changes are about.
    pub(super) lines: Vec<(usize, usize)>,
}

impl Moment {
    /// Whether it shows on a line.
    pub(super) fn is_on(&self, line: usize) -> bool {
        match self.what {
            Happening::Text { line: own, .. } => own == line,
            Happening::Arrow { from, to, .. } => [from, to].contains(&line),
            Happening::Nothing => false,
        }
    }

    /// Puts it on other lines.
    pub(super) fn move_lines(&mut self, place: impl Fn(usize) -> usize) {
        match &mut self.what {
            Happening::Text { line, .. } => *line = place(*line),
            Happening::Arrow { from, to, .. } => (*from, *to) = (place(*from), place(*to)),
            Happening::Nothing => {}
        }
        for (_, line) in &mut self.lines {
            *line = place(*line);
        }
    }
}

/// What happens.
pub(super) enum Happening {
    /// A text beside a line.
    Text {
        line: usize,
        text: String,
        kind: Tone,
        /// Whether a wait begins behind it.
        begins: bool,
        /// Whether a wait ends before it.
        ends: bool,
    },
    /// An arrow between two lines.
    Arrow {
        from: usize,
        to: usize,
        label: String,
        kind: Tone,
        /// What a packet carries that may be told with others.
        carried: Option<Carried>,
        /// Whether it never arrived.
        is_lost: bool,
    },
    /// Only a change.
    Nothing,
}

/// What happens to the state of a TCP socket, which is given by its place.
pub(super) enum TcpChange {
    Listens(usize),
    /// A connection is made, with the other end if that is one of ours.
    Opens(usize, Option<usize>),
    /// The first ends its direction; the other end is one of ours.
    Closes(usize, usize),
    Sends(usize, TcpSegment),
    Gets(usize, TcpSegment),
}

/// What a packet carries, as far as it can be told together with its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Carried {
    /// Bytes of data.
    pub(super) bytes: usize,
    /// What is said behind them: `again`; mostly nothing.
    pub(super) mark: &'static str,
}
