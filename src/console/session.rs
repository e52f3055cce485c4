//! A session: its consoles by name, and the network that new statements begin in.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Console, Manner, Running};
use crate::net::caller::Status;
use crate::net::error::Cause;
use crate::net::network::Network;
use crate::net::process::Program;

/// The consoles of one person or one lesson.
pub struct Session {
    consoles: BTreeMap<String, Console>,
    network: Arc<dyn Network>,
    args: Vec<String>,
    front: Arc<Front>,
    /// What the object `program` is in its consoles.
    program: Option<Arc<Program>>,
}

/// The console that Ctrl-C goes to.
#[derive(Default)]
pub struct Front {
    status: Mutex<Option<Arc<Status>>>,
    struck: AtomicBool,
}

impl Front {
    /// Interrupts what the console in front evaluates, if it does.
    pub fn interrupt(&self) {
        self.struck.store(true, Ordering::SeqCst);
        if let Some(status) = &*self.lock() {
            status.interrupt_current();
        }
    }

    /// Whether it ever did.
    pub fn was_interrupted(&self) -> bool {
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
            network,
            args,
            front: Arc::default(),
            program: None,
        }
    }

    /// A further session in the same network, whose consoles have the object `program`; Ctrl-C
    /// that is passed to this one strikes the console of either that began last.
    #[must_use]
    pub fn beside(&self, program: Arc<Program>) -> Self {
        Self {
            consoles: BTreeMap::new(),
            network: Arc::clone(&self.network),
            args: Vec::new(),
            front: Arc::clone(&self.front),
            program: Some(program),
        }
    }

    /// The network that statements begin in from now on.
    pub fn network(&self) -> &Arc<dyn Network> {
        &self.network
    }

    /// Changes the network. Statements that run keep the one they began in.
    pub fn set_network(&mut self, network: Arc<dyn Network>) {
        self.network = network;
    }

    /// Who passes Ctrl-C on.
    pub fn front(&self) -> &Arc<Front> {
        &self.front
    }

    /// Begins to evaluate a source in a console, started if it is new, and puts it in front.
    pub fn begin(&mut self, console: &str, manner: Manner, source: &str) -> Result<Running, Cause> {
        if !self.consoles.contains_key(console) {
            let fresh = Console::start(console, Arc::clone(&self.network), self.program.clone())?;
            self.consoles.insert(console.to_string(), fresh);
        }
        let missing = || Cause::Unknown(format!("no console `{console}`"));
        let found = self.consoles.get_mut(console).ok_or_else(missing)?;
        self.front.set(found.status());
        Ok(found.begin(manner, source, Arc::clone(&self.network), self.args.clone()))
    }

    /// Whether a console has a variable of this name.
    pub fn has_variable(&self, console: &str, name: &str) -> bool {
        self.consoles
            .get(console)
            .is_some_and(|console| console.variables().contains(name))
    }

    /// What `args()` gives from the next statement on.
    pub fn set_args(&mut self, args: Vec<String>) {
        self.args = args;
    }

    /// The consoles there are, by name.
    pub fn consoles(&self) -> impl Iterator<Item = &Console> {
        self.consoles.values()
    }
}
