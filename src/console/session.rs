//! A session: its consoles by name, and the network that new statements begin in.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use super::task::SessionParts;
use super::{Console, ConsoleSnapshot, StatementRun, Task, Unseen, Until};
use crate::net::error::Cause;
use crate::net::io_context::Status;
use crate::net::network::Network;
use crate::net::process::Program;
use crate::repr::Repr;
use crate::script::engine::Outcome;
use crate::script::inspect::SocketName;
use crate::trace::{Choice, Journal, Ladder, PendingCall, Wanted, ladder};

/// The consoles of one person or one lesson.
pub struct Session {
    consoles: BTreeMap<String, Console>,
    network: Arc<dyn Network>,
    args: Vec<String>,
    interrupts: Arc<InterruptTarget>,
    journal: Arc<Journal>,
    /// Has the calls recorded.
    wanted: Option<Wanted>,
    /// What the object `program` is in its consoles.
    program: Option<Arc<Program>>,
    /// Ends the network with the session, after the consoles; none where it is another session's.
    _end: Option<NetworkEnd>,
}

/// Tells a network, when it is dropped, that its session has ended.
struct NetworkEnd(Arc<dyn Network>);

impl Drop for NetworkEnd {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// The console that Ctrl-C goes to.
#[derive(Default)]
pub(crate) struct InterruptTarget {
    status: Mutex<Option<Arc<Status>>>,
    struck: AtomicBool,
    /// Those that are interrupted with it.
    others: Mutex<Vec<Weak<Self>>>,
}

impl InterruptTarget {
    /// Interrupts what the console in front evaluates, if it does.
    pub(crate) fn interrupt(&self) {
        self.struck.store(true, Ordering::SeqCst);
        if let Some(status) = &*self.lock() {
            status.interrupt_current();
        }
        for other in self.others().iter().filter_map(Weak::upgrade) {
            other.interrupt();
        }
    }

    /// Interrupts another one too from now on, and at once if it was interrupted itself.
    pub(crate) fn pass_on_to(&self, other: &Arc<Self>) {
        self.others().push(Arc::downgrade(other));
        if self.was_interrupted() {
            other.interrupt();
        }
    }

    fn others(&self) -> MutexGuard<'_, Vec<Weak<Self>>> {
        self.others.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it ever did.
    pub(crate) fn was_interrupted(&self) -> bool {
        self.struck.load(Ordering::SeqCst)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<Status>>> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, status: &Arc<Status>) {
        *self.lock() = Some(Arc::clone(status));
    }
}

impl Session {
    /// A session without consoles; each starts when it is first used. `args` is what `args()`
    /// gives.
    pub fn new(network: Arc<dyn Network>, args: Vec<String>) -> Self {
        Self {
            consoles: BTreeMap::new(),
            _end: Some(NetworkEnd(Arc::clone(&network))),
            network,
            args,
            interrupts: Arc::default(),
            journal: Arc::default(),
            wanted: None,
            program: None,
        }
    }

    /// A further session in the same network, whose consoles have the object `program`; Ctrl-C
    /// that is passed to this one strikes the console of either that began last.
    #[must_use]
    pub(crate) fn beside(&self, program: Arc<Program>) -> Self {
        Self {
            consoles: BTreeMap::new(),
            network: Arc::clone(&self.network),
            args: Vec::new(),
            interrupts: Arc::clone(&self.interrupts),
            journal: Arc::clone(&self.journal),
            wanted: None,
            program: Some(program),
            _end: None,
        }
    }

    /// The network that statements begin in from now on.
    pub(crate) fn network(&self) -> &Arc<dyn Network> {
        &self.network
    }

    /// Changes the network. Statements that run keep the one they began in.
    pub(crate) fn set_network(&mut self, network: Arc<dyn Network>) {
        self.network = self.network.succeeded_by(network);
        if self.wanted.is_some() {
            self.network.record(&self.journal);
        }
    }

    /// Has the calls of its consoles and the packets of its network recorded from now on, for a
    /// person who may ask what was.
    pub(crate) fn keep_record(&mut self) {
        let journal = &self.journal;
        self.wanted.get_or_insert_with(|| journal.want());
        self.network.record(journal);
    }

    /// The calls of its consoles, and the packets of its network.
    pub(crate) fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }

    /// What the object `program` is in its consoles.
    pub(crate) fn program(&self) -> Option<&Program> {
        self.program.as_deref()
    }

    /// Who passes Ctrl-C on.
    pub(crate) fn interrupt_target(&self) -> &Arc<InterruptTarget> {
        &self.interrupts
    }

    /// The conversation that a word means to a console: its variable's socket, a port, `all`.
    pub(crate) fn conversation(&self, console: &str, word: &str) -> Option<Choice> {
        let held = self.console(console).and_then(|console| {
            let snapshot = console.snapshot();
            let named = |row: &&SocketName| row.name == word;
            snapshot.sockets.iter().find(named).map(|row| row.fd)
        });
        if let Some(fd) = held {
            return Some(Choice::Socket(Arc::from(console), fd));
        }
        match word {
            "all" => Some(Choice::All),
            _ => {
                let port = word.parse().ok();
                let of_address = || word.parse().ok().map(|a: SocketAddr| a.port());
                port.or_else(of_address).map(Choice::Port)
            }
        }
    }

    /// Draws a conversation as far as it went.
    pub(crate) fn ladder(&self, choice: &Choice) -> Ladder {
        let pending = self.consoles().filter_map(|console| {
            let wait = console.wait()?;
            Some(PendingCall {
                console: console.name().into(),
                call: wait.call,
                since: wait.since,
            })
        });
        let pending: Vec<PendingCall> = pending.collect();
        let (calls, packets) = (self.journal.after(0), self.journal.packets_after(0));
        ladder(&calls, &packets, &pending, choice)
    }

    /// Begins a task in a console, started if it is new, and puts it in front.
    pub(crate) fn begin(&mut self, console: &str, task: Task) -> Result<StatementRun, Cause> {
        // What only asks on somebody's behalf is nothing that the person did.
        let journal = match &task {
            Task::Aside(_) => Arc::default(),
            _ => Arc::clone(&self.journal),
        };
        let around = SessionParts {
            network: Arc::clone(&self.network),
            args: self.args.clone(),
            journal,
        };
        let found = self.open(console)?;
        let run = found.begin(task, around);
        let status = Arc::clone(found.status());
        self.interrupts.set(&status);
        Ok(run)
    }

    /// The outcome of a statement that only asks, in a console that is idle; interrupted after
    /// `limit`.
    pub(crate) fn ask(
        &mut self,
        console: &str,
        source: &str,
        limit: Duration,
    ) -> Result<Outcome, Cause> {
        let mut run = self.begin(console, Task::Aside(source.into()))?;
        let ended = run.follow(Until::within(limit), &Unseen).ended();
        Ok(ended.unwrap_or_else(|| run.stop(&Unseen)).outcome)
    }

    /// Gives a console's scripts these texts as constants, a whole number where the text is one. A
    /// constant that it has already stays; a variable of such a name is replaced.
    pub(crate) fn define(
        &mut self,
        console: &str,
        texts: &BTreeMap<String, String>,
    ) -> Result<(), Cause> {
        let known = &self.open(console)?.constants;
        let value = |text: &String| match text.parse() {
            Ok(number) => Repr::Int(number),
            Err(_) => Repr::text(text, usize::MAX),
        };
        let all = texts.iter().map(|(name, text)| (name.clone(), value(text)));
        let fresh = all.filter(|(name, value)| known.get(name) != Some(value));
        let fresh: Vec<(String, Repr)> = fresh.collect();
        if !fresh.is_empty() {
            self.begin(console, Task::Define(fresh))?;
        }
        Ok(())
    }

    /// The console of this name, started if it is new.
    pub(crate) fn open(&mut self, name: &str) -> Result<&mut Console, Cause> {
        if !self.consoles.contains_key(name) {
            let fresh = Console::start(name, Arc::clone(&self.network), self.program.clone())?;
            self.consoles.insert(name.to_string(), fresh);
        }
        let missing = || Cause::Unknown(format!("no console `{name}`"));
        self.consoles.get_mut(name).ok_or_else(missing)
    }

    /// The console of this name, if it has been started.
    pub(crate) fn console(&self, name: &str) -> Option<&Console> {
        self.consoles.get(name)
    }

    /// Puts a console in front: Ctrl-C goes to it.
    pub(crate) fn attend(&self, console: &str) {
        if let Some(console) = self.consoles.get(console) {
            self.interrupts.set(console.status());
        }
    }

    /// Takes over the consoles of another session. One whose name is in use here, by a console
    /// with variables or with something to do, gets a number behind it. Gives each name with the
    /// one it has now.
    pub(crate) fn take_over(&mut self, other: Self) -> Vec<(String, String)> {
        let mut came = Vec::new();
        for (was, mut console) in other.consoles {
            let in_use = |name: &String| {
                self.consoles
                    .get(name)
                    .is_some_and(|own| own.is_busy() || !own.snapshot().variables.is_empty())
            };
            let numbered = (2..).map(|number: u32| format!("{was}{number}"));
            let mut names = std::iter::once(was.clone()).chain(numbered);
            if let Some(name) = names.find(|name| !in_use(name)) {
                console.name.clone_from(&name);
                self.consoles.insert(name.clone(), console);
                came.push((was, name));
            }
        }
        came
    }

    /// Ends a console, and what runs in it.
    pub(crate) fn remove(&mut self, console: &str) {
        self.consoles.remove(console);
    }

    /// Whether a console has a variable of this name.
    pub(crate) fn has_variable(&self, console: &str, name: &str) -> bool {
        self.consoles
            .get(console)
            .is_some_and(|console| console.snapshot().variables.contains_key(name))
    }

    /// What `args()` gives from the next statement on.
    pub(crate) fn set_args(&mut self, args: Vec<String>) {
        self.args = args;
    }

    /// The consoles there are, by name.
    pub(crate) fn consoles(&self) -> impl Iterator<Item = &Console> {
        self.consoles.values()
    }

    /// What a console's script knows, to be looked at later; none before its first statement.
    pub(crate) fn share_snapshot(&self, console: &str) -> Option<Arc<Mutex<ConsoleSnapshot>>> {
        self.consoles.get(console).map(Console::share_snapshot)
    }
}

#[cfg(test)]
mod tests;
