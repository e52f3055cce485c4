//! The object that `poll()` makes: descriptors and the events to watch them for.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::os::fd::RawFd;
use std::rc::Rc;

use super::{Value, ValueType};
use crate::net::poll::Interest;
use crate::repr::{Repr, ReprBuilder};

/// A set of registered descriptors (CPython's `select.poll` object). Copies are the same set.
#[derive(Debug, Clone, Default)]
pub(crate) struct Poller(Rc<RefCell<BTreeMap<RawFd, Interest>>>);

impl Poller {
    /// Watches a descriptor for events; a second time replaces them.
    pub(crate) fn register(&self, fd: RawFd, events: Interest) {
        self.0.borrow_mut().insert(fd, events);
    }

    /// Changes the events of a registered descriptor; false when there is none.
    pub(crate) fn modify(&self, fd: RawFd, events: Interest) -> bool {
        self.0
            .borrow_mut()
            .get_mut(&fd)
            .map(|known| *known = events)
            .is_some()
    }

    /// Watches a descriptor no longer; false when there is none.
    pub(crate) fn unregister(&self, fd: RawFd) -> bool {
        self.0.borrow_mut().remove(&fd).is_some()
    }

    /// What is registered, in the descriptors' order.
    pub(crate) fn registered(&self) -> Vec<(RawFd, Interest)> {
        self.0
            .borrow()
            .iter()
            .map(|(&fd, &events)| (fd, events))
            .collect()
    }
}

impl Value for Poller {
    const TYPE: ValueType = ValueType::Poller;

    fn repr(&self, _builder: &mut ReprBuilder) -> Repr {
        let count = self.0.borrow().len();
        Repr::Object {
            kind: Self::TYPE.word(),
            fields: vec![("", Repr::word(format!("of {count}")))],
        }
    }
}
