//! What is wrong with a lesson file, and how it is shown: place, caret, mend.

use crate::repr::escape::{is_unsafe, one_line, printable};
use crate::script::failure::Place;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// Worth knowing.
    Note,
    /// Likely a slip; the lesson runs.
    Warning,
    /// The lesson cannot run.
    Error,
}

/// One thing that is wrong with a lesson file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub(crate) severity: Severity,
    /// The line, from 1.
    pub(crate) line: usize,
    /// The column in characters, from 1.
    pub(crate) column: usize,
    /// How many characters are meant; at least 1.
    pub(crate) length: usize,
    /// What is wrong: a lower-case fragment, values in backticks.
    pub(crate) message: String,
    /// What to type instead.
    pub(crate) mend: String,
}

impl Problem {
    /// Whether it must be mended.
    pub(crate) fn is_serious(&self) -> bool {
        self.severity != Severity::Note
    }

    /// An error at a place.
    pub(crate) fn error(
        place: Place,
        length: usize,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Error,
            line: place.line,
            column: place.column,
            length: length.max(1),
            message: message.into(),
            mend: mend.into(),
        }
    }

    /// A warning at a place.
    pub(crate) fn warning(
        place: Place,
        length: usize,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(place, length, message, mend)
        }
    }

    /// A note at a place.
    pub(crate) fn note(
        place: Place,
        length: usize,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Note,
            ..Self::error(place, length, message, mend)
        }
    }
}

/// The problem as a person reads it: `path:line:column`, the line with a caret, the mend.
///
/// `source` is the file's text; control characters in it are shown, never sent. The result ends
/// without a line break.
pub(crate) fn render(path: &str, source: &str, problem: &Problem, colour: bool) -> String {
    let line = source
        .split('\n')
        .nth(problem.line.saturating_sub(1))
        .unwrap_or_default();
    let line = line.trim_end_matches('\r').trim_start_matches('\u{feff}');
    let (shown, meant) = safe(line, problem.column, problem.length);
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let report = &[level
        .primary_title(printable(&problem.message))
        .element(
            Snippet::source(shown)
                .line_start(problem.line)
                .path(one_line(path))
                .annotation(AnnotationKind::Primary.span(meant)),
        )
        .element(Level::HELP.message(printable(&problem.mend)))];
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    renderer.decor_style(DecorStyle::Ascii).render(report)
}

/// How many characters of a line are looked at; the renderer shows the part around the caret.
const LONGEST: usize = 10_000;

/// A line that is safe to show, and the bytes of it that are meant. Characters keep their places.
fn safe(line: &str, column: usize, length: usize) -> (String, Range<usize>) {
    let mut shown = String::new();
    let mut meant: Option<Range<usize>> = None;
    for (at, c) in line.chars().take(LONGEST).enumerate() {
        let from = shown.len();
        let hidden = is_unsafe(c) && c != '\t';
        shown.push(if hidden {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        });
        if at + 1 >= column && at + 1 < column.saturating_add(length) {
            let start = meant.map_or(from, |meant| meant.start);
            meant = Some(start..shown.len());
        }
    }
    let end = shown.len();
    (shown, meant.unwrap_or(end..end))
}
