//! The line editor, set up for a person: multi-line entries, history, a terminal that stays sane.

use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use rustyline::config::BellStyle;
use rustyline::error::ReadlineError;
use rustyline::history::MemHistory;
use rustyline::{Behavior, ColorMode, CompletionType, Config, EditMode, ExternalPrinter};

use super::assistant::Assistant;
use super::entry::{EntryPart, Whole};
use super::history::HistoryFile;
use super::keys::ReadByEnter;
use super::menu::Menu;
use super::settings::{Completion, Editing, Settings};
use super::words::{Current, Words};
use super::{PromptHost, entry, keys, terminal_error};
use crate::error::Error;
use crate::files::told;
use crate::term::notices::{Notices, Writer};
use crate::term::screen::Screen;

/// What stands before the further lines of a statement where lines cannot be edited together: on
/// a dumb terminal.
const MORE: &str = "...> ";

/// A line editor with its history.
pub(crate) struct Editor {
    lines: rustyline::Editor<Assistant, MemHistory>,
    words: Current,
    menu: Menu,
    history: Option<HistoryFile>,
    screen: Screen,
    /// What Enter has read last.
    read: ReadByEnter,
    /// Descriptors that are free while a line is read: the editor opens two each time.
    reserve: Vec<File>,
}

/// What a person entered.
pub(crate) struct Entered {
    /// The whole text.
    pub(crate) text: String,
    /// Its parts.
    pub(super) parts: Vec<EntryPart>,
}

/// How many descriptors are left for a learner's sockets: as in Python, the first one is 3.
const LEFT: usize = 64;

/// Has `open` take its descriptors above the lowest ones, which are free again afterwards.
fn leaving_low_descriptors<T>(open: impl FnOnce() -> T) -> T {
    let placeholders: Vec<File> = (0..LEFT)
        .map_while(|_| File::open("/dev/null").ok())
        .collect();
    let opened = open();
    drop(placeholders);
    opened
}

/// How many descriptors reading a line takes.
const OF_A_LINE: usize = 2;

/// Descriptors to be free for the next line, above those of a learner's sockets, or where they may
/// be.
fn reserve() -> Vec<File> {
    let take = || -> Vec<File> {
        let files = (0..OF_A_LINE).map_while(|_| File::open("/dev/null").ok());
        files.collect()
    };
    let above = leaving_low_descriptors(take);
    if above.len() == OF_A_LINE {
        return above;
    }
    drop(above);
    take()
}

impl Editor {
    /// An editor on the terminal. A history that cannot be read is begun anew.
    pub(crate) fn new(
        screen: Screen,
        settings: &Settings,
        history: Option<PathBuf>,
        words: Arc<dyn Words>,
    ) -> Result<Self, Error> {
        let words = Current::new(words);
        let made = leaving_low_descriptors(|| rustyline::Editor::with_config(config(settings)));
        let mut lines = made.map_err(|error| terminal_error(&error))?;
        let menu = Menu::default();
        let assistant =
            Assistant::new(words.clone(), menu.clone(), screen.colour(), settings.hints);
        let step_back = Arc::clone(&assistant.step_back);
        lines.set_helper(Some(assistant));
        let read = ReadByEnter::default();
        keys::bind(&mut lines, &words, &menu, step_back, &read);
        let history = history.map(|path| HistoryFile::open(path, settings.history));
        let history = history.map(|(file, entries)| {
            for entry in entries {
                // What it does not keep, such as one that is there twice, it does not keep now either.
                let _ = lines.add_history_entry(entry);
            }
            file
        });
        Ok(Self {
            lines,
            words,
            menu,
            history,
            screen,
            read,
            reserve: reserve(),
        })
    }

    /// Has what consoles in the background say appear above the line that is being edited, or at
    /// once where none is.
    pub(crate) fn show_notices(&mut self, notices: &Notices) {
        let printer = leaving_low_descriptors(|| self.lines.create_external_printer());
        let screen = self.screen;
        let writer: Writer = match printer {
            Ok(mut printer) => Box::new(move |text| {
                // Nobody can be told that the terminal is gone.
                let _ = printer.print(text);
            }),
            // A terminal that cannot move its cursor.
            Err(_) => Box::new(move |text| screen.raw(text.trim_end())),
        };
        if let Err(error) = notices.attach(writer) {
            self.screen.aside(&format!("Ctrl-Z is not there: {error}"));
        }
    }

    /// Reads a whole entry: commands or statements, over as many lines as they need. An empty line
    /// given twice ends one that is still open. None at the end of input. Ctrl-C drops the entry.
    pub(crate) fn read_entry(&mut self, shell: &dyn PromptHost) -> Result<Option<Entered>, Error> {
        self.words.set(shell.words());
        let choices = shell.choices();
        let asks = !choices.is_empty();
        self.menu.offer(choices);
        let mut entry = String::new();
        self.reserve.clear();
        let whole = loop {
            let prompt = if entry.is_empty() {
                self.menu.above(&shell.prompt())
            } else {
                MORE.into()
            };
            match self.lines.readline(&prompt) {
                Ok(line) => {
                    entry.push_str(&line);
                    let whole = self.whole(&entry);
                    // The Enter key has judged an entry of several lines already.
                    let judged = line.contains('\n') || entry::gave_up(&entry);
                    if judged || !whole.is_open() {
                        break whole;
                    }
                    entry.push('\n');
                }
                Err(ReadlineError::Interrupted) => entry.clear(),
                Err(ReadlineError::Eof) if entry.is_empty() => return Ok(None),
                Err(ReadlineError::Eof) => break self.whole(&entry),
                Err(error) if is_signal(&error) => {}
                Err(error) => return Err(terminal_error(&error)),
            }
        };
        let text = entry.trim_end().to_string();
        // An answer is nothing to type again.
        if !asks {
            self.remember(&text);
        }
        self.reserve = reserve();
        let parts = whole.into_parts(&*self.words.get());
        Ok(Some(Entered { text, parts }))
    }

    /// The entry, read by Enter or else now.
    fn whole(&self, entry: &str) -> Whole {
        let read = self
            .read
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let known = read.filter(|whole| whole.is_of(entry));
        known.unwrap_or_else(|| Whole::read(&*self.words.get(), entry))
    }

    /// Adds an entry to the history, here and in the file; several sessions may share it.
    fn remember(&mut self, entry: &str) {
        if entry.trim().is_empty() || !matches!(self.lines.add_history_entry(entry), Ok(true)) {
            return;
        }
        if let Some(mut file) = self.history.take() {
            match file.append(entry) {
                Ok(()) => self.history = Some(file),
                Err(error) => {
                    let error = told(&error);
                    let path = file.path().display();
                    self.screen
                        .aside(&format!("the history is not kept: `{path}`: {error}"));
                }
            }
        }
    }
}

fn config(settings: &Settings) -> Config {
    let builder = Config::builder()
        .behavior(Behavior::PreferTerm)
        .auto_add_history(false)
        .bracketed_paste(true)
        .bell_style(BellStyle::None)
        // The assistant decides about colour; it is asked in any case, for it also keeps what a
        // terminal would obey out of the line.
        .color_mode(ColorMode::Forced)
        .completion_show_all_if_ambiguous(true)
        .completion_type(match settings.completion {
            Completion::List => CompletionType::List,
            Completion::Circular => CompletionType::Circular,
        })
        .edit_mode(match settings.editing {
            Editing::Emacs => EditMode::Emacs,
            Editing::Vi => EditMode::Vi,
        });
    match builder.clone().max_history_size(settings.history) {
        Ok(builder) => builder.build(),
        Err(_) => builder.build(),
    }
}

/// A signal came while the line was read: nothing is lost, the line is read again.
fn is_signal(error: &ReadlineError) -> bool {
    match error {
        ReadlineError::Io(error) => error.kind() == std::io::ErrorKind::Interrupted,
        ReadlineError::Signal(_) => true,
        _ => false,
    }
}
