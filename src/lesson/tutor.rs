//! The tutor: shows a step's prose, waits for the learner's line, runs it, and judges what came of
//! it. [`state`] decides what to do, [`judge`] what a line was worth; both touch nothing. `lead`
//! carries it out in consoles and in front of a person.

pub(crate) mod code_facts;
mod deeds;
mod goal;
pub(crate) mod judge;
mod page;
mod session;
mod spoken;
mod stage;
pub(crate) mod state;
pub(crate) mod tutor_command;

use crate::console::{Session, StatementRun};
use crate::lesson::progress::Taken;
use crate::net::signal::Stops;
use crate::script::failure::Failure;
use crate::term::screen::Screen;

pub(crate) use crate::lesson::tutor::session::{Course, teach};

/// What is read from the learner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asking<'a> {
    /// A line at the console's own prompt.
    Line,
    /// The answer to a question: an expression.
    Answer,
    /// One of these, by its number or its text.
    Choice(&'a [String]),
    /// Anything: a remark.
    Remark,
}

/// An exercise that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checked {
    /// Its name.
    pub(crate) exercise: String,
    /// Whether all checks went well.
    pub(crate) well: bool,
}

/// The person in front, and the place they sit at.
pub(crate) trait Front {
    /// The session that the lesson runs in.
    fn session(&mut self) -> &mut Session;

    /// Where text goes.
    fn screen(&self) -> Screen;

    /// The columns of the terminal.
    fn width(&self) -> usize;

    /// Reads what the learner enters, over several lines where a statement needs them; none at the
    /// end of input.
    fn read(&mut self, asking: Asking<'_>) -> Option<String>;

    /// The console whose prompt shows.
    fn console(&self) -> String;

    /// Goes to a console: its prompt shows from now on.
    fn sit_at(&mut self, console: &str);

    /// Whether the line is a command of the prompt.
    fn is_command(&self, line: &str) -> bool;

    /// Whether a line is the command that is wanted, written in another way.
    fn is_same_command(&self, wanted: &str, line: &str) -> bool;

    /// Carries out a command of the prompt. Gives the exercise of this lesson that it checked, and
    /// whether all of its checks went well.
    fn command(&mut self, line: &str) -> Option<Checked>;

    /// The model solution of an exercise; the error says why there is none.
    fn solution(&self, exercise: &str) -> Result<String, String>;

    /// Whether Ctrl-C came since this was last asked.
    fn take_interrupt(&self) -> bool;

    /// A session without any console, in place of the one there is.
    fn begin_anew(&mut self);

    /// Takes a statement that goes on when the learner leaves.
    fn leave(&mut self, console: &str, run: StatementRun, source: &str);

    /// Catches Ctrl-Z for the line that is about to begin, while the guard lives.
    fn catch_stops(&self) -> Option<Stops>;

    /// Ctrl-Z goes to this line from now on, or to none.
    fn watch(&self, run: Option<&StatementRun>);

    /// Takes a line that Ctrl-Z left, and goes to another console.
    fn leave_running(&mut self, console: &str, run: StatementRun, source: &str);

    /// Why the console in front takes no line now; none when it does.
    fn refusal(&self) -> Option<Failure>;

    /// Keeps the last error, for whoever asks what it means.
    fn remember(&mut self, failure: &Failure);

    /// Keeps how far the lesson is taken.
    fn keep(&mut self, taken: &Taken);
}
