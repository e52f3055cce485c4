//! What `socket(…)` takes: numbers, an address info, a map of names, an open descriptor.

use rhai::{Array, Dynamic, Map};

use crate::net::error::{Cause, Fault};
use crate::net::numbers::{AF_INET, SOCK_STREAM};
use crate::net::socket as sockets;
use crate::repr::escape;
use crate::script::catalog::{Call, CallResult};
use crate::script::values::shown;
use crate::script::values::{AddrInfoValue, SocketValue};

/// An integer of socket(2); left out, `()` and -1 are none, as in CPython.
fn given(call: &Call<'_, '_>, index: usize) -> Result<Option<i32>, Fault> {
    Ok(Some(call.c_int_or(index, -1)?).filter(|&number| number != -1))
}

/// `socket(#{fileno: 5, family: AF_INET})`.
fn by_name(call: &Call<'_, '_>, names: &Map) -> CallResult {
    const NAMES: [&str; 4] = ["family", "type", "proto", "fileno"];
    if call.given() > 1 {
        return Err(call.takes(0, "a map alone: `socket(#{fileno: fd})`"));
    }
    if let Some(name) = names.keys().find(|name| !NAMES.contains(&name.as_str())) {
        let name = escape::quoted(name);
        let text = format!("no {name} here: there are `family`, `type`, `proto` and `fileno`");
        return Err(Cause::Type(text).into());
    }
    let number = |name: &str| -> Result<Option<i32>, Fault> {
        match names.get(name).filter(|value| !value.is_unit()) {
            None => Ok(None),
            Some(value) => {
                let number = value.as_int().map_err(|_| {
                    let got = shown::describe(value);
                    Fault::from(Cause::Type(format!("`{name}` takes an integer, not {got}")))
                })?;
                let number = i32::try_from(number).map_err(|_| {
                    Fault::from(Cause::Range(format!("`{name}` is too large: {number}")))
                })?;
                Ok(Some(number).filter(|&number| number != -1 || name == "fileno"))
            }
        }
    };
    let (family, kind, proto) = (number("family")?, number("type")?, number("proto")?);
    let caller = &call.context.caller;
    let made = match number("fileno")? {
        Some(fd) => on_descriptor(call, fd, (family, kind, proto))?,
        None => sockets::open(
            caller,
            family.unwrap_or(AF_INET),
            kind.unwrap_or(SOCK_STREAM),
            proto.unwrap_or(0),
        )?,
    };
    Ok(Dynamic::from(SocketValue::new(made)))
}

/// A socket on an open descriptor.
fn on_descriptor(
    call: &Call<'_, '_>,
    fd: i32,
    (family, kind, proto): (Option<i32>, Option<i32>, Option<i32>),
) -> Result<sockets::Socket, Fault> {
    if fd < 0 {
        return Err(Cause::Value("negative file descriptor".into()).into());
    }
    let caller = &call.context.caller;
    Ok(sockets::from_loose(caller, fd, family, kind, proto)?)
}

pub(crate) fn socket(call: &mut Call<'_, '_>) -> CallResult {
    if let Some(names) = call.optional(0).and_then(Dynamic::read_lock::<Map>) {
        return by_name(call, &names);
    }
    if call.optional(3).is_some() {
        let parts = (given(call, 0)?, given(call, 1)?, given(call, 2)?);
        let made = on_descriptor(call, call.c_int(3)?, parts)?;
        return Ok(Dynamic::from(SocketValue::new(made)));
    }
    let (family, kind, proto) = match call.optional(0) {
        Some(value) if value.is_array() => {
            three_parts(call, &value.clone().into_array().unwrap_or_default())?
        }
        Some(value) => match value.read_lock::<AddrInfoValue>() {
            Some(info) => (info.get().family, info.get().kind, info.get().proto),
            None => (
                given(call, 0)?.unwrap_or(AF_INET),
                given(call, 1)?.unwrap_or(SOCK_STREAM),
                given(call, 2)?.unwrap_or(0),
            ),
        },
        None => (
            AF_INET,
            given(call, 1)?.unwrap_or(SOCK_STREAM),
            given(call, 2)?.unwrap_or(0),
        ),
    };
    let made = sockets::open(&call.context.caller, family, kind, proto)?;
    Ok(Dynamic::from(SocketValue::new(made)))
}

/// Family, type and protocol from an array of up to three integers, as `info[0..3]` gives it.
fn three_parts(call: &Call<'_, '_>, parts: &Array) -> Result<(i32, i32, i32), Fault> {
    let number = |at: usize, default: i32| match parts.get(at) {
        None => Ok(default),
        Some(part) => part
            .as_int()
            .ok()
            .and_then(|number| i32::try_from(number).ok())
            .ok_or_else(|| call.takes(0, "a family, or `info[0..3]`")),
    };
    if parts.is_empty() || parts.len() > 3 || call.given() > 1 {
        return Err(call.takes(0, "an array of three parts: `socket(info[0..3])`"));
    }
    Ok((number(0, AF_INET)?, number(1, SOCK_STREAM)?, number(2, 0)?))
}
