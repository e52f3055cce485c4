//! What a run of a lesson needs of the program around it: a network, and Ctrl-C.

use crate::console::Session;
use crate::lesson::format::model::{Header, Lesson};
use crate::lesson::library::Entry;
use crate::lesson::results::{Report, Source, Summary};
use crate::lesson::run::launch::{self, Script};
use crate::lesson::run::run_with;

/// The network that a lesson which wants the lab runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum NetworkChoice {
    /// A private internet where the system allows one, else the mapped one.
    #[default]
    Lab,
    /// The lab on ports of this machine's loopback.
    SharedLab,
    /// The real network.
    Live,
}

/// The program around a run.
pub(crate) trait RunHost {
    /// A fresh session on the network that the lesson asks for, the lab as it was chosen.
    fn session(&self, header: &Header, choice: NetworkChoice) -> Session;

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
    choice: NetworkChoice,
    report: &mut dyn Report,
) -> Summary {
    let session = host.session(&lesson.header, choice);
    run_in(host, session, source, lesson, entry, report)
}

/// [`run`] in a session that has been made for it.
pub(crate) fn run_in(
    host: &dyn RunHost,
    session: Session,
    source: &Source,
    lesson: &Lesson,
    entry: Option<&Entry>,
    report: &mut dyn Report,
) -> Summary {
    let solution = entry
        .map(|entry| move |exercise: &str| launch::of_exercise(entry, exercise, Script::Solution));
    let solutions = solution.as_ref().map(|solution| solution as _);
    attended(host, session, |session| {
        run_with(source, lesson, session, solutions, report)
    })
}

/// Does some work in a fresh session of a lesson, which Ctrl-C goes to meanwhile.
pub(crate) fn in_session<T>(
    host: &dyn RunHost,
    header: &Header,
    choice: NetworkChoice,
    work: impl FnOnce(Session) -> T,
) -> T {
    attended(host, host.session(header, choice), work)
}

fn attended<T>(host: &dyn RunHost, session: Session, work: impl FnOnce(Session) -> T) -> T {
    host.attend(&session);
    let done = work(session);
    host.attend_own();
    done
}
