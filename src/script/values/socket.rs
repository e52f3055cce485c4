//! Sockets as values: closed when the last reference goes.

use std::cell::Cell;
use std::ops::Deref;
use std::rc::Rc;

use rhai::Dynamic;

use super::{Property, Value, ValueType, property};
use crate::net::constants;
use crate::net::io_context::IoContext;
use crate::net::socket;
use crate::repr::{Repr, ReprBuilder};

/// A socket of the script. Copies are the same socket.
#[derive(Debug, Clone)]
pub(crate) struct SocketValue(Rc<SharedSocket>);

/// A socket, and who else needs it open.
#[derive(Debug)]
struct SharedSocket {
    socket: socket::Socket,
    /// How many files of it are open.
    files: Cell<usize>,
    /// It was closed, and waits for its files.
    closing: Cell<bool>,
}

impl SocketValue {
    /// A value for a new socket.
    pub(crate) fn new(socket: socket::Socket) -> Self {
        Self(Rc::new(SharedSocket {
            socket,
            files: Cell::new(0),
            closing: Cell::new(false),
        }))
    }

    /// Closes the socket; while a file of it is open, that waits, as in CPython.
    pub(crate) fn close(&self, caller: &IoContext) {
        if self.0.files.get() > 0 {
            self.0.closing.set(true);
        } else {
            self.0.socket.close(caller);
        }
    }

    /// One more file of it is open.
    pub(crate) fn hold(&self) {
        self.0.files.set(self.0.files.get() + 1);
    }

    /// One file of it less is open.
    pub(crate) fn let_file_go(&self, caller: &IoContext) {
        let left = self.0.files.get().saturating_sub(1);
        self.0.files.set(left);
        if left == 0 && self.0.closing.get() {
            self.0.socket.close(caller);
        }
    }
}

impl PartialEq for SocketValue {
    /// The same socket, not an equal one.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for SocketValue {
    type Target = socket::Socket;

    fn deref(&self) -> &socket::Socket {
        &self.0.socket
    }
}

/// The name of a constant, or its number where it has none.
fn named(prefix: &str, value: i32) -> Repr {
    constants::name_of(prefix, value.into()).map_or(Repr::Int(value.into()), Repr::word)
}

impl Value for SocketValue {
    const TYPE: ValueType = ValueType::Socket;
    const PROPERTIES: &'static [Property<Self>] = &[
        property("family", ValueType::Integer, |socket| {
            i64::from(socket.family).into()
        }),
        property("proto", ValueType::Integer, |socket| {
            i64::from(socket.proto).into()
        }),
        property("timeout", ValueType::Float, |known| {
            let timeout = known.timeout();
            timeout.map_or(Dynamic::UNIT, |time| socket::in_seconds(time).into())
        }),
        property("type", ValueType::Integer, |socket| {
            i64::from(socket.kind).into()
        }),
    ];

    /// `<socket fd=3 family=AF_INET type=SOCK_STREAM proto=0 laddr=["0.0.0.0", 0]>`
    fn repr(&self, _builder: &mut ReprBuilder) -> Repr {
        let fd = self.fileno();
        let is_closed = self.0.closing.get() || fd == -1;
        let mut fields = vec![
            if is_closed {
                ("", Repr::word("[closed]"))
            } else {
                ("fd", Repr::Int(fd.into()))
            },
            ("family", named("AF_", self.family)),
            ("type", named("SOCK_", self.kind)),
            ("proto", Repr::Int(self.proto.into())),
        ];
        let (own, peer) = self.addresses();
        for (label, found) in [("laddr", own), ("raddr", peer)] {
            if let Some(found) = found {
                fields.push((label, found.repr()));
            }
        }
        Repr::Object {
            kind: Self::TYPE.word(),
            fields,
        }
    }
}
