//! The keys that do more than the line editor's own: Enter, Tab, the arrows, `}` and Ctrl-D.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustyline::history::History;
use rustyline::{
    Cmd, ConditionalEventHandler, EditMode, Editor, Event, EventContext, EventHandler, Helper,
    InputMode, KeyCode, KeyEvent, Modifiers, Movement, RepeatCount,
};

use super::entry;
use super::indent;
use super::menu::Menu;
use super::words::Current;

/// Binds the keys.
pub(super) fn bind<H: Helper, I: History>(
    lines: &mut Editor<H, I>,
    words: &Current,
    menu: &Menu,
    step_back: Arc<AtomicBool>,
) {
    let browsing = Arc::<AtomicBool>::default();
    let key = |code, modifiers| Event::from(KeyEvent(code, modifiers));
    let plain = |code| key(code, Modifiers::NONE);
    let mut bind = |event: Event, handler: Box<dyn ConditionalEventHandler>| {
        lines.bind_sequence(event, EventHandler::Conditional(handler));
    };
    bind(plain(KeyCode::Enter), Box::new(Enter(words.clone())));
    bind(key(KeyCode::Enter, Modifiers::ALT), Box::new(NewLine));
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
    bind(Event::Any, Box::new(AnyOther(browsing)));
}

/// Whether keys insert text now, rather than being commands of vi.
fn inserts(context: &EventContext<'_>) -> bool {
    context.mode() == EditMode::Emacs || context.input_mode() == InputMode::Insert
}

fn new_line(context: &EventContext<'_>) -> Cmd {
    let before = context.line().get(..context.pos()).unwrap_or_default();
    let blanks = " ".repeat(indent::behind(before));
    Cmd::Insert(1, format!("\n{blanks}"))
}

/// Sends a finished entry; another gets a further line.
struct Enter(Current);

impl ConditionalEventHandler for Enter {
    fn handle(
        &self,
        _: &Event,
        _: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        let (line, cursor) = (context.line(), context.pos());
        let on_last_line = !line.get(cursor..).unwrap_or_default().contains('\n');
        let several = line.contains('\n');
        if several && !on_last_line && inserts(context) {
            return Some(new_line(context));
        }
        let gave_up = entry::gave_up(line);
        if gave_up || !entry::is_open(&*self.0.get(), line) || !inserts(context) {
            return Some(Cmd::AcceptLine);
        }
        Some(new_line(context))
    }
}

/// Begins a further line, whether the entry is finished or not.
struct NewLine;

impl ConditionalEventHandler for NewLine {
    fn handle(
        &self,
        _: &Event,
        _: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        inserts(context).then(|| new_line(context))
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
struct AnyOther(Arc<AtomicBool>);

impl ConditionalEventHandler for AnyOther {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, _: &EventContext<'_>) -> Option<Cmd> {
        self.0.store(false, Ordering::Relaxed);
        None
    }
}
