//! The object that `poll()` makes: descriptors and the events to watch them for.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::os::fd::RawFd;
use std::rc::Rc;

use super::{Value, ValueType};
use crate::net::poll::Interest;
use crate::repr::{Repr, ReprBuilder};

/// A set of registered descriptors (CPython's `select.poll` object). Copies are the same set.
#[derive(Debug, Clone, Default)]
pub(crate) struct Poller(Rc<RefCell<Registered>>);

/// Descriptors in the order in which they were registered, each under a number of its own.
#[derive(Debug, Default)]
struct Registered {
    entries: BTreeMap<u64, (RawFd, Interest)>,
    numbers: HashMap<RawFd, u64>,
    next: u64,
}

impl Poller {
    /// Watches a descriptor for events; a second time replaces them.
    pub(crate) fn register(&self, fd: RawFd, events: Interest) {
        let Registered {
            entries,
            numbers,
            next,
        } = &mut *self.0.borrow_mut();
        let number = *numbers.entry(fd).or_insert_with(|| {
            *next += 1;
            *next
        });
        entries.insert(number, (fd, events));
    }

    /// Changes the events of a registered descriptor; false when there is none.
    pub(crate) fn modify(&self, fd: RawFd, events: Interest) -> bool {
        let is_registered = self.0.borrow().numbers.contains_key(&fd);
        if is_registered {
            self.register(fd, events);
        }
        is_registered
    }

    /// Watches a descriptor no longer; false when there is none.
    pub(crate) fn unregister(&self, fd: RawFd) -> bool {
        let registered = &mut *self.0.borrow_mut();
        let number = registered.numbers.remove(&fd);
        number.is_some_and(|number| registered.entries.remove(&number).is_some())
    }

    /// What is registered, the first one first, as CPython has it.
    pub(crate) fn registered(&self) -> Vec<(RawFd, Interest)> {
        self.0.borrow().entries.values().copied().collect()
    }
}

impl Value for Poller {
    const TYPE: ValueType = ValueType::Poller;

    fn repr(&self, _builder: &mut ReprBuilder) -> Repr {
        let count = self.0.borrow().entries.len();
        Repr::Object {
            kind: Self::TYPE.word(),
            fields: vec![("", Repr::word(format!("of {count}")))],
        }
    }
}
