//! Pictures of what happened, in a terminal's signs and colours.

use std::env;

use super::screen::{Screen, Style, columns};
use crate::trace::{Charset, Ladder, Tone, TonedText, ladder_text};

/// The columns of a picture where no terminal says how many there are.
pub(crate) const UNATTENDED: usize = 80;
/// The fewest and the most columns that a picture is drawn in.
const NARROW: usize = 60;
const WIDE: usize = 200;
/// What is said below a picture without packets.
pub(crate) const CALLS_ALONE: &str =
    "There are no packets to see here: the picture shows the calls alone.";

/// The signs to draw with: ASCII where that is wanted, and where the terminal knows no others.
pub(crate) fn charset(ascii: bool) -> Charset {
    if ascii || env::var_os("TERM").is_some_and(|term| term == "dumb") {
        Charset::Ascii
    } else {
        Charset::Unicode
    }
}

/// A ladder in the screen's width and colours, and what it does not show.
pub(crate) fn painted(screen: Screen, drawn: &Ladder, charset: Charset) -> String {
    let width = columns().unwrap_or(UNATTENDED).clamp(NARROW, WIDE);
    let mut text = paint(screen, &ladder_text(drawn, width, charset));
    if drawn.calls_alone {
        text.push('\n');
        text.push_str(&screen.paint(Style::Dim, CALLS_ALONE));
    }
    text
}

/// Lines of a picture in the screen's colours.
pub(crate) fn paint(screen: Screen, lines: &[Vec<TonedText>]) -> String {
    let piece = |(tone, text): &TonedText| screen.paint(style(*tone), text);
    let line = |line: &Vec<TonedText>| line.iter().map(piece).collect::<String>();
    let lines: Vec<String> = lines.iter().map(line).collect();
    let lines = lines.iter().map(|line| line.trim_end());
    lines.collect::<Vec<_>>().join("\n")
}

fn style(tone: Tone) -> Style {
    match tone {
        Tone::Frame | Tone::Quiet => Style::Dim,
        Tone::Name => Style::Strong,
        Tone::Call => Style::Plain,
        Tone::Failed => Style::Error,
        Tone::Data => Style::Sent,
        Tone::Control => Style::Good,
        Tone::State => Style::State,
    }
}
