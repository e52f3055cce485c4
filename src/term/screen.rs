//! Where text for people goes: standard output and standard error, made safe for the terminal.

use std::env;
use std::io::{self, IsTerminal, Write};

use textwrap::core::display_width;
use unicode_width::UnicodeWidthStr;

use super::layout::lay_out;
use super::output::{self, StandardOutput};
use super::pager;
use super::wrap::sentences;
use crate::repr::escape::{one_line, printable};
use crate::repr::{Bounds, Repr};
use crate::script::context::Output;
use crate::script::failure::{Failure, FailureKind, Place};

/// The columns of sentences where nobody's terminal says how many there are.
const UNATTENDED: usize = 112;

/// What shows of a huge value at once.
const BEGINNING: Bounds = Bounds {
    values: 128,
    bytes: 4096,
    ..Bounds::SHOWN
};

/// The two streams, and whether they may carry colour.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    colour: bool,
    /// Set where a person sits before it: values get colours and the terminal's width, and what is
    /// more than a screen goes to this.
    person: Option<Pager>,
    /// Whether lines are sentences of ours, which may be wrapped.
    sentences: bool,
    /// The columns that something else takes before each line.
    margin: usize,
}

/// What shows more than a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pager {
    /// `PAGER`, else `less`, else nothing.
    Auto,
    /// Nothing: a beginning shows.
    Never,
    /// This command line.
    Command(&'static str),
}

impl Pager {
    /// Shows a text that is safe already; false where it could not.
    fn show(self, text: &str) -> bool {
        match self {
            Self::Auto => pager::page(text, None),
            Self::Command(line) => pager::page(text, Some(line)),
            Self::Never => false,
        }
    }
}

/// What a piece of text means; colour follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
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
    /// The part of a line that is meant.
    Marked,
    /// Bytes on their way.
    Sent,
    /// A state of TCP.
    State,
}

impl Style {
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Error => "31",
            Self::Good => "32",
            Self::Dim => "2",
            Self::Strong => "1",
            Self::Marked => "4",
            Self::Sent => "36",
            Self::State => "1;35",
        }
    }
}

impl Screen {
    /// A screen that uses colour where the output is a terminal that knows it and `NO_COLOR` is
    /// not set (no-color.org).
    pub(crate) fn of_process() -> Self {
        let dumb = env::var_os("TERM").is_none_or(|term| term == "dumb");
        let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            colour: io::stdout().is_terminal() && !dumb && !refused,
            person: None,
            sentences: false,
            margin: 0,
        }
    }

    /// The screen of a person at a prompt. `colour` overrules the environment where it is given.
    #[must_use]
    pub(crate) fn attended(self, colour: Option<bool>, pager: Pager) -> Self {
        Self {
            colour: colour.unwrap_or(self.colour),
            person: Some(pager),
            ..self
        }
    }

    /// The same screen for sentences of ours: every line is [`Screen::prose`].
    #[must_use]
    pub(crate) fn in_sentences(mut self) -> Self {
        self.sentences = true;
        self
    }

    /// A screen without colour.
    pub(crate) fn plain() -> Self {
        Self {
            colour: false,
            person: None,
            sentences: false,
            margin: 0,
        }
    }

    /// The same screen for lines that stand after a label of so many columns.
    #[must_use]
    pub(crate) fn after_label(self, margin: usize) -> Self {
        Self { margin, ..self }
    }

    /// Whether colour is used.
    pub(crate) fn colour(self) -> bool {
        self.colour
    }

    /// The text in its style, its control characters escaped.
    pub(crate) fn paint(self, style: Style, text: &str) -> String {
        let safe = printable(text);
        if self.colour && style != Style::Plain && !text.is_empty() {
            format!("\x1b[{}m{safe}\x1b[0m", style.code())
        } else {
            safe.into_owned()
        }
    }

    /// Shows a value: before a person with colours by kind, in the terminal's width, and what is
    /// more than a screen a page at a time, or only its beginning where no pager shows all of it;
    /// else its canonical text.
    pub(crate) fn value(self, value: &Repr) {
        let Some(pager) = self.person else {
            return self.line(&value.to_string());
        };
        let lay_out = |value: &Repr| lay_out(value, columns(), self.colour);
        let whole = lay_out(value);
        if !is_more_than_a_screen(&whole) {
            self.raw(&whole);
        } else if !pager.show(&whole) {
            self.beginning(value, lay_out);
        }
    }

    /// Shows text that is safe already: before a person, what is more than a screen a page at a time.
    pub(crate) fn paged(self, text: &str) {
        let pager = self.person.filter(|_| is_more_than_a_screen(text));
        if !pager.is_some_and(|pager| pager.show(text)) {
            self.raw(text);
        }
    }

    /// Shows the canonical text of a value, of a huge one the beginning.
    pub(crate) fn canonical(self, value: &Repr) {
        self.beginning(value, ToString::to_string);
    }

    fn beginning(self, value: &Repr, text: impl Fn(&Repr) -> String) {
        let beginning = value.within(BEGINNING);
        self.raw(&text(&beginning));
        if beginning != *value {
            self.raw(&self.paint(Style::Dim, "`print(it)` shows all of it"));
        }
    }

    /// Shows sentences: on a terminal no line is cut within a word, and what a line wraps to stands
    /// as far in as the line.
    pub(crate) fn prose(self, text: &str) {
        let columns = self.columns_of(&io::stdout()).unwrap_or(UNATTENDED);
        self.raw(&sentences(&printable(text), columns));
    }

    /// The columns that a line of sentences may have on a stream; none where it is no terminal.
    fn columns_of(self, stream: &impl IsTerminal) -> Option<usize> {
        let columns = columns().filter(|_| stream.is_terminal())?;
        Some(columns.saturating_sub(self.margin))
    }

    /// Shows lines of text.
    pub(crate) fn line(self, text: &str) {
        match self.columns_of(&io::stdout()).filter(|_| self.sentences) {
            Some(columns) => self.raw(&sentences(&printable(text), columns)),
            None => self.raw(&printable(text)),
        }
    }

    /// Shows text that is safe already, such as what [`Screen::paint`] made.
    #[allow(clippy::unused_self, reason = "only who has the screen may write")]
    pub(crate) fn raw(self, text: &str) {
        let _one_line = io::stdout().lock();
        // What is lost is told at the end.
        let _ = StandardOutput
            .write_all(text.as_bytes())
            .and_then(|()| StandardOutput.write_all(b"\n"));
        let _ = StandardOutput.flush();
    }

    /// Shows sentences beside the output, on standard error.
    pub(crate) fn aside(self, text: &str) {
        let columns = self.columns_of(&io::stderr()).unwrap_or(usize::MAX);
        self.aside_raw(&sentences(&printable(text), columns));
    }

    /// [`Screen::raw`] beside the output.
    #[allow(clippy::unused_self, reason = "only who has the screen may write")]
    pub(crate) fn aside_raw(self, text: &str) {
        if output::lost().is_some() {
            return; // what follows from that says nothing new
        }
        let mut err = io::stderr().lock();
        let _ = writeln!(err, "{text}");
    }

    /// The error line of a failure, and the place in `source` that it means.
    pub(crate) fn failure(self, failure: &Failure, source: &str, name: Option<&str>) -> String {
        let columns = self.columns_of(&io::stderr()).unwrap_or(usize::MAX);
        let label = self.paint(Style::Error, "error:");
        let text = format!("{label} {}", printable(&failure.text));
        let mut text = sentences(&text, columns);
        let by_hand = matches!(
            failure.kind,
            FailureKind::Interrupted | FailureKind::Stopped
        );
        if let (Some(at), false) = (failure.at, by_hand && name.is_none()) {
            text.push_str(&self.pointer(at, source, name));
        }
        if let Some(note) = &failure.note {
            for line in sentences(&format!("  {note}"), columns).lines() {
                text.push_str(&format!("\n{}", self.paint(Style::Dim, line)));
            }
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
        let blank = " ".repeat(printable(&lead).width());
        let mut text = String::new();
        if let Some(name) = name {
            text.push_str(&format!(
                "\n{gap} --> {}:{}:{}",
                one_line(name),
                at.line,
                at.column
            ));
        }
        let bar = self.paint(Style::Dim, "|");
        let rest = &line[lead.len()..];
        let (meant, after) = rest.split_at(word_at(rest));
        text.push_str(&format!(
            "\n{} {bar} {}{}{}",
            self.paint(Style::Dim, &margin),
            printable(&lead),
            self.paint(Style::Marked, meant),
            printable(after)
        ));
        text.push_str(&format!(
            "\n{gap} {bar} {blank}{}",
            self.paint(Style::Error, "^")
        ));
        text
    }
}

/// What a statement prints shows at once.
impl Output for Screen {
    fn print(&self, line: &str) {
        self.line(line);
    }

    fn eprint(&self, line: &str) {
        // It is the script's text, and stays as it is.
        self.aside_raw(&printable(line));
    }
}

/// The columns and rows of the terminal; none where there is no terminal, or none that tells.
pub(crate) fn size() -> Option<(usize, usize)> {
    let (columns, rows) = terminal_size::terminal_size()?;
    let size = (usize::from(columns.0), usize::from(rows.0));
    Some(size).filter(|(columns, rows)| *columns > 0 && *rows > 0)
}

/// The columns of the terminal.
pub(crate) fn columns() -> Option<usize> {
    Some(size()?.0)
}

/// The length of the word or the single sign that a text begins with, in bytes.
fn word_at(text: &str) -> usize {
    let letter = |c: char| c == '_' || c.is_alphanumeric();
    match text.chars().next() {
        Some(first) if letter(first) => text.find(|c| !letter(c)).unwrap_or(text.len()),
        Some(first) => first.len_utf8(),
        None => 0,
    }
}

/// Whether a text has more rows than the terminal; never where either stream is none.
fn is_more_than_a_screen(text: &str) -> bool {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return false;
    }
    let Some((width, height)) = size() else {
        return false;
    };
    let rows = text
        .lines()
        .map(|line| 1 + display_width(line).saturating_sub(1) / width);
    rows.sum::<usize>() >= height
}
