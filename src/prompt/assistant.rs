//! What rustyline asks while a line is typed, answered by the pure parts beside this file.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustyline::completion::{Candidate as ToInsert, Completer};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint as ToShow, Hinter};
use rustyline::history::SearchDirection;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Context, Helper};

use unicode_width::UnicodeWidthStr;

use super::candidates::Candidate;
use super::colour;
use super::complete::complete;
use super::hint::{Hint, Room, hint};
use super::indent::STEP;
use super::menu::Menu;
use super::words::Current;
use crate::term::screen;
use crate::term::wrap::cut;

/// The columns of a terminal that does not tell.
const COLUMNS: usize = 80;
/// More candidates than this are not listed.
const MOST: usize = 2_000;

/// Completion, hints and colours of one editor.
pub(crate) struct Assistant {
    words: Current,
    menu: Menu,
    colour: bool,
    hints: bool,
    /// Whether a `}` was typed that takes its blank line one level back.
    pub(crate) step_back: Arc<AtomicBool>,
    /// Whether the line is being sent: then no bracket is marked.
    last: Cell<bool>,
}

impl Assistant {
    pub(crate) fn new(words: Current, menu: Menu, colour: bool, hints: bool) -> Self {
        let last = Cell::new(false);
        Self {
            words,
            menu,
            colour,
            hints,
            step_back: Arc::default(),
            last,
        }
    }

    /// The newest entry of the history before the present one that begins with the line.
    fn earlier(line: &str, context: &Context<'_>) -> Option<String> {
        let history = context.history();
        let start = if context.history_index() == history.len() {
            context.history_index().checked_sub(1)?
        } else {
            context.history_index()
        };
        let found = history.starts_with(line, start, SearchDirection::Reverse);
        Some(found.ok()??.entry.into_owned())
    }
}

/// Erases what stands behind the cursor: a list goes below the line, which stays on the screen, and
/// its hint would look as if it had been typed.
fn erase_hint() {
    let mut out = io::stdout().lock();
    // A terminal that is gone has nothing to erase.
    let _ = out.write_all(b"\x1b[J").and_then(|()| out.flush());
}

impl Helper for Assistant {}
impl Validator for Assistant {}

impl ToInsert for Candidate {
    fn display(&self) -> &str {
        &self.shown
    }

    fn replacement(&self) -> &str {
        &self.text
    }
}

impl Completer for Assistant {
    type Candidate = Candidate;

    fn complete(
        &self,
        line: &str,
        cursor: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Candidate>)> {
        if self.step_back.swap(false, Ordering::Relaxed) {
            let (text, shown) = ("}".into(), "}".into());
            return Ok((cursor.saturating_sub(STEP), vec![Candidate { text, shown }]));
        }
        let (start, mut found) = complete(line, cursor, &*self.words.get());
        found.truncate(MOST);
        let columns = screen::columns().unwrap_or(COLUMNS);
        for candidate in &mut found {
            if candidate.shown.width() >= columns {
                candidate.shown = cut(&candidate.shown, columns.saturating_sub(1));
            }
        }
        if cursor == line.len() && found.len() > 1 {
            erase_hint();
        }
        Ok((start, found))
    }
}

impl ToShow for Hint {
    fn display(&self) -> &str {
        &self.shown
    }

    fn completion(&self) -> Option<&str> {
        self.inserted.as_deref()
    }
}

impl Hinter for Assistant {
    type Hint = Hint;

    fn hint(&self, line: &str, cursor: usize, context: &Context<'_>) -> Option<Hint> {
        if !self.hints || line.trim().is_empty() {
            return None;
        }
        let room = Room {
            columns: screen::columns().unwrap_or(COLUMNS),
            colour: self.colour,
        };
        let earlier = (cursor == line.len()).then(|| Self::earlier(line, context));
        hint(
            line,
            cursor,
            earlier.flatten().as_deref(),
            room,
            &*self.words.get(),
        )
    }
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, line: &'l str, cursor: usize) -> Cow<'l, str> {
        if self.colour {
            let cursor = (!self.last.get()).then_some(cursor);
            Cow::Owned(colour::paint(line, cursor, &*self.words.get()))
        } else {
            Cow::Owned(colour::harmless(line))
        }
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        let prompt = self.menu.marked(prompt);
        Cow::Owned(if self.colour {
            format!("\x1b[1m{prompt}\x1b[0m")
        } else {
            prompt
        })
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        if self.colour {
            Cow::Owned(format!("\x1b[2m{hint}\x1b[0m"))
        } else {
            Cow::Borrowed(hint)
        }
    }

    fn highlight_candidate<'c>(&self, candidate: &'c str, _: CompletionType) -> Cow<'c, str> {
        // The list is written over the hint below the line: what is left of it goes.
        let erase = "\x1b[K";
        match candidate.split_once("  ").filter(|_| self.colour) {
            Some((name, meaning)) => Cow::Owned(format!("{name}  \x1b[2m{meaning}\x1b[0m{erase}")),
            None => Cow::Owned(format!("{candidate}{erase}")),
        }
    }

    fn highlight_char(&self, line: &str, cursor: usize, kind: CmdKind) -> bool {
        self.last.set(kind == CmdKind::ForcedRefresh);
        match kind {
            CmdKind::MoveCursor => self.colour && colour::near_bracket(line, cursor),
            // One letter may change the colour of the rest.
            CmdKind::Other => self.colour,
            CmdKind::ForcedRefresh => false,
        }
    }
}
