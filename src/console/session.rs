//! A session: its consoles by name, and the network that new statements begin in.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Console, Manner, Running};
use crate::net::caller::Status;
use crate::net::error::Cause;
use crate::net::network::Network;

/// The consoles of one person or one lesson.
pub struct Session {
    consoles: BTreeMap<String, Console>,
    network: Arc<dyn Network>,
    args: Vec<String>,
    front: Arc<Front>,
}

/// The console that Ctrl-C goes to.
#[derive(Default)]
pub struct Front(Mutex<Option<Arc<Status>>>);

impl Front {
    /// Interrupts what the console in front evaluates, if it does.
    pub fn interrupt(&self) {
        if let Some(status) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            status.interrupt_current();
        }
    }

    fn set(&self, status: &Arc<Status>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(status));
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
            let fresh = Console::start(console, Arc::clone(&self.network))?;
            self.consoles.insert(console.to_string(), fresh);
        }
        let missing = || Cause::Unknown(format!("no console `{console}`"));
        let found = self.consoles.get_mut(console).ok_or_else(missing)?;
        self.front.set(found.status());
        Ok(found.begin(manner, source, Arc::clone(&self.network), self.args.clone()))
    }

    /// Takes over the consoles of another session; one of the same name here gives way, unless it
    /// is `kept`: then the newcomer is called `instead`. Gives the names that came.
    pub fn take_over(&mut self, other: Self, kept: &str, instead: &str) -> Vec<String> {
        let mut came = Vec::new();
        for (name, mut console) in other.consoles {
            let used = self
                .consoles
                .get(kept)
                .is_some_and(|console| !console.variables().is_empty());
            if name == kept && used {
                console.name = instead.into();
            }
            came.push(console.name.clone());
            self.consoles.insert(console.name.clone(), console);
        }
        came
    }

    /// Ends a console, and what runs in it.
    pub fn remove(&mut self, console: &str) {
        self.consoles.remove(console);
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
