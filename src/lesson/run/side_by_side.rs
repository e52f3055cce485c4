//! Several lessons at a time, reported one after the other as if they had been run so.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::console::{InterruptTarget, Session};
use crate::lesson::format::model::Header;
use crate::lesson::library::{Entry, Opened};
use crate::lesson::results::{Event, Report, StepReport, Summary, Verdict};
use crate::lesson::run::host::{self, NetworkChoice, RunHost};
use crate::trace::Ladder;

/// Makes the session of a lesson, on any thread.
pub(crate) type MakeSession<'a> = &'a (dyn Fn(&Header, NetworkChoice) -> Session + Sync);

/// A lesson to run, with its place.
pub(crate) struct Planned<'a> {
    /// Where it is, for its model solutions.
    pub(crate) entry: &'a Entry,
    /// Its text and steps.
    pub(crate) opened: &'a Opened,
}

/// What a lesson's run tells, until somebody hears it.
enum RelayedEvent {
    Step {
        number: usize,
        transcript: String,
        picture: Option<Ladder>,
        verdict: Verdict,
        took: Duration,
    },
    Ended(Summary),
}

/// Sends what happens to whoever reports it.
struct Relay {
    told: Sender<RelayedEvent>,
    wants_pictures: bool,
}

impl Report for Relay {
    fn event(&mut self, event: &Event<'_>) {
        let told = match event {
            Event::Step(step) => RelayedEvent::Step {
                number: step.number,
                transcript: step.transcript.into(),
                picture: step.picture.cloned(),
                verdict: step.verdict.clone(),
                took: step.took,
            },
            Event::Ended(summary) => RelayedEvent::Ended((*summary).clone()),
            // The lesson is known on the other side, and nothing else comes from a run.
            _ => return,
        };
        // Nobody hears any more when Ctrl-C has ended the report.
        let _ = self.told.send(told);
    }

    fn wants_pictures(&self) -> bool {
        self.wants_pictures
    }
}

/// What the lessons' runs have in common.
struct Bench<'a> {
    session: MakeSession<'a>,
    interrupts: &'a InterruptTarget,
    /// Whose lesson may use ports that others have too.
    ports: Mutex<()>,
}

impl RunHost for Bench<'_> {
    fn session(&self, header: &Header, choice: NetworkChoice) -> Session {
        (self.session)(header, choice)
    }

    fn attend(&self, session: &Session) {
        self.interrupts.pass_on_to(session.interrupt_target());
    }

    fn attend_own(&self) {}

    fn interrupted(&self) -> bool {
        self.interrupts.was_interrupted()
    }
}

impl Bench<'_> {
    fn run(&self, lesson: &Planned<'_>, choice: NetworkChoice, report: &mut dyn Report) {
        let (source, parsed) = lesson.opened;
        let session = self.session(&parsed.header, choice);
        let shares_ports = !session.network().has_own_ports();
        let _alone =
            shares_ports.then(|| self.ports.lock().unwrap_or_else(PoisonError::into_inner));
        host::run_in(self, session, source, parsed, Some(lesson.entry), report);
    }
}

/// Runs lessons, up to `jobs` at a time, and reports them in order: what each came to, up to the one
/// that Ctrl-C ended. Lessons that share ports with others are run one after the other.
pub(crate) fn run(
    lessons: &[Planned<'_>],
    jobs: usize,
    choice: NetworkChoice,
    (session, interrupts): (MakeSession<'_>, &InterruptTarget),
    report: &mut dyn Report,
    ended: &mut dyn FnMut(&Summary),
) {
    let bench = Bench {
        session,
        interrupts,
        ports: Mutex::default(),
    };
    let (relays, heard): (Vec<_>, Vec<_>) = lessons
        .iter()
        .map(|_| channel())
        .map(|(relay, heard)| (Mutex::new(Some(relay)), heard))
        .unzip();
    let order = in_order_of_length(lessons);
    let next = AtomicUsize::new(0);
    let wants_pictures = report.wants_pictures();
    let work = || {
        while let Some(&at) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            let relay = relays[at]
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            // What is not begun when Ctrl-C comes is not run: its listener finds nobody.
            let Some(relay) = relay.filter(|_| !bench.interrupted()) else {
                continue;
            };
            let mut relay = Relay {
                told: relay,
                wants_pictures,
            };
            bench.run(&lessons[at], choice, &mut relay);
        }
    };
    thread::scope(|scope| {
        for _ in 0..jobs.min(lessons.len()) {
            scope.spawn(work);
        }
        for (lesson, heard) in lessons.iter().zip(&heard) {
            match hear(lesson.opened, heard, report) {
                Some(summary) => ended(&summary),
                None => break,
            }
            if bench.interrupted() {
                break;
            }
        }
    });
}

/// The lessons that take long begin first: those that start programs, then those with more steps.
fn in_order_of_length(lessons: &[Planned<'_>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..lessons.len()).collect();
    order.sort_by_key(|&at| {
        let lesson = &lessons[at].opened.1;
        let programs: usize = lesson.exercises().iter().map(|one| one.steps.len()).sum();
        std::cmp::Reverse((programs, lesson.steps.len()))
    });
    order
}

/// Passes on what a lesson's run tells, to its end; none where it was not run.
fn hear(
    (source, lesson): &Opened,
    heard: &Receiver<RelayedEvent>,
    report: &mut dyn Report,
) -> Option<Summary> {
    let mut first = Some(heard.recv().ok()?);
    report.event(&Event::Begun(source, lesson));
    loop {
        match first.take().or_else(|| heard.recv().ok())? {
            RelayedEvent::Step {
                number,
                transcript,
                picture,
                verdict,
                took,
            } => {
                if let Some(step) = lesson.steps.get(number - 1) {
                    report.event(&Event::Step(&StepReport {
                        step,
                        number,
                        transcript: &transcript,
                        picture: picture.as_ref(),
                        verdict: &verdict,
                        took,
                    }));
                }
            }
            RelayedEvent::Ended(summary) => {
                report.event(&Event::Ended(&summary));
                return Some(summary);
            }
        }
    }
}
