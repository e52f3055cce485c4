//! A socket as a file: what `makefile` makes. Reading and writing pass buffers of its own.

use std::cell::{RefCell, RefMut};
use std::rc::Rc;
use std::time::Duration;

use super::{Encoding, Property, SocketValue, Value, ValueType, property};
use crate::net::error::{Cause, Fault};
use crate::repr::{Repr, ReprBuilder};
use crate::script::context::Context;

/// How much is asked of the socket at once, and written at once, unless it was said otherwise.
pub(crate) const BUFFER: usize = 8192;

/// How a file was opened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mode {
    /// It can be read.
    pub(crate) reading: bool,
    /// It can be written.
    pub(crate) writing: bool,
    /// The encoding of a text file; none where bytes are read and written.
    pub(crate) text: Option<Encoding>,
    /// The bytes that are gathered before they are sent; 0 sends at once.
    pub(crate) buffer: usize,
}

/// A socket as a file (what CPython's `socket.makefile` gives). Copies are the same file.
#[derive(Clone)]
pub(crate) struct FileValue(Rc<RefCell<FileState>>);

/// What a file knows.
pub(crate) struct FileState {
    /// The socket, which stays open as long as a file of it is.
    pub(crate) socket: SocketValue,
    /// Who waits.
    pub(crate) context: Rc<Context>,
    /// How it was opened.
    pub(crate) mode: Mode,
    /// Bytes that came and were not read yet, line ends translated in a text file.
    inbox: Vec<u8>,
    /// How many bytes at the inbox's beginning were read already.
    read: usize,
    outbox: Vec<u8>,
    /// A text file's last byte was a carriage return: what follows says what it means.
    carriage: bool,
    timed_out: bool,
    closed: bool,
}

/// How asking the socket for more came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum More {
    /// There is more in the inbox.
    RunOutcome,
    /// The peer has ended its side.
    End,
    /// Nothing is there, and the socket does not wait.
    NotYet,
}

impl FileValue {
    /// A file of a socket.
    pub(crate) fn open(socket: SocketValue, context: Rc<Context>, mode: Mode) -> Self {
        socket.hold();
        Self(Rc::new(RefCell::new(FileState {
            socket,
            context,
            mode,
            inbox: Vec::new(),
            read: 0,
            outbox: Vec::new(),
            carriage: false,
            timed_out: false,
            closed: false,
        })))
    }

    /// What it knows. One console is one thread and no call of a file calls back into a script, so
    /// nobody else has it.
    pub(crate) fn state(&self) -> RefMut<'_, FileState> {
        self.0.borrow_mut()
    }
}

impl FileState {
    /// Whether it was closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// An error unless it is open.
    pub(crate) fn open(&self) -> Result<(), Fault> {
        if self.closed {
            return Err(Cause::Value("I/O operation on closed file".into()).into());
        }
        Ok(())
    }

    /// An error unless it is open for reading.
    pub(crate) fn readable(&self) -> Result<(), Fault> {
        self.open()?;
        if !self.mode.reading {
            return Err(Cause::Value("the file is not open for reading".into())
                .noting("`makefile(\"r\")` reads, `makefile(\"rw\")` does both"));
        }
        Ok(())
    }

    /// An error unless it is open for writing.
    pub(crate) fn writable(&self) -> Result<(), Fault> {
        self.open()?;
        if !self.mode.writing {
            return Err(Cause::Value("the file is not open for writing".into())
                .noting("`makefile(\"w\")` writes, `makefile(\"rw\")` does both"));
        }
        Ok(())
    }

    /// Asks the socket for up to `size` bytes more.
    pub(crate) fn fill(&mut self, size: usize) -> Result<More, Fault> {
        if self.timed_out {
            return Err(Cause::Value("cannot read from timed out object".into())
                .noting("after a timeout nobody knows what was read: make a new file"));
        }
        match self.socket.recv(&self.context.caller, size, 0) {
            Ok(data) if data.is_empty() => {
                if std::mem::take(&mut self.carriage) {
                    self.inbox.push(b'\n');
                }
                Ok(More::End)
            }
            Ok(data) => {
                self.take_in(&data);
                Ok(More::RunOutcome)
            }
            Err(error) if error.cause == Cause::from_name("EAGAIN") => Ok(More::NotYet),
            Err(error) => {
                self.timed_out |= error.cause == Cause::TimedOut;
                Err(error.into())
            }
        }
    }

    /// Puts what came into the inbox; a text file takes `\r\n` and `\r` for line ends.
    fn take_in(&mut self, data: &[u8]) {
        if self.mode.text.is_none() {
            self.inbox.extend_from_slice(data);
            return;
        }
        for &byte in data {
            let after_carriage = std::mem::take(&mut self.carriage);
            if after_carriage {
                self.inbox.push(b'\n');
            }
            match byte {
                b'\r' => self.carriage = true,
                b'\n' if after_carriage => {}
                byte => self.inbox.push(byte),
            }
        }
    }

    /// What came and was not read yet.
    pub(crate) fn inbox(&self) -> &[u8] {
        &self.inbox[self.read..]
    }

    /// Takes the first bytes of the inbox out, in a time that does not grow with what stays.
    pub(crate) fn take(&mut self, count: usize) -> Vec<u8> {
        if self.read == 0 && count >= self.inbox.len() {
            return std::mem::take(&mut self.inbox);
        }
        let count = count.min(self.inbox().len());
        let taken = self.inbox()[..count].to_vec();
        self.read += count;
        if self.read >= self.inbox.len() / 2 {
            self.inbox.drain(..self.read);
            self.read = 0;
        }
        taken
    }

    /// Whether each read and write is one call on the socket: a file of bytes without a buffer.
    pub(crate) fn is_raw(&self) -> bool {
        self.mode.buffer == 0
    }

    /// Gathers bytes, and sends them where they are many; gives how many it took. A raw file sends
    /// once what goes out, and takes none where it would have to wait.
    pub(crate) fn put(&mut self, data: &[u8]) -> Result<Option<usize>, Fault> {
        if self.is_raw() {
            return match self.socket.send(&self.context.caller, data, 0) {
                Ok(count) => Ok(Some(count)),
                Err(error) if error.cause == Cause::from_name("EAGAIN") => Ok(None),
                Err(error) => Err(error.into()),
            };
        }
        self.outbox.extend_from_slice(data);
        if self.outbox.len() >= self.mode.buffer {
            self.flush()?;
        }
        Ok(Some(data.len()))
    }

    /// Sends what was gathered. What does not go out stays, for the next time.
    pub(crate) fn flush(&mut self) -> Result<(), Fault> {
        let mut sent = 0;
        let mut ended = Ok(());
        while sent < self.outbox.len() {
            match self
                .socket
                .send(&self.context.caller, &self.outbox[sent..], 0)
            {
                Ok(count) => sent += count,
                Err(error) => {
                    ended = Err(error.into());
                    break;
                }
            }
        }
        self.outbox.drain(..sent);
        ended
    }

    /// Sends what was gathered and lets the socket go.
    pub(crate) fn close(&mut self) -> Result<(), Fault> {
        if self.closed {
            return Ok(());
        }
        let flushed = self.flush();
        self.closed = true;
        self.socket.let_file_go(&self.context.caller);
        flushed
    }
}

impl Drop for FileState {
    fn drop(&mut self) {
        // As in CPython what was gathered is sent, but nobody waits for room: no statement is left
        // that Ctrl-C could end, or that could hear of an error.
        let timeout = self.socket.timeout();
        let still_open = self.socket.set_timeout(Some(Duration::ZERO)).is_ok();
        let _unheard = self.close();
        if still_open {
            let _closed_meanwhile = self.socket.set_timeout(timeout);
        }
    }
}

impl PartialEq for FileValue {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Value for FileValue {
    const TYPE: ValueType = ValueType::File;
    const PROPERTIES: &'static [Property<Self>] =
        &[property("closed", ValueType::Boolean, |file| {
            file.state().is_closed().into()
        })];

    fn repr(&self, _builder: &mut ReprBuilder) -> Repr {
        let (kind, mut fields) = (Self::TYPE.word(), Vec::new());
        let Ok(state) = self.0.try_borrow() else {
            return Repr::Object { kind, fields };
        };
        let word = |on: bool, word| if on { word } else { "" };
        let mode = [
            word(state.mode.reading, "r"),
            word(state.mode.writing, "w"),
            word(state.mode.text.is_none(), "b"),
        ];
        if state.closed {
            fields.push(("", Repr::word("[closed]")));
        }
        fields.push(("mode", Repr::text(&mode.concat(), usize::MAX)));
        Repr::Object { kind, fields }
    }
}
