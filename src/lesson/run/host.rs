//! What a run of a lesson needs of the program around it: a network, and Ctrl-C.

use crate::console::Session;
use crate::lesson::format::model::{Header, Lesson};
use crate::lesson::library::Entry;
use crate::lesson::results::{Report, Source, Summary};
use crate::lesson::run::launch::{self, Script};
use crate::lesson::run::run_with;

/// The program around a run.
pub(crate) trait RunHost {
    /// A fresh session on the network that the lesson asks for, or `live` on the real one.
    fn session(&self, header: &Header, live: bool) -> Session;

    /// Ctrl-C goes to this session from now on.
    fn attend(&self, session: &Session);

    /// Ctrl-C goes where it went before any run.
    fn attend_own(&self);

    /// Whether Ctrl-C came since [`RunHost::attend`].
    fn interrupted(&self) -> bool;
}

/// Runs a lesson in a session of its own, which Ctrl-C goes to. Its exercises are run against the
/// model solutions that lie beside `entry`; without one they are skipped.
pub(crate) fn run(
    host: &dyn RunHost,
    source: &Source,
    lesson: &Lesson,
    entry: Option<&Entry>,
    live: bool,
    report: &mut dyn Report,
) -> Summary {
    let solution = entry
        .map(|entry| move |exercise: &str| launch::of_exercise(entry, exercise, Script::Solution));
    let solutions = solution.as_ref().map(|solution| solution as _);
    in_session(host, &lesson.header, live, |session| {
        run_with(source, lesson, session, solutions, report)
    })
}

/// Does some work in a fresh session of a lesson, which Ctrl-C goes to meanwhile.
pub(crate) fn in_session<T>(
    host: &dyn RunHost,
    header: &Header,
    live: bool,
    work: impl FnOnce(Session) -> T,
) -> T {
    let session = host.session(header, live);
    host.attend(&session);
    let done = work(session);
    host.attend_own();
    done
}
