//! A socket as a file: `makefile`, and reading and writing by lines.

use std::rc::Rc;

use rhai::{Array, Dynamic, Engine, EvalAltResult};

use super::bytes::{encoding, not_text};
use crate::net::error::{Cause, Fault};
use crate::repr::escape;
use crate::script::catalog::{Call, CallResult, functions};
use crate::script::failure::throw;
use crate::script::memory::MemoryMark;
use crate::script::values::file::{BUFFER, FileState, Mode, More};
use crate::script::values::shown;
use crate::script::values::{Bytes, Encoding, FileValue, SocketValue, register_type};

functions! {
    /// What makes a file of a socket.
    pub(crate) static MAKEFILE of Socket = {
        /// The socket as a file, which reads and writes by lines. `mode` has `r` to read, `w` to
        /// write, both, and `b` for bytes instead of text. `buffering` bytes are gathered before
        /// they are sent (0, of bytes only: none), or until `flush`.
        ///
        /// The socket stays open until its files are closed too. In text `\r\n` reads as `\n`.
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.sendall("GET / HTTP/1.1\r\nHost: uw.edu\r\n");
        /// let lines = b.makefile("r");
        /// lines.readline();
        /// //> "GET / HTTP/1.1\n"
        /// ```
        fn makefile(
            mode: Text = "r",
            buffering: Integer = (),
            encoding: Text = "utf-8",
        ) -> File: Opens;
    }
}

functions! {
    /// What a file of a socket can do.
    pub(crate) static METHODS of File = {
        /// Reads `size` characters, of a file of bytes as many bytes; all up to the end without
        /// one. Fewer mean that the peer has ended its side.
        ///
        /// Errors: those of `recv`; an invalid value when it is closed or only written.
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.sendall("hello");
        /// b.makefile("rb").read(3);
        /// //> b"hel"
        /// ```
        fn read(size: Integer = -1) -> {Text, Bytes, Nothing}: Receives Waits;
        /// Reads a line with its line end, or up to `size` of it; nothing at all at the end.
        ///
        /// Errors: those of `read`.
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.sendall("one\ntwo\n");
        /// b.makefile().readline();
        /// //> "one\n"
        /// ```
        fn readline(size: Integer = -1) -> {Text, Bytes, Nothing}: Receives Waits;
        /// Reads lines up to the end, or until they come to `size` characters. A `for` loop over
        /// the file goes over the same.
        ///
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.sendall("one\ntwo");
        /// a.close();
        /// b.makefile().readlines();
        /// //> ["one\n", "two"]
        /// ```
        fn readlines(size: Integer = -1) -> [{Text, Bytes}]: Receives Waits;
        /// Gathers text, or bytes, to be sent, and gives how many characters or bytes. `flush`
        /// and `close` send what was gathered.
        ///
        /// Errors: those of `sendall`; an invalid value when it is closed or only read.
        /// ```rhai
        /// unpack a, b = socketpair();
        /// let out = a.makefile("w");
        /// out.write("hello\n");
        /// //> 6
        /// out.flush();
        /// b.recv(100);
        /// //> b"hello\n"
        /// ```
        fn write(data: Data) -> {Count, Nothing}: Sends Waits;
        /// Writes every part of an array; line ends are not added.
        ///
        /// ```rhai
        /// unpack a, b = socketpair();
        /// let out = a.makefile("w");
        /// out.writelines(["one\n", "two\n"]);
        /// out.close();
        /// b.recv(100);
        /// //> b"one\ntwo\n"
        /// ```
        fn writelines(lines: [Data]) -> Nothing: Sends Waits;
        /// Sends what was gathered. Errors: those of `sendall`.
        ///
        /// ```rhai
        /// unpack a, b = socketpair();
        /// let out = a.makefile("wb");
        /// out.write("hello");
        /// out.flush();
        /// b.recv(100);
        /// //> b"hello"
        /// ```
        fn flush() -> Nothing: Sends Waits;
        /// Sends what was gathered and closes the file. The socket stays open if it was not
        /// closed itself.
        ///
        /// ```rhai
        /// unpack a, b = socketpair();
        /// let file = a.makefile();
        /// file.close();
        /// file.read();
        /// //> error: read: I/O operation on closed file
        /// ```
        fn close() -> Nothing: Sends Closes Waits;
        /// Whether it can be read.
        ///
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.makefile("w").readable();
        /// //> false
        /// ```
        fn readable() -> Boolean: Computes;
        /// Whether it can be written.
        ///
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.makefile("w").writable();
        /// //> true
        /// ```
        fn writable() -> Boolean: Computes;
        /// Whether one can go back in it: never, it is a stream.
        ///
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.makefile().seekable();
        /// //> false
        /// ```
        fn seekable() -> Boolean: Computes;
        /// The number of the socket's descriptor.
        ///
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.makefile().fileno() == a.fileno();
        /// //> true
        /// ```
        fn fileno() -> Descriptor: Asks;
    }
}

fn makefile(call: &mut Call<'_, '_>) -> CallResult {
    let socket = call.this::<SocketValue>()?;
    let wanted = call.text(0)?;
    if let Some(letter) = wanted.chars().find(|letter| !"rwb".contains(*letter)) {
        let (mode, letter) = (escape::quoted(&wanted), escape::quoted(&letter.to_string()));
        let text = format!("invalid mode `{mode}`: only r, w and b, not {letter}");
        return Err(Cause::Value(text).into());
    }
    let writing = wanted.contains('w');
    let bytes = wanted.contains('b');
    let encoding = encoding(call, 2)?;
    let buffer = match call.optional(1).map(|_| call.int(1)).transpose()? {
        Some(0) if !bytes => {
            return Err(Cause::Value("unbuffered streams must be binary".into())
                .noting("write `makefile(\"wb\", 0)`"));
        }
        size => size
            .and_then(|size| usize::try_from(size).ok())
            .map_or(BUFFER, |size| size.min(1 << 24)),
    };
    let mode = Mode {
        reading: wanted.contains('r') || !writing,
        writing,
        text: (!bytes).then_some(encoding),
        // Text is gathered in any case, as CPython's is.
        buffer: if bytes { buffer } else { buffer.max(BUFFER) },
    };
    let context = Rc::clone(call.context);
    Ok(Dynamic::from(FileValue::open(socket, context, mode)))
}

/// An error where what came since this was held fills the memory.
fn within_memory(held: MemoryMark) -> Result<(), Fault> {
    match held.refusal() {
        Some(why) => Err(Cause::Limit(why.into()).into()),
        None => Ok(()),
    }
}

/// Counts the characters of what came, each byte once however often more comes.
struct Measure {
    wanted: usize,
    /// The bytes that the characters counted so far take.
    bytes: usize,
    /// The characters counted so far.
    count: usize,
    /// What the process held before.
    held: MemoryMark,
}

impl Measure {
    /// Nothing counted yet, of `wanted` characters.
    fn new(wanted: Option<usize>) -> Self {
        Self {
            wanted: wanted.unwrap_or(usize::MAX),
            bytes: 0,
            count: 0,
            held: MemoryMark::now(),
        }
    }

    /// Counts what came since the last time, up to the wanted count; whether that is there. An
    /// error where what came fills the memory; it stays with the file.
    fn has_enough(&mut self, state: &FileState) -> Result<bool, Fault> {
        let inbox = state.inbox();
        if state.mode.text == Some(Encoding::Utf8) && self.wanted < usize::MAX {
            self.count_letters(&inbox[self.bytes..]);
        } else {
            self.bytes = inbox.len().min(self.wanted);
            self.count = self.bytes;
        }
        within_memory(self.held)?;
        Ok(self.count >= self.wanted)
    }

    fn count_letters(&mut self, fresh: &[u8]) {
        let begins = |byte: &u8| byte & 0xc0 != 0x80;
        // A character at the end may be cut off: it counts once its last byte is there.
        let whole = match std::str::from_utf8(fresh) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => fresh.len(),
        };
        let from = self.bytes;
        self.bytes = from + whole;
        for (at, byte) in fresh[..whole].iter().enumerate() {
            if begins(byte) {
                if self.count == self.wanted {
                    self.bytes = from + at;
                    return;
                }
                self.count += 1;
            }
        }
    }
}

/// What was read, as the file's mode has it.
fn given(state: &FileState, data: Vec<u8>) -> CallResult {
    let Some(encoding) = state.mode.text else {
        return Ok(Dynamic::from(Bytes::new(data)));
    };
    let text = encoding.decode(&data);
    text.map(Dynamic::from)
        .map_err(|mismatch| not_text(&mismatch, encoding))
}

/// The size that an argument asks for; none without one and below 0.
fn size(call: &Call<'_, '_>) -> Result<Option<usize>, Fault> {
    Ok(usize::try_from(call.int(0)?).ok())
}

fn read(call: &mut Call<'_, '_>) -> CallResult {
    let (file, size) = (call.this::<FileValue>()?, size(call)?);
    let mut state = file.state();
    state.readable()?;
    let mut measure = Measure::new(size);
    let mut not_yet = false;
    loop {
        if measure.has_enough(&state)? {
            let data = state.take(measure.bytes);
            return given(&state, data);
        }
        let unbuffered = state.is_raw() && size.is_some();
        let room = if unbuffered { measure.wanted } else { BUFFER };
        match state.fill(room)? {
            More::RunOutcome if unbuffered => break,
            More::RunOutcome => {}
            More::End => break,
            More::NotYet => {
                not_yet = true;
                break;
            }
        }
    }
    let all = if not_yet { measure.bytes } else { usize::MAX };
    if not_yet && all == 0 {
        return Ok(Dynamic::UNIT);
    }
    let data = state.take(all);
    given(&state, data)
}

/// The next line, up to `most` characters or bytes of it; nothing at the end.
fn line(state: &mut FileState, most: Option<usize>) -> Result<Option<Vec<u8>>, Fault> {
    let mut measure = Measure::new(most);
    let mut searched = 0;
    loop {
        let enough = measure.has_enough(state)?;
        let bytes = measure.bytes;
        let inbox = state.inbox();
        let end = inbox.get(searched..).unwrap_or_default();
        if let Some(at) = end.iter().position(|&byte| byte == b'\n') {
            return Ok(Some(state.take((searched + at + 1).min(bytes))));
        }
        if enough {
            return Ok(Some(state.take(bytes)));
        }
        searched = inbox.len();
        // What follows the line belongs to whoever reads next.
        let room = if state.is_raw() { 1 } else { BUFFER };
        match state.fill(room)? {
            More::RunOutcome => {}
            More::End => return Ok(Some(state.take(usize::MAX))),
            More::NotYet if searched == 0 => return Ok(None),
            More::NotYet => return Ok(Some(state.take(bytes))),
        }
    }
}

fn readline(call: &mut Call<'_, '_>) -> CallResult {
    let (file, size) = (call.this::<FileValue>()?, size(call)?);
    let mut state = file.state();
    state.readable()?;
    match line(&mut state, size)? {
        Some(data) => given(&state, data),
        None => Ok(Dynamic::UNIT),
    }
}

fn readlines(call: &mut Call<'_, '_>) -> CallResult {
    let (file, size) = (call.this::<FileValue>()?, size(call)?);
    let most = size.filter(|&size| size > 0).unwrap_or(usize::MAX);
    let mut state = file.state();
    state.readable()?;
    let (mut lines, mut total) = (Array::new(), 0);
    let held = MemoryMark::now();
    while total < most {
        within_memory(held)?;
        call.context.caller.check()?;
        match line(&mut state, None)? {
            Some(data) if !data.is_empty() => {
                total += data.len();
                lines.push(given(&state, data)?);
            }
            _ => break,
        }
    }
    Ok(lines.into())
}

/// What is written: in a text file texts, else bytes. Gives how many characters or bytes, `()` where a
/// raw file would have to wait.
fn put(call: &Call<'_, '_>, state: &mut FileState, value: &Dynamic) -> CallResult {
    let Some(encoding) = state.mode.text else {
        let data = Bytes::from_dynamic(value).ok_or_else(|| call.takes(0, "bytes or a text"))?;
        let taken = state.put(data.as_slice())?;
        return Ok(taken.map_or(Dynamic::UNIT, |count| {
            i64::try_from(count).unwrap_or(i64::MAX).into()
        }));
    };
    let text = match value.as_char() {
        Ok(letter) => letter.to_string().into(),
        Err(_) => value.clone().into_immutable_string().map_err(|_| {
            Cause::Type(format!(
                "a text file takes texts, not {}",
                shown::describe(value)
            ))
            .noting("`makefile(\"wb\")` takes bytes")
        })?,
    };
    let data = encoding
        .encode(&text)
        .map_err(|mismatch| not_text(&mismatch, encoding))?;
    state.put(data.as_slice())?;
    Ok(i64::try_from(text.chars().count())
        .unwrap_or(i64::MAX)
        .into())
}

fn write(call: &mut Call<'_, '_>) -> CallResult {
    let file = call.this::<FileValue>()?;
    let mut state = file.state();
    state.writable()?;
    put(call, &mut state, call.value(0)?)
}

fn writelines(call: &mut Call<'_, '_>) -> CallResult {
    let file = call.this::<FileValue>()?;
    let mut state = file.state();
    state.writable()?;
    let Some(lines) = call
        .value(0)?
        .read_lock::<Array>()
        .map(|lines| lines.clone())
    else {
        return Err(call.takes(0, "an array of lines"));
    };
    for line in &lines {
        let _count = put(call, &mut state, line)?;
    }
    Ok(Dynamic::UNIT)
}

fn flush(call: &mut Call<'_, '_>) -> CallResult {
    let file = call.this::<FileValue>()?;
    let mut state = file.state();
    state.open()?;
    state.flush()?;
    Ok(Dynamic::UNIT)
}

fn close(call: &mut Call<'_, '_>) -> CallResult {
    call.this::<FileValue>()?.state().close()?;
    Ok(Dynamic::UNIT)
}

fn readable(call: &mut Call<'_, '_>) -> CallResult {
    let file = call.this::<FileValue>()?;
    let state = file.state();
    state.open()?;
    Ok(state.mode.reading.into())
}

fn writable(call: &mut Call<'_, '_>) -> CallResult {
    let file = call.this::<FileValue>()?;
    let state = file.state();
    state.open()?;
    Ok(state.mode.writing.into())
}

fn seekable(call: &mut Call<'_, '_>) -> CallResult {
    call.this::<FileValue>()?.state().open()?;
    Ok(false.into())
}

fn fileno(call: &mut Call<'_, '_>) -> CallResult {
    let file = call.this::<FileValue>()?;
    let state = file.state();
    state.open()?;
    Ok(i64::from(state.socket.fileno()).into())
}

/// The lines of a file, one after the other as they come.
pub(crate) struct FileLines(FileValue);

impl Iterator for FileLines {
    type Item = Result<Dynamic, Box<EvalAltResult>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut state = self.0.state();
        let found = state.readable().and_then(|()| line(&mut state, None));
        let answer = match found {
            Ok(Some(data)) if !data.is_empty() => given(&state, data),
            Ok(_) => return None,
            Err(fault) => Err(fault),
        };
        Some(answer.map_err(|fault| throw(fault.during("readline"), rhai::Position::NONE)))
    }
}

impl IntoIterator for FileValue {
    type Item = Result<Dynamic, Box<EvalAltResult>>;
    type IntoIter = FileLines;

    fn into_iter(self) -> FileLines {
        FileLines(self)
    }
}

/// The type, with iteration.
pub(crate) fn install(engine: &mut Engine) {
    register_type::<FileValue>(engine);
    engine.register_iterator_result::<FileValue, Dynamic>();
    engine.register_fn("==", |a: &mut FileValue, b: FileValue| *a == b);
    engine.register_fn("!=", |a: &mut FileValue, b: FileValue| *a != b);
}
