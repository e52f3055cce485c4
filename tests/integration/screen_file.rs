//! What a person sees, kept as text in `tests/screens` for a reviewer to read: above the line what
//! was typed, below it the screen. `SCREENS=accept` writes the files anew.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use regex::Regex;
use vt100::{Cell, Color, Screen as View};

use crate::terminal::Terminal;

/// Between what was typed and what showed.
const LINE: &str = "----------------------------------------";

/// What differs from run to run, and what stands for it.
const HOLES: &[(&str, &str)] = &[
    // Ports that the system hands out.
    (
        r#"((?:127\.0\.0\.1|0\.0\.0\.0)(?::|["'], | port | -p ))\d{4,5}"#,
        "${1}{port}",
    ),
    (r"(?m)^\d{5}$", "{port}"),
    (r"fd=\d+", "fd={fd}"),
    (r"descriptor \d+", "descriptor {fd}"),
    (r"took [\d.]+ (µs|ms|s)", "took {time}"),
    (r" for \d+ s\b", ""),
    (r"/tmp/[^ `:]*", "{folder}"),
];

/// A screen that is expected.
pub(crate) struct Screen {
    name: &'static str,
    typed: &'static str,
    holes: Vec<(Regex, &'static str)>,
    marks: bool,
    from: Option<&'static str>,
}

impl Screen {
    /// The screen kept as `tests/screens/NAME.txt`, after this was typed.
    pub(crate) fn new(name: &'static str, typed: &'static str) -> Self {
        let holes = HOLES.iter().map(|(pattern, hole)| {
            let pattern = Regex::new(pattern).expect("a pattern of this file");
            (pattern, *hole)
        });
        let holes = holes.collect();
        let (marks, from) = (false, None);
        Self {
            name,
            typed,
            holes,
            marks,
            from,
        }
    }

    /// Colours, underlines and the cursor's place count too.
    pub(crate) fn with_marks(mut self) -> Self {
        self.marks = true;
        self
    }

    /// Something else that differs from run to run.
    pub(crate) fn hole(mut self, pattern: &str, hole: &'static str) -> Self {
        let pattern = Regex::new(pattern).expect("a pattern of this test");
        self.holes.push((pattern, hole));
        self
    }

    /// Only what stands from the last of these texts on.
    pub(crate) fn from(mut self, text: &'static str) -> Self {
        self.from = Some(text);
        self
    }

    /// Waits until the terminal shows it.
    #[track_caller]
    pub(crate) fn expect(&self, terminal: &mut Terminal) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/screens")
            .join(format!("{}.txt", self.name));
        if std::env::var("SCREENS").is_ok_and(|value| value == "accept") {
            terminal.wait_until_quiet();
            let text = terminal.view(|view| self.text(view));
            fs::write(&path, text).expect("the screen is kept");
            return;
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        let mut last = String::new();
        let what = format!(
            "screen `{}`; `SCREENS=accept` keeps the new one:\n{kept}",
            self.name
        );
        terminal.wait_for_view(&what, |view| {
            last = self.text(view);
            last == kept
        });
    }

    /// The file's text.
    fn text(&self, view: &View) -> String {
        // Row by row: what is wider than the terminal stands there in several.
        let (_, columns) = view.size();
        let mut shown: String = view.rows(0, columns).map(|row| row + "\n").collect();
        if let Some(from) = self.from {
            let at = shown.rfind(from).unwrap_or_default();
            shown.drain(..at);
        }
        for (pattern, hole) in &self.holes {
            shown = pattern.replace_all(&shown, *hole).into_owned();
        }
        let mut text = format!("typed: {}\n{LINE}\n", self.typed);
        for line in shown.trim_end().lines() {
            let _ = writeln!(text, "{}", line.trim_end());
        }
        if self.marks {
            text.push_str(&marks(view));
        }
        text
    }
}

/// The colours, row by row, and the cursor's place.
fn marks(view: &View) -> String {
    let (rows, columns) = view.size();
    let mut text = format!("{LINE}\n");
    for row in 0..rows {
        let mut parts: Vec<(String, String)> = Vec::new();
        for column in 0..columns {
            let Some(cell) = view.cell(row, column).filter(|cell| cell.has_contents()) else {
                parts.push((String::new(), String::new()));
                continue;
            };
            let style = style(cell);
            match parts.last_mut() {
                Some((last, part)) if *last == style => part.push_str(cell.contents()),
                _ => parts.push((style, cell.contents().into())),
            }
        }
        parts.retain(|(style, part)| !style.is_empty() && !part.trim().is_empty());
        for (style, part) in parts {
            let _ = writeln!(text, "row {}: {style}: {}", row + 1, part.trim());
        }
    }
    let (row, column) = view.cursor_position();
    let _ = writeln!(text, "cursor: row {}, column {}", row + 1, column + 1);
    text
}

fn style(cell: &Cell) -> String {
    let colour = match cell.fgcolor() {
        Color::Default => "",
        Color::Idx(1) => "red",
        Color::Idx(2) => "green",
        Color::Idx(3) => "yellow",
        Color::Idx(4) => "blue",
        Color::Idx(5) => "magenta",
        Color::Idx(6) => "cyan",
        _ => "another colour",
    };
    let words = [
        (cell.bold(), "bold"),
        (cell.dim(), "grey"),
        (cell.underline(), "underlined"),
        (cell.inverse(), "inverse"),
        (!colour.is_empty(), colour),
    ];
    let words: Vec<&str> = words
        .iter()
        .filter(|(is, _)| *is)
        .map(|(_, word)| *word)
        .collect();
    words.join(" ")
}
