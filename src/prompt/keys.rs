//! The keys that do more than the line editor's own: Enter, Tab, the arrows, `}` and Ctrl-D.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustyline::history::History;
use rustyline::{
    Cmd, ConditionalEventHandler, EditMode, Editor, Event, EventContext, EventHandler, Helper,
    InputMode, KeyCode, KeyEvent, Modifiers, Movement, RepeatCount,
};

use super::entry::{self, Whole};
use super::indent;
use super::menu::Menu;
use super::words::Current;

/// What Enter has read of the line that it sent last.
pub(crate) type ReadByEnter = Arc<Mutex<Option<Whole>>>;

/// Binds the keys.
pub(crate) fn bind<H: Helper, I: History>(
    lines: &mut Editor<H, I>,
    words: &Current,
    menu: &Menu,
    step_back: Arc<AtomicBool>,
    read: &ReadByEnter,
) {
    let browsing = Arc::<AtomicBool>::default();
    let owed = Arc::<AtomicUsize>::default();
    let key = |code, modifiers| Event::from(KeyEvent(code, modifiers));
    let plain = |code| key(code, Modifiers::NONE);
    let mut bind = |event: Event, handler: Box<dyn ConditionalEventHandler>| {
        lines.bind_sequence(event, EventHandler::Conditional(handler));
    };
    let enter = Enter {
        words: words.clone(),
        owed: Arc::clone(&owed),
        read: Arc::clone(read),
        just_sent: Arc::default(),
    };
    bind(plain(KeyCode::Enter), Box::new(enter.clone()));
    let just_sent = Arc::clone(&enter.just_sent);
    bind(
        key(KeyCode::Char('J'), Modifiers::CTRL),
        Box::new(LineFeed(enter)),
    );
    bind(
        key(KeyCode::Enter, Modifiers::ALT),
        Box::new(NewLine(Arc::clone(&owed))),
    );
    bind(
        plain(KeyCode::Char(' ')),
        Box::new(Blank(Arc::clone(&owed))),
    );
    bind(plain(KeyCode::Tab), Box::new(Tab));
    bind(plain(KeyCode::Char('}')), Box::new(Brace(step_back)));
    bind(
        key(KeyCode::Char('D'), Modifiers::CTRL),
        Box::new(EndOfInput),
    );
    for (code, up) in [(KeyCode::Up, true), (KeyCode::Down, false)] {
        let (browsing, menu) = (Arc::clone(&browsing), menu.clone());
        bind(plain(code), Box::new(Arrow { up, browsing, menu }));
    }
    bind(
        Event::Any,
        Box::new(AnyOther {
            browsing,
            owed,
            just_sent,
        }),
    );
}

/// Whether keys insert text now, rather than being commands of vi.
fn inserts(context: &EventContext<'_>) -> bool {
    context.mode() == EditMode::Emacs || context.input_mode() == InputMode::Insert
}

/// Begins a line, indented. `owed` remembers its blanks.
fn new_line(context: &EventContext<'_>, owed: &AtomicUsize) -> Cmd {
    let before = context.line().get(..context.pos()).unwrap_or_default();
    let blanks = indent::behind(before);
    owed.store(blanks, Ordering::Relaxed);
    Cmd::Insert(1, format!("\n{}", " ".repeat(blanks)))
}

/// Sends a finished entry; another gets a further line.
#[derive(Clone)]
struct Enter {
    words: Current,
    owed: Arc<AtomicUsize>,
    read: ReadByEnter,
    /// Set until another key comes.
    just_sent: Arc<AtomicBool>,
}

impl ConditionalEventHandler for Enter {
    fn handle(
        &self,
        _: &Event,
        _: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        self.just_sent.store(true, Ordering::Relaxed);
        let (line, cursor) = (context.line(), context.pos());
        let on_last_line = !line.get(cursor..).unwrap_or_default().contains('\n');
        let several = line.contains('\n');
        if several && !on_last_line && inserts(context) {
            return Some(new_line(context, &self.owed));
        }
        let whole = Whole::read(&*self.words.get(), line);
        if entry::gave_up(line) || !whole.is_open() || !inserts(context) {
            *self.read.lock().unwrap_or_else(PoisonError::into_inner) = Some(whole);
            return Some(Cmd::AcceptLine);
        }
        Some(new_line(context, &self.owed))
    }
}

/// Enter as some send it, a line feed. Behind Enter itself it belongs to that: lines that end in both
/// are pasted through a terminal without paste marks.
struct LineFeed(Enter);

impl ConditionalEventHandler for LineFeed {
    fn handle(
        &self,
        event: &Event,
        count: RepeatCount,
        is_positive: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        if self.0.just_sent.swap(false, Ordering::Relaxed) {
            return Some(Cmd::Noop);
        }
        let sent = self.0.handle(event, count, is_positive, context);
        self.0.just_sent.store(false, Ordering::Relaxed);
        sent
    }
}

/// Begins a further line, whether the entry is finished or not.
struct NewLine(Arc<AtomicUsize>);

impl ConditionalEventHandler for NewLine {
    fn handle(
        &self,
        _: &Event,
        _: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        inserts(context).then(|| new_line(context, &self.0))
    }
}

/// A blank typed where a line was just indented counts as one of the indentation's: who types the
/// indentation by hand, or pastes through a terminal without paste marks, gets it once.
struct Blank(Arc<AtomicUsize>);

impl ConditionalEventHandler for Blank {
    fn handle(
        &self,
        _: &Event,
        count: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        let owed = self.0.swap(0, Ordering::Relaxed);
        let left = owed.checked_sub(count.into()).filter(|_| owed > 0)?;
        let before = context.line().get(..context.pos())?;
        let (_, line) = before.rsplit_once('\n')?;
        if !inserts(context) || !line.trim().is_empty() {
            return None;
        }
        self.0.store(left, Ordering::Relaxed);
        Some(Cmd::Noop)
    }
}

/// Moves a blank line one level in; elsewhere it completes.
struct Tab;

impl ConditionalEventHandler for Tab {
    fn handle(
        &self,
        _: &Event,
        _: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        let before = context.line().get(..context.pos())?;
        let (_, line) = before.rsplit_once('\n')?;
        line.trim()
            .is_empty()
            .then(|| Cmd::Insert(1, " ".repeat(indent::STEP)))
    }
}

/// A `}` that begins its line takes it one level back. A key is one command of the editor, and none
/// both deletes and inserts, except completion: that is asked for with this mark set.
struct Brace(Arc<AtomicBool>);

impl ConditionalEventHandler for Brace {
    fn handle(
        &self,
        _: &Event,
        count: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        let before = context.line().get(..context.pos())?;
        let steps = count == 1 && inserts(context) && indent::can_step_back(before);
        self.0.store(steps, Ordering::Relaxed);
        steps.then_some(Cmd::Complete)
    }
}

/// Ctrl-D on the blank last line of an open entry sends it as it is: its error says what is open.
struct EndOfInput;

impl ConditionalEventHandler for EndOfInput {
    fn handle(
        &self,
        _: &Event,
        _: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        let line = context.line();
        let (_, last) = line.rsplit_once('\n')?;
        (context.pos() == line.len() && last.trim().is_empty()).then_some(Cmd::AcceptLine)
    }
}

/// Walks through a question's choices, or through the history; with a beginning typed, through the entries that begin so.
struct Arrow {
    up: bool,
    /// Whether the line came from the history and was not touched since.
    browsing: Arc<AtomicBool>,
    menu: Menu,
}

impl ConditionalEventHandler for Arrow {
    fn handle(
        &self,
        _: &Event,
        _: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        if let Some(choice) = self.menu.step(context.line(), self.up) {
            return Some(Cmd::Replace(Movement::WholeBuffer, Some(choice)));
        }
        let before = context.line().get(..context.pos())?;
        if before.is_empty() || self.browsing.load(Ordering::Relaxed) {
            self.browsing.store(true, Ordering::Relaxed);
            return None;
        }
        if before.contains('\n') || (!self.up && context.line()[before.len()..].contains('\n')) {
            return None;
        }
        Some(if self.up {
            Cmd::HistorySearchBackward
        } else {
            Cmd::HistorySearchForward
        })
    }
}

/// Any other key: the line is the person's again.
struct AnyOther {
    browsing: Arc<AtomicBool>,
    owed: Arc<AtomicUsize>,
    just_sent: Arc<AtomicBool>,
}

impl ConditionalEventHandler for AnyOther {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, _: &EventContext<'_>) -> Option<Cmd> {
        self.browsing.store(false, Ordering::Relaxed);
        self.owed.store(0, Ordering::Relaxed);
        self.just_sent.store(false, Ordering::Relaxed);
        None
    }
}
