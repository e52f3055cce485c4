//! Where text for people goes: standard output and standard error, made safe for the terminal.

use std::env;
use std::io::{self, IsTerminal, Write};

use crate::script::failure::{Failure, FailureKind, Place};
use crate::script::show::printable;

/// The two streams, and whether they may carry colour.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    colour: bool,
}

/// What a piece of text means; colour follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As it is.
    Plain,
    /// An error.
    Error,
    /// Something that went well.
    Good,
    /// An aside.
    Dim,
    /// A heading.
    Strong,
}

impl Style {
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Error => "31",
            Self::Good => "32",
            Self::Dim => "2",
            Self::Strong => "1",
        }
    }
}

impl Screen {
    /// A screen that uses colour where the output is a terminal that knows it and `NO_COLOR` is
    /// not set (no-color.org).
    pub fn of_process() -> Self {
        let dumb = env::var_os("TERM").is_none_or(|term| term == "dumb");
        let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            colour: io::stdout().is_terminal() && !dumb && !refused,
        }
    }

    /// A screen without colour.
    pub fn plain() -> Self {
        Self { colour: false }
    }

    /// Whether colour is used.
    pub fn colour(self) -> bool {
        self.colour
    }

    /// The text in its style, its control characters escaped.
    pub fn paint(self, style: Style, text: &str) -> String {
        let safe = printable(text);
        if self.colour && style != Style::Plain {
            format!("\x1b[{}m{safe}\x1b[0m", style.code())
        } else {
            safe.into_owned()
        }
    }

    /// Shows lines of text.
    pub fn line(self, text: &str) {
        self.raw(&printable(text));
    }

    /// Shows text that is safe already, such as what [`Screen::paint`] made.
    pub fn raw(self, text: &str) {
        let mut out = io::stdout().lock();
        // Whoever read our output is gone: there is nobody left to tell.
        let _ = out
            .write_all(text.as_bytes())
            .and_then(|()| out.write_all(b"\n"));
        let _ = out.flush();
    }

    /// Shows a line beside the output, on standard error.
    pub fn aside(self, text: &str) {
        let mut err = io::stderr().lock();
        let _ = writeln!(err, "{}", printable(text));
    }

    /// [`Screen::raw`] beside the output.
    pub fn aside_raw(self, text: &str) {
        let mut err = io::stderr().lock();
        let _ = writeln!(err, "{text}");
    }

    /// The error line of a failure, and the place in `source` that it means.
    pub fn failure(self, failure: &Failure, source: &str, name: Option<&str>) -> String {
        let mut text = format!(
            "{} {}",
            self.paint(Style::Error, "error:"),
            printable(&failure.text)
        );
        let by_hand = matches!(
            failure.kind,
            FailureKind::Interrupted | FailureKind::Stopped
        );
        if let (Some(at), false) = (failure.at, by_hand && name.is_none()) {
            text.push_str(&self.pointer(at, source, name));
        }
        if let Some(note) = &failure.note {
            text.push_str(&format!("\n  {}", self.paint(Style::Dim, note)));
        }
        text
    }

    /// The source line with a caret below the place; left out where it would say nothing new.
    fn pointer(self, at: Place, source: &str, name: Option<&str>) -> String {
        let Some(line) = source.lines().nth(at.line - 1) else {
            return String::new();
        };
        let lead: String = line.chars().take(at.column - 1).collect();
        let margin = name.map_or_else(String::new, |_| at.line.to_string());
        let gap = " ".repeat(margin.len());
        let blank = " ".repeat(unicode_width::UnicodeWidthStr::width(&*printable(&lead)));
        let mut text = String::new();
        if let Some(name) = name {
            text.push_str(&format!(
                "\n{gap} --> {}:{}:{}",
                printable(name),
                at.line,
                at.column
            ));
        }
        let bar = self.paint(Style::Dim, "|");
        text.push_str(&format!(
            "\n{} {bar} {}",
            self.paint(Style::Dim, &margin),
            printable(line)
        ));
        text.push_str(&format!(
            "\n{gap} {bar} {blank}{}",
            self.paint(Style::Error, "^")
        ));
        text
    }
}
