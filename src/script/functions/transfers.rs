//! What a socket can do beside plain sending and receiving: into room that is there already, with
//! ancillary data, whole files, and what programs that are started inherit.

use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::os::fd::RawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::time::Duration;

use rhai::{Array, Dynamic};

use crate::net::act::Act;
use crate::net::error::{Cause, Fault};
use crate::net::numbers::{O_NONBLOCK, SOCK_STREAM};
use crate::net::socket::{self as sockets, Control};
use crate::script::catalog::{Call, CallResult, functions};
use crate::script::values::shown;
use crate::script::values::{Bytearray, Bytes, SocketValue, address};

/// How much of a file is sent at once.
const PIECE: u64 = 64 << 10;

functions! {
    /// What a socket can do beside the usual.
    pub(crate) static METHODS of Socket = {
        /// Receives into a bytearray, from its beginning on, and gives the number of bytes: up to
        /// `size`, or as many as there is room for.
        ///
        /// Errors: those of `recv`. See recv(2).
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.sendall("hello");
        /// let buffer = bytearray(8);
        /// b.recv_into(buffer);
        /// //> 5
        /// buffer[..5];
        /// //> bytearray(b"hello")
        /// ```
        fn recv_into(buffer: Bytearray, size: Count = 0, flags: MSG_ = 0) -> Count: Receives Waits;
        /// Receives into a bytearray and says who sent it: `[number of bytes, address]`.
        ///
        /// Errors: those of `recv`. See recvfrom(2).
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.sendall("hello");
        /// b.recvfrom_into(bytearray(8));
        /// //> [5, ()]
        /// ```
        fn recvfrom_into(
            buffer: Bytearray,
            size: Count = 0,
            flags: MSG_ = 0,
        ) -> (Count, Address): Receives Waits;
        /// Sends an array of buffers, one behind the other, as one message, with ancillary data:
        /// an array of `[level, type, data]`. Gives the number of bytes.
        ///
        /// Errors: those of `send`. See sendmsg(2), cmsg(3).
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.sendmsg(["GET ", "/"]);
        /// //> 5
        /// b.recv(100);
        /// //> b"GET /"
        /// ```
        fn sendmsg(
            buffers: [Data],
            ancillary: Array = [],
            flags: MSG_ = 0,
            address: Address = (),
            port: Port = (),
        ) -> Count: Sends Waits;
        /// Receives up to `size` bytes with up to `ancillary_size` bytes of ancillary data:
        /// `[data, ancillary, flags, address]`. `flags` has MSG_TRUNC or MSG_CTRUNC where something
        /// did not fit.
        ///
        /// `CMSG_SPACE(n)` is the room that n bytes need. Errors: those of `recv`. See recvmsg(2).
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.sendall("hello");
        /// b.recvmsg(100);
        /// //> [b"hello", [], 0, ()]
        /// ```
        fn recvmsg(
            size: Count,
            ancillary_size: Count = 0,
            flags: MSG_ = 0,
        ) -> (Bytes, [(SOL_, Integer, Bytes)], MSG_, Address): Receives Waits;
        /// `recvmsg` into an array of bytearrays, which are filled one after the other:
        /// `[number of bytes, ancillary, flags, address]`.
        ///
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.sendall("hello");
        /// b.recvmsg_into([bytearray(2), bytearray(10)]);
        /// //> [5, [], 0, ()]
        /// ```
        fn recvmsg_into(
            buffers: [Bytearray],
            ancillary_size: Count = 0,
            flags: MSG_ = 0,
        ) -> (Count, [(SOL_, Integer, Bytes)], MSG_, Address): Receives Waits;
        /// Sends a file, given by its path: from `offset` on, `count` bytes or all. Gives the
        /// number of bytes. It is the one way in which a script reads a file.
        ///
        /// Errors: ENOENT, EACCES, those of `sendall`; an invalid value for a datagram socket and
        /// one that does not block.
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.sendfile("/nowhere/to.be");
        /// //> error: sendfile: no such file or directory (ENOENT)
        /// ```
        fn sendfile(path: Path, offset: Count = 0, count: Count = ()) -> Count: Sends Waits;
        /// Whether programs that are started from here get the socket too: not unless it is set.
        ///
        /// ```rhai
        /// socket().get_inheritable();
        /// //> false
        /// ```
        fn get_inheritable() -> Boolean: Asks;
        /// Sets whether programs that are started from here get the socket too.
        ///
        /// ```rhai
        /// let s = socket();
        /// s.set_inheritable(true);
        /// s.get_inheritable();
        /// //> true
        /// ```
        fn set_inheritable(flag: Switch) -> Nothing: Changes;
    }
}

functions! {
    /// Functions that hand descriptors over.
    pub(crate) static FUNCTIONS = {
        /// Sends an array of buffers over a Unix socket, and with them copies of descriptors: an
        /// array of sockets or numbers. Gives the number of bytes. Errors: EBADF for a number that is
        /// not open, those of `sendmsg`. See unix(7).
        ///
        /// ```rhai
        /// unpack a, b = socketpair();
        /// send_fds(a, ["here"], [socket()]);
        /// //> 4
        /// ```
        fn send_fds(
            sock: Socket,
            buffers: [Data],
            fds: [Descriptor],
            flags: MSG_ = 0,
            address: Address = (),
        ) -> Count: Sends Waits;
        /// Receives up to `size` bytes over a Unix socket, and up to `most` descriptors:
        /// `[data, descriptors, flags, address]`. `socket(#{fileno: fd})` makes a socket of one,
        /// `close(fd)` closes it. Errors: those of `recvmsg`. See unix(7).
        ///
        /// ```rhai
        /// unpack a, b = socketpair();
        /// send_fds(a, ["here"], [socket()]);
        /// let got = recv_fds(b, 100, 1);
        /// socket(#{fileno: got[1][0]}).type == SOCK_STREAM;
        /// //> true
        /// ```
        fn recv_fds(
            sock: Socket,
            size: Count,
            most: Count,
            flags: MSG_ = 0,
        ) -> (Bytes, [Descriptor], MSG_, Address): Receives Waits Opens;
        /// The bytes that ancillary data of this length takes without what may follow it. Errors: out
        /// of range below 0 and beyond 2 GiB. See cmsg(3).
        ///
        /// ```rhai
        /// CMSG_LEN(4) - CMSG_LEN(0);
        /// //> 4
        /// ```
        fn CMSG_LEN(length: Count) -> Count: Computes => cmsg_len;
        /// The room that ancillary data of this length needs in a buffer. Errors: those of `CMSG_LEN`.
        /// See cmsg(3).
        ///
        /// ```rhai
        /// CMSG_SPACE(4) >= CMSG_LEN(4);
        /// //> true
        /// ```
        fn CMSG_SPACE(length: Count) -> Count: Computes => cmsg_space;
    }
}

fn count(number: usize) -> Dynamic {
    i64::try_from(number).unwrap_or(i64::MAX).into()
}

/// A size that is not negative.
fn size(call: &Call<'_, '_>, index: usize) -> Result<usize, Fault> {
    let size = call.int(index)?;
    usize::try_from(size).map_err(|_| {
        let name = call.function.params.get(index).map_or("size", |p| p.name);
        Cause::Value(format!("`{name}` must not be negative, not {size}")).into()
    })
}

fn no_room(got: &Dynamic) -> Fault {
    Cause::Type(format!(
        "`buffer` takes a bytearray, not {}",
        shown::describe(got)
    ))
    .noting("bytes do not change: `let buffer = bytearray(1024);` makes room")
}

/// The bytearray of the first argument, and how much of it may be filled.
fn room(call: &Call<'_, '_>) -> Result<(Bytearray, usize), Fault> {
    let value = call.value(0)?;
    let room = value.read_lock::<Bytearray>().map(|room| room.clone());
    let room = room.ok_or_else(|| no_room(value))?;
    let wanted = size(call, 1)?;
    if wanted > room.len() {
        let text = format!(
            "buffer too small for requested bytes: it has {}",
            room.len()
        );
        return Err(Cause::Value(text).into());
    }
    let wanted = if wanted == 0 { room.len() } else { wanted };
    Ok((room, wanted))
}

fn recv_into(call: &mut Call<'_, '_>) -> CallResult {
    let ((room, size), flags) = (room(call)?, call.c_int(2)?);
    let socket = call.this::<SocketValue>()?;
    let data = socket.recv(&call.context.caller, size, flags)?;
    room.write(0, &data);
    Ok(count(data.len()))
}

fn recvfrom_into(call: &mut Call<'_, '_>) -> CallResult {
    let ((room, size), flags) = (room(call)?, call.c_int(2)?);
    let socket = call.this::<SocketValue>()?;
    let (data, from) = socket.recvfrom(&call.context.caller, size, flags)?;
    room.write(0, &data);
    let from = from.map_or(Dynamic::UNIT, |from| address::to_dynamic(&from));
    let pair: Array = vec![count(data.len()), from];
    Ok(pair.into())
}

/// The array of an argument.
fn array(call: &Call<'_, '_>, index: usize, wanted: &str) -> Result<Array, Fault> {
    let value = call.value(index)?;
    let array = value.read_lock::<Array>().map(|array| array.clone());
    array.ok_or_else(|| call.takes(index, wanted))
}

fn buffers(call: &Call<'_, '_>, index: usize) -> Result<Vec<Bytes>, Fault> {
    let parts = array(call, index, "an array of buffers: `[\"hello\"]`")?;
    let bytes = parts.iter().map(|part| {
        Bytes::from_dynamic(part).ok_or_else(|| {
            let got = shown::describe(part);
            Cause::Type(format!("a buffer is bytes or a text, not {got}")).into()
        })
    });
    bytes.collect()
}

/// `[level, type, data]`.
fn control(value: &Dynamic) -> Result<Control, Fault> {
    let wrong = || {
        let got = shown::describe(value);
        let text = format!("ancillary data is `[level, type, data]`, not {got}");
        Fault::from(Cause::Type(text))
    };
    let parts = value.read_lock::<Array>().ok_or_else(wrong)?;
    let [level, kind, data] = parts.as_slice() else {
        return Err(wrong());
    };
    let number = |value: &Dynamic| {
        let number = value.as_int().map_err(|_| wrong())?;
        i32::try_from(number)
            .map_err(|_| Fault::from(Cause::Range(format!("{number} is no level and no type"))))
    };
    Ok(Control {
        level: number(level)?,
        kind: number(kind)?,
        data: Bytes::from_dynamic(data)
            .ok_or_else(wrong)?
            .as_slice()
            .to_vec(),
    })
}

fn sendmsg(call: &mut Call<'_, '_>) -> CallResult {
    let socket = call.this::<SocketValue>()?;
    let data = buffers(call, 0)?;
    let controls = match call.optional(1) {
        None => Vec::new(),
        Some(_) => array(call, 1, "an array of `[level, type, data]`")?
            .iter()
            .map(control)
            .collect::<Result<_, _>>()?,
    };
    let flags = call.c_int(2)?;
    let target = match call.optional(3) {
        None => None,
        Some(_) => Some(address::target(call, 3, socket.family)?.0),
    };
    let parts: Vec<&[u8]> = data.iter().map(Bytes::as_slice).collect();
    let caller = &call.context.caller;
    let sent = socket.sendmsg(caller, &parts, &controls, flags, target.as_ref())?;
    Ok(count(sent))
}

/// `ancillary_size`: a length as the system counts them.
fn ancillary_size(call: &Call<'_, '_>, index: usize) -> Result<usize, Fault> {
    let size = call.int(index)?;
    i32::try_from(size)
        .ok()
        .and_then(|size| usize::try_from(size).ok())
        .filter(|&size| size <= 1 << 24)
        .ok_or_else(|| Cause::Value(format!("invalid ancillary data buffer length: {size}")).into())
}

/// What `recvmsg` gives behind the data: `[ancillary, flags, address]`.
fn rest(call: &Call<'_, '_>, first: Dynamic, message: &sockets::Message) -> Dynamic {
    let control = |control: &Control| {
        let parts: Array = vec![
            i64::from(control.level).into(),
            i64::from(control.kind).into(),
            Dynamic::from(Bytes::new(control.data.clone())),
        ];
        Dynamic::from(parts)
    };
    sockets::take_in(&call.context.caller, &sockets::rights(&message.controls));
    let controls: Array = message.controls.iter().map(control).collect();
    let from = message.from.as_ref();
    let parts: Array = vec![
        first,
        controls.into(),
        i64::from(message.flags).into(),
        from.map_or(Dynamic::UNIT, address::to_dynamic),
    ];
    parts.into()
}

fn recvmsg(call: &mut Call<'_, '_>) -> CallResult {
    let socket = call.this::<SocketValue>()?;
    call.int(0)?;
    let (size, room, flags) = (size(call, 0)?, ancillary_size(call, 1)?, call.c_int(2)?);
    let mut message = socket.recvmsg(&call.context.caller, size, room, flags)?;
    let data = Bytes::new(std::mem::take(&mut message.data));
    Ok(rest(call, Dynamic::from(data), &message))
}

fn recvmsg_into(call: &mut Call<'_, '_>) -> CallResult {
    let socket = call.this::<SocketValue>()?;
    let rooms = array(call, 0, "an array of bytearrays")?
        .iter()
        .map(|value| {
            let room = value.read_lock::<Bytearray>().map(|room| room.clone());
            room.ok_or_else(|| no_room(value))
        })
        .collect::<Result<Vec<_>, _>>()?;
    if rooms.len() > sockets::MOST_BUFFERS {
        return Err(Cause::from_name("EMSGSIZE").into());
    }
    let (room, flags) = (ancillary_size(call, 1)?, call.c_int(2)?);
    let size = rooms.iter().map(Bytearray::len).sum();
    let message = socket.recvmsg(&call.context.caller, size, room, flags)?;
    let mut left = message.data.as_slice();
    for room in &rooms {
        room.write(0, left);
        left = left.get(room.len()..).unwrap_or_default();
    }
    Ok(rest(call, count(message.data.len()), &message))
}

fn sendfile(call: &mut Call<'_, '_>) -> CallResult {
    let socket = call.this::<SocketValue>()?;
    let path = call
        .text(0)
        .map_err(|_| call.takes(0, "the path of a file"))?;
    if socket.kind != SOCK_STREAM {
        let text = "only SOCK_STREAM type sockets are supported";
        return Err(Cause::Value(text.into()).into());
    }
    let network = call.context.caller.network_of_calls();
    network.allows(Act::Read(path.as_str()))?;
    let offset = call.int(1)?;
    let wanted = match call.optional(2) {
        None => u64::MAX,
        Some(_) => {
            let wanted = call.int(2)?;
            u64::try_from(wanted)
                .ok()
                .filter(|&n| n > 0)
                .ok_or_else(|| Cause::Value(format!("`count` must be more than 0, not {wanted}")))?
        }
    };
    // A pipe that nobody writes to is empty, not a wait that Ctrl-C could not end.
    let mut file = fs::OpenOptions::new()
        .read(true)
        .custom_flags(O_NONBLOCK)
        .open(path.as_str())?;
    let length = file.metadata()?.len();
    if length == 0 {
        return Ok(count(0));
    }
    if socket.timeout() == Some(Duration::ZERO) {
        let text = "non-blocking sockets are not supported";
        return Err(Cause::Value(text.into()).into());
    }
    let offset = u64::try_from(offset).map_err(|_| Cause::from_name("EINVAL"))?;
    file.seek(SeekFrom::Start(offset))?;
    let (mut sent, mut piece) = (0, Vec::new());
    while sent < wanted {
        piece.clear();
        let most = PIECE.min(wanted - sent);
        if file.by_ref().take(most).read_to_end(&mut piece)? == 0 {
            break;
        }
        socket.sendall(&call.context.caller, &piece, 0)?;
        sent += u64::try_from(piece.len()).unwrap_or_default();
    }
    Ok(i64::try_from(sent).unwrap_or(i64::MAX).into())
}

fn get_inheritable(call: &mut Call<'_, '_>) -> CallResult {
    let socket = call.this::<SocketValue>()?;
    Ok(socket.inheritable(&call.context.caller)?.into())
}

fn set_inheritable(call: &mut Call<'_, '_>) -> CallResult {
    let flag = call.flag(0)?;
    let socket = call.this::<SocketValue>()?;
    Ok(socket.set_inheritable(&call.context.caller, flag)?.into())
}

/// The socket of the first argument.
fn first_socket(call: &Call<'_, '_>) -> Result<SocketValue, Fault> {
    let socket = call.value(0)?.read_lock::<SocketValue>();
    let socket = socket.map(|socket| socket.clone());
    socket.ok_or_else(|| call.takes(0, "a socket"))
}

fn send_fds(call: &mut Call<'_, '_>) -> CallResult {
    let (socket, data) = (first_socket(call)?, buffers(call, 1)?);
    let fds = array(call, 2, "an array of sockets or descriptors")?
        .iter()
        .map(|value| {
            if let Some(socket) = value.read_lock::<SocketValue>() {
                return Ok(socket.fileno());
            }
            let number = value
                .as_int()
                .map_err(|_| call.takes(2, "sockets or descriptors"))?;
            RawFd::try_from(number)
                .map_err(|_| Cause::Range(format!("{number} is no descriptor")).into())
        })
        .collect::<Result<Vec<RawFd>, Fault>>()?;
    let flags = call.c_int(3)?;
    let target = match call.optional(4) {
        None => None,
        Some(_) => Some(address::target(call, 4, socket.family)?.0),
    };
    let parts: Vec<&[u8]> = data.iter().map(Bytes::as_slice).collect();
    let control = [sockets::handing_over(&fds)];
    let caller = &call.context.caller;
    Ok(count(socket.sendmsg(
        caller,
        &parts,
        &control,
        flags,
        target.as_ref(),
    )?))
}

fn recv_fds(call: &mut Call<'_, '_>) -> CallResult {
    let socket = first_socket(call)?;
    call.int(1)?;
    let (size, most) = (size(call, 1)?, call.int(2)?);
    let bytes = most.saturating_mul(4);
    let room = sockets::cmsg_len(bytes)?;
    let flags = call.c_int(3)?;
    let caller = &call.context.caller;
    let mut message = socket.recvmsg(caller, size, room, flags)?;
    let fds = sockets::rights(&message.controls);
    sockets::take_in(caller, &fds);
    let numbers: Array = fds.iter().map(|&fd| i64::from(fd).into()).collect();
    let from = message.from.as_ref();
    let parts: Array = vec![
        Dynamic::from(Bytes::new(std::mem::take(&mut message.data))),
        numbers.into(),
        i64::from(message.flags).into(),
        from.map_or(Dynamic::UNIT, address::to_dynamic),
    ];
    Ok(parts.into())
}

fn cmsg_len(call: &mut Call<'_, '_>) -> CallResult {
    Ok(count(sockets::cmsg_len(call.int(0)?)?))
}

fn cmsg_space(call: &mut Call<'_, '_>) -> CallResult {
    Ok(count(sockets::cmsg_space(call.int(0)?)?))
}
