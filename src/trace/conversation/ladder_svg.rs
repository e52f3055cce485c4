//! A ladder as a picture that stands alone (SVG): readable in light and dark and on paper, its text
//! can be selected, and screen readers are told what it is.

use std::fmt::Write;

use quick_xml::escape::escape;

use super::{Ladder, LadderRow, RowContent, Tone};
use crate::repr::escape::printable;
use crate::trace::call_line::time_text;

/// The width of a line with what is beside it, of the times, and the height of a row, in pixels.
const ROOM: usize = 330;
const TIMES: usize = 90;
const MARGIN: usize = 30;
const ROW: usize = 22;
const TOP: usize = 44;
/// The signs beside a line.
const SIGNS: usize = 40;

const STYLE: &str = "\
svg { color-scheme: light dark; background: #fff; }
text { font: 13px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #1f2328; }
text.name { font-weight: bold; } text.frame, text.quiet { fill: #656d76; }
text.data { fill: #0969da; } text.control { fill: #1a7f37; } text.failed { fill: #cf222e; }
text.state { fill: #8250df; font-weight: bold; }
line, path { stroke: #8c959f; fill: none; stroke-width: 1.2; } line.waiting { stroke-dasharray: 2 4; }
line.data { stroke: #0969da; } line.control { stroke: #1a7f37; } line.failed { stroke: #cf222e; }
@media (prefers-color-scheme: dark) {
svg { background: #0d1117; } text { fill: #e6edf3; } text.frame, text.quiet { fill: #9198a1; }
text.data { fill: #58a6ff; } text.control { fill: #3fb950; } text.failed { fill: #f85149; }
text.state { fill: #bc8cff; } line.data { stroke: #58a6ff; } line.control { stroke: #3fb950; }
line.failed { stroke: #f85149; } }
@media print { svg { background: #fff; } text { fill: #000; } line, path { stroke: #000; } }";

impl Tone {
    /// The class of the style sheet.
    fn class(self) -> &'static str {
        match self {
            Self::Frame => "frame",
            Self::Name => "name",
            Self::Call => "call",
            Self::Failed => "failed",
            Self::Data => "data",
            Self::Control => "control",
            Self::Quiet => "quiet",
            Self::State => "state",
        }
    }
}

/// Draws a ladder. `id` is what no other picture of the same page has; it may be empty.
pub(crate) fn ladder_svg(ladder: &Ladder, id: &str) -> String {
    let left = if ladder.has_times { TIMES } else { MARGIN };
    let width = left + ROOM * ladder.lines.len().max(1);
    let height = TOP + ROW * ladder.rows.len() + ROW;
    let names = ladder.lines.join(", ");
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" aria-labelledby=\"title{id} desc{id}\">"
    );
    let _ = writeln!(
        out,
        "<title id=\"title{id}\">A conversation: {}</title>",
        safe(&names)
    );
    let _ = writeln!(
        out,
        "<desc id=\"desc{id}\">{}</desc>",
        safe(&description(ladder))
    );
    let _ = writeln!(out, "<style>{STYLE}</style>");
    for (line, name) in ladder.lines.iter().enumerate() {
        words(&mut out, (left + line * ROOM, TOP - 20), Tone::Name, name);
    }
    let mut last = String::new();
    for (at, row) in ladder.rows.iter().enumerate() {
        let top = TOP + at * ROW;
        let time = time_text(row.at);
        if time != last && ladder.has_times {
            words(&mut out, (8, top + 15), Tone::Frame, &time);
        }
        last = time;
        draw_row(&mut out, (left, top), row, ladder.lines.len());
    }
    out.push_str("</svg>\n");
    out
}

/// Text that is safe in XML.
fn safe(text: &str) -> String {
    escape(&*printable(text)).into_owned()
}

fn words(out: &mut String, (x, y): (usize, usize), kind: Tone, text: &str) {
    let (class, text) = (kind.class(), safe(text));
    let _ = writeln!(
        out,
        "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{text}</text>"
    );
}

fn draw_row(out: &mut String, (left, top): (usize, usize), row: &LadderRow, lines: usize) {
    let column = |line: usize| left + line * ROOM;
    for line in 0..lines {
        let class = if row.waiting.contains(&line) {
            "waiting"
        } else {
            "frame"
        };
        let (x, end) = (column(line), top + ROW);
        let _ = writeln!(
            out,
            "<line class=\"{class}\" x1=\"{x}\" y1=\"{top}\" x2=\"{x}\" y2=\"{end}\"/>"
        );
    }
    match &row.content {
        RowContent::Beside(notes) => {
            for note in notes {
                let mut text: String = note.text.chars().take(SIGNS).collect();
                if text.len() < note.text.len() {
                    text.pop();
                    text.push('…');
                }
                words(out, (column(note.line) + 8, top + 15), note.kind, &text);
            }
        }
        RowContent::Arrow {
            from,
            to,
            label,
            kind,
            is_lost,
        } => {
            let (x1, mut x2, y) = (column(*from), column(*to), top + ROW - 5);
            if *is_lost {
                // It ends on its way.
                x2 = (x1 + 5 * x2) / 6;
            }
            let class = kind.class();
            let _ = writeln!(
                out,
                "<line class=\"{class}\" x1=\"{x1}\" y1=\"{y}\" x2=\"{x2}\" y2=\"{y}\"/>"
            );
            head(out, class, (x1 < x2, *is_lost), (x2, y));
            let (middle, text) = (usize::midpoint(x1, x2), safe(label));
            let _ = writeln!(
                out,
                "<text class=\"{class}\" x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{text}</text>",
                y - 4
            );
        }
    }
}

/// The end of an arrow: its head, or a cross where it got lost.
fn head(out: &mut String, class: &str, (is_right, is_lost): (bool, bool), (x, y): (usize, usize)) {
    let back = if is_right { x - 7 } else { x + 7 };
    for side in [y - 4, y + 4] {
        let tip = if is_lost { 2 * y - side } else { y };
        let _ = writeln!(
            out,
            "<line class=\"{class}\" x1=\"{back}\" y1=\"{side}\" x2=\"{x}\" y2=\"{tip}\"/>"
        );
    }
}

/// What happens, in words, for those who do not see the picture.
fn description(ladder: &Ladder) -> String {
    let name = |line: &usize| ladder.lines.get(*line).map_or("", String::as_str);
    let tell = |row: &LadderRow| match &row.content {
        RowContent::Beside(notes) => {
            let notes = notes.iter();
            let notes = notes.map(|note| format!("{}: {}", name(&note.line), note.text));
            notes.collect::<Vec<_>>().join("; ")
        }
        RowContent::Arrow {
            from, to, label, ..
        } => {
            format!("{} to {}: {label}", name(from), name(to))
        }
    };
    let told: Vec<String> = ladder.rows.iter().map(tell).collect();
    told.join(". ")
}
