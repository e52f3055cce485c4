//! A transcript that differs, shown so that only real differences are marked; and the accepted
//! transcript written back into the lesson.

#[cfg(test)]
mod tests;

use std::fmt::Write;

use similar::{ChangeTag, TextDiff};
use unicode_width::UnicodeWidthStr;

use crate::lesson::format::model::{Lines, Transcript};
use crate::lesson::format::pattern::{AlignedRow, Captures, Mismatch, align, kept, literal};

/// Which side a line of the diff is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineKind {
    /// Both sides have it.
    Same,
    /// Only the lesson has it.
    Expected,
    /// Only the run has it.
    Actual,
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Its text; what cannot be seen, or must not be sent to a terminal, is written out.
    pub(crate) text: String,
    /// Whether this is what differs.
    pub(crate) emphasis: bool,
}

/// A line of a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    /// Whose line it is.
    pub(crate) kind: LineKind,
    /// Its parts from left to right; none for an empty line.
    pub(crate) segments: Vec<Segment>,
}

impl DiffLine {
    /// The whole line.
    pub(crate) fn text(&self) -> String {
        self.segments
            .iter()
            .map(|segment| segment.text.as_str())
            .collect()
    }

    fn sign(&self) -> char {
        match self.kind {
            LineKind::Same => ' ',
            LineKind::Expected => '-',
            LineKind::Actual => '+',
        }
    }
}

/// What differs, line by line. The mismatch's expected side has its holes filled already, so what
/// a hole took is the same on both sides.
pub fn diff(mismatch: &Mismatch) -> Vec<DiffLine> {
    between(&mismatch.expected, &mismatch.actual)
}

/// What differs between two lists of lines.
pub(crate) fn between(expected: &[String], actual: &[String]) -> Vec<DiffLine> {
    let lines_of = |lines: &'_ [String]| {
        lines
            .iter()
            .map(|line| format!("{line}\n"))
            .collect::<Vec<_>>()
    };
    let (expected, actual) = (lines_of(expected), lines_of(actual));
    // As slices: by itself the diff would take a lone carriage return for a line's end.
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    let actual: Vec<&str> = actual.iter().map(String::as_str).collect();
    let changes = TextDiff::from_slices(&expected, &actual);
    let mut lines = Vec::new();
    for change in changes.iter_all_inline_changes() {
        let kind = match change.tag() {
            ChangeTag::Equal => LineKind::Same,
            ChangeTag::Delete => LineKind::Expected,
            ChangeTag::Insert => LineKind::Actual,
        };
        let values: Vec<(bool, &str)> = change
            .values()
            .iter()
            .map(|(emphasis, text)| (*emphasis, *text))
            .collect();
        lines.push(DiffLine {
            kind,
            segments: segments(&values, kind),
        });
    }
    lines
}

fn segments(values: &[(bool, &str)], kind: LineKind) -> Vec<Segment> {
    let whole: String = values.iter().map(|(_, text)| *text).collect();
    let line = whole.strip_suffix('\n').unwrap_or(&whole);
    // Blanks at the end of a line that is the same on both sides tell nothing.
    let trimmed = if kind == LineKind::Same {
        line.len()
    } else {
        line.trim_end_matches(' ').len()
    };
    let mut at = 0;
    let mut segments: Vec<Segment> = Vec::new();
    for (emphasis, text) in values {
        let mut shown = String::new();
        for c in text.chars() {
            if at < line.len() {
                push_visible(&mut shown, c, at >= trimmed);
            }
            at += c.len_utf8();
        }
        match segments.last_mut() {
            Some(last) if last.emphasis == *emphasis => last.text.push_str(&shown),
            _ if shown.is_empty() => {}
            _ => segments.push(Segment {
                text: shown,
                emphasis: *emphasis,
            }),
        }
    }
    segments
}

/// Writes a character so that it can be seen and does nothing to a terminal.
fn push_visible(shown: &mut String, c: char, trailing: bool) {
    match c {
        ' ' if trailing => shown.push('\u{b7}'),
        '\t' => shown.push('\u{2192}'),
        '\r' => shown.push_str("\\r"),
        '\u{1b}' => shown.push_str("\\e"),
        '\u{a0}' => shown.push('\u{237d}'),
        c if c.is_control() || is_invisible(c) => {
            shown.extend(c.escape_unicode());
        }
        c => shown.push(c),
    }
}

/// Characters without a glyph: zero width, direction marks, blanks that are not the blank.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{feff}')
}

/// The diff as plain text, one line each: ` ` same, `-` expected, `+` shown; below a line that
/// differs in a part, `^` marks the part.
pub fn plain(lines: &[DiffLine]) -> String {
    let mut out = String::new();
    for line in lines {
        let _ = writeln!(out, "{} {}", line.sign(), line.text());
        let partly = line.segments.iter().any(|segment| segment.emphasis)
            && line.segments.iter().any(|segment| !segment.emphasis);
        if line.kind != LineKind::Same && partly {
            let mut marks = String::from("  ");
            for segment in &line.segments {
                let mark = if segment.emphasis { "^" } else { " " };
                marks.push_str(&mark.repeat(segment.text.width()));
            }
            let _ = writeln!(out, "{}", marks.trim_end());
        }
    }
    out
}

/// The diff with ANSI colours: red expected, green shown, what differs in reverse.
pub(crate) fn coloured(lines: &[DiffLine]) -> String {
    let mut out = String::new();
    for line in lines {
        let colour = match line.kind {
            LineKind::Same => "\x1b[2m",
            LineKind::Expected => "\x1b[31m",
            LineKind::Actual => "\x1b[32m",
        };
        let _ = write!(out, "{colour}{} ", line.sign());
        for segment in &line.segments {
            let _ = if segment.emphasis {
                write!(out, "\x1b[7m{}\x1b[27m", segment.text)
            } else {
                write!(out, "{}", segment.text)
            };
        }
        out.push_str("\x1b[0m\n");
    }
    out
}

/// The texts behind `//> ` that accept what was shown. Expected lines that still match stay as
/// they are, with their holes, and so does a `...` that took what it could; of a line that changed
/// the holes that still fit before and behind the change are kept; arguments as for
/// `Pattern::matches`. None when nothing was shown: then there is nothing to expect.
pub(crate) fn accepted(
    expected: Option<&Transcript>,
    actual: &str,
    exprs: &[String],
    captures: &Captures,
) -> Vec<String> {
    let shown: Vec<&str> = actual
        .strip_suffix('\n')
        .unwrap_or(actual)
        .split('\n')
        .collect();
    let Some(expected) = expected else {
        let texts = shown.iter().map(|line| literal(line)).collect();
        return if actual.is_empty() { Vec::new() } else { texts };
    };
    if expected.pattern.matches(actual, exprs, captures).is_ok() {
        return expected.text.clone();
    }
    if actual.is_empty() {
        return Vec::new();
    }
    let mut texts = Vec::new();
    for row in align(&expected.pattern, actual, exprs, captures) {
        match row {
            AlignedRow::Same { expected: line, .. } | AlignedRow::Any { expected: line, .. } => {
                texts.push(expected.text[line].clone());
            }
            AlignedRow::Changed {
                expected: line,
                actual,
            } => {
                let shown = shown[actual];
                let kept = kept(&expected.pattern, line, shown, exprs, captures);
                texts.push(kept.unwrap_or_else(|| literal(shown)));
            }
            AlignedRow::Extra { actual } => texts.push(literal(shown[actual])),
            AlignedRow::Missing { .. } => {}
        }
    }
    texts
}

/// Lines below a statement that begin with a sign, and where they are or belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SignedLines {
    /// `//>` or `//~`.
    pub(crate) sign: &'static str,
    /// The line of the file behind which they belong.
    pub(crate) after: usize,
    /// Those that are there.
    pub(crate) replaced: Option<Lines>,
}

/// The lesson's source with such lines replaced, line ends kept; `texts` is what is to stand behind
/// the sign. Splice from the last step to the first, so that the line numbers of the others stay true.
pub(crate) fn splice(source: &str, block: SignedLines, texts: &[String]) -> String {
    let end = if source.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let removed = block
        .replaced
        .map_or(0..0, |lines| lines.first..lines.last + 1);
    let mut out = String::with_capacity(source.len() + texts.len() * 16);
    for (at, line) in source.split_inclusive('\n').enumerate() {
        let number = at + 1;
        if !removed.contains(&number) {
            out.push_str(line);
        }
        if number == block.after {
            if !out.ends_with('\n') && !texts.is_empty() {
                out.push_str(end);
            }
            for text in texts {
                let blank = if text.is_empty() { "" } else { " " };
                let _ = write!(out, "{}{blank}{text}{end}", block.sign);
            }
        }
    }
    out
}
