//! A ladder as lines of text.

use std::fmt::Write;

use unicode_width::UnicodeWidthChar;

use super::{Ladder, LadderRow, RowContent, SideNote, Tone};
use crate::repr::escape::printable;
use crate::trace::call_line::time_text;

/// The columns that the time takes, and those in its place where it is not known.
const TIME: usize = 11;
const MARGIN: usize = 2;
/// The fewest columns for a line with what is beside it.
const NARROWEST: usize = 14;

/// The signs that a ladder is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charset {
    Unicode,
    Ascii,
}

/// A piece of a line of text, and what it is.
pub(crate) type TonedText = (Tone, String);

struct Signs {
    line: char,
    waiting: char,
    dash: char,
    right: char,
    left: char,
    lost: char,
    more: &'static str,
    times: &'static str,
}

impl Charset {
    fn signs(self) -> Signs {
        match self {
            Self::Unicode => Signs {
                line: '│',
                waiting: '┊',
                dash: '─',
                right: '►',
                left: '◄',
                lost: '✕',
                more: "…",
                times: "×",
            },
            Self::Ascii => Signs {
                line: '|',
                waiting: ':',
                dash: '-',
                right: '>',
                left: '<',
                lost: 'X',
                more: "...",
                times: "x",
            },
        }
    }

    /// The text in signs of this kind.
    fn of(self, text: &str) -> String {
        let safe = printable(text).replace(['\n', '\t'], " ");
        match self {
            Self::Unicode => safe,
            Self::Ascii => {
                let signs = self.signs();
                let text = safe.replace('…', signs.more).replace('×', signs.times);
                let plain = |c: char| if c.is_ascii() { c } else { '?' };
                text.chars().map(plain).collect()
            }
        }
    }
}

/// Draws a ladder in so many columns, each line in pieces.
pub(crate) fn ladder_text(
    ladder: &Ladder,
    columns: usize,
    charset: Charset,
) -> Vec<Vec<TonedText>> {
    let count = ladder.lines.len().max(1);
    let left = if ladder.has_times { TIME } else { MARGIN };
    let room = (columns.saturating_sub(left) / count).max(NARROWEST);
    let page = Sheet {
        signs: charset.signs(),
        charset,
        left,
        room,
        count,
        width: left + room * count,
    };
    let mut lines = vec![page.names(&ladder.lines)];
    let mut last = String::new();
    for row in &ladder.rows {
        let time = time_text(row.at);
        let shown = if time == last || !ladder.has_times {
            ""
        } else {
            &time
        };
        match page.in_two(row) {
            Some((first, second)) => {
                lines.push(page.row(&first, shown));
                lines.push(page.row(&second, ""));
            }
            None => lines.push(page.row(row, shown)),
        }
        last = time;
    }
    lines
}

/// A ladder's text without colours, as it stands in a document.
pub(crate) fn plain_text(lines: &[Vec<TonedText>]) -> String {
    let mut text = String::new();
    for line in lines {
        let line: String = line.iter().map(|(_, piece)| piece.as_str()).collect();
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

struct Sheet {
    signs: Signs,
    charset: Charset,
    /// The columns before the first line.
    left: usize,
    /// The columns of a line with what is beside it.
    room: usize,
    count: usize,
    width: usize,
}

/// One line of text under work; the column of a wide sign's second half has none.
struct Canvas(Vec<(Tone, Option<char>)>);

impl Canvas {
    fn new(width: usize) -> Self {
        Self(vec![(Tone::Frame, Some(' ')); width])
    }

    fn put(&mut self, at: usize, sign: char, kind: Tone) {
        if let Some(place) = self.0.get_mut(at) {
            *place = (kind, Some(sign));
        }
    }

    /// Puts a text, cut at `room` columns.
    fn text(&mut self, at: usize, room: usize, text: &str, kind: Tone, more: &str) {
        let cut = cut(text, room, more);
        let mut at = at;
        for sign in cut.chars() {
            let wide = sign.width().unwrap_or(0);
            if wide == 0 || at + wide > self.0.len() {
                continue;
            }
            self.put(at, sign, kind);
            if wide == 2 {
                self.0[at + 1] = (kind, None);
            }
            at += wide;
        }
    }

    fn spans(self) -> Vec<TonedText> {
        let mut spans: Vec<TonedText> = Vec::new();
        for (kind, sign) in self.0 {
            let Some(sign) = sign else { continue };
            match spans.last_mut() {
                Some((last, text)) if *last == kind => text.push(sign),
                _ => spans.push((kind, sign.into())),
            }
        }
        spans
    }
}

fn width_of(text: &str) -> usize {
    text.chars().map(|sign| sign.width().unwrap_or(0)).sum()
}

/// The beginning of a text in so many columns.
fn cut(text: &str, room: usize, more: &str) -> String {
    if width_of(text) <= room {
        return text.into();
    }
    let mut left = room.saturating_sub(width_of(more));
    let fits = |sign: &char| {
        let wide = sign.width().unwrap_or(0);
        let fits = wide <= left;
        left = left.saturating_sub(wide);
        fits
    };
    let mut start: String = text.chars().take_while(fits).collect();
    start.push_str(more);
    start
}

impl Sheet {
    fn column(&self, line: usize) -> usize {
        self.left + line * self.room
    }

    fn names(&self, names: &[String]) -> Vec<TonedText> {
        let mut canvas = Canvas::new(self.width);
        for (line, name) in names.iter().enumerate() {
            let name = self.charset.of(name);
            let room = self.room - 1;
            canvas.text(self.column(line), room, &name, Tone::Name, self.signs.more);
        }
        canvas.spans()
    }

    /// A row whose text is too long for its line, with what came of the call in a row of its own.
    fn in_two(&self, row: &LadderRow) -> Option<(LadderRow, LadderRow)> {
        let RowContent::Beside(notes) = &row.content else {
            return None;
        };
        let [note] = &notes[..] else { return None };
        let took = note
            .text
            .rfind(", after ")
            .filter(|_| note.text.starts_with("= "));
        let at = took.map(|at| at + 1).or_else(|| note.text.rfind(" = "))?;
        if width_of(&note.text) <= self.room - 3 {
            return None;
        }
        let part = |text: &str| {
            let text = text.to_string();
            let note = SideNote {
                text,
                ..note.clone()
            };
            LadderRow {
                content: RowContent::Beside(vec![note]),
                ..row.clone()
            }
        };
        Some((part(&note.text[..at]), part(&note.text[at + 1..])))
    }

    fn row(&self, row: &LadderRow, time: &str) -> Vec<TonedText> {
        let mut canvas = Canvas::new(self.width);
        let time = format!("{time:>width$}", width = self.left.saturating_sub(3));
        canvas.text(0, self.left, &time, Tone::Frame, "");
        for line in 0..self.count {
            let sign = if row.waiting.contains(&line) {
                self.signs.waiting
            } else {
                self.signs.line
            };
            canvas.put(self.column(line), sign, Tone::Frame);
        }
        match &row.content {
            RowContent::Beside(notes) => {
                for note in notes {
                    self.note(&mut canvas, note);
                }
            }
            RowContent::Arrow {
                from,
                to,
                label,
                kind,
                is_lost,
            } => self.arrow(&mut canvas, (*from, *to), label, (*kind, *is_lost)),
        }
        canvas.spans()
    }

    fn note(&self, canvas: &mut Canvas, note: &SideNote) {
        let text = self.charset.of(&note.text);
        let room = self.room - 3;
        let at = self.column(note.line) + 2;
        canvas.text(at, room, &text, note.kind, self.signs.more);
    }

    fn arrow(
        &self,
        canvas: &mut Canvas,
        (from, to): (usize, usize),
        label: &str,
        (kind, is_lost): (Tone, bool),
    ) {
        let (mut left, mut right) = (self.column(from.min(to)), self.column(from.max(to)));
        if is_lost {
            // It ends on its way.
            let short = (right - left) / 6;
            if from < to {
                right -= short;
            } else {
                left += short;
            }
        }
        let span = left + 1..right;
        for at in span.clone() {
            canvas.put(at, self.signs.dash, kind);
        }
        let (at, head) = if from < to {
            (right - 1, self.signs.right)
        } else {
            (left + 1, self.signs.left)
        };
        canvas.put(at, if is_lost { self.signs.lost } else { head }, kind);
        let room = span.len().saturating_sub(6);
        let label = cut(&self.charset.of(label), room, self.signs.more);
        let label = format!(" {label} ");
        let at = left + 1 + (span.len() - width_of(&label).min(span.len())) / 2;
        canvas.text(at, room + 2, &label, kind, "");
    }
}
