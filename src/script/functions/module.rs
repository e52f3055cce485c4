//! The `socket` object, the constants, and what lists names: `dir`, `getattr`.

use rhai::{Array, Dynamic, Engine, EvalAltResult, Position};

use super::FUNCTIONS;
use crate::net::constants;
use crate::net::error::{Cause, Fault};
use crate::net::socket::has_ipv6;
use crate::script::catalog::{Call, functions};
use crate::script::failure::throw;
use crate::script::values::shown;
use crate::script::values::{AddrInfo, Poller, Socket, SocketModule, Value};

functions! {
    /// What lists and finds names.
    pub(crate) static NAMES = {
        /// The names behind an object, sorted; `dir(socket)` lists every function and constant.
        ///
        /// ```rhai
        /// "AF_INET" in dir(socket);
        /// //> true
        /// ```
        fn dir(object = "socket") => dir;
        /// The value behind a name of an object: `getattr(socket, "AF_INET")`. `default` stands in
        /// where there is no such name.
        ///
        /// ```rhai
        /// getattr(socket, "SOCK_STREAM") == SOCK_STREAM;
        /// //> true
        /// ```
        fn getattr(object, name, default = "()") => getattr;
        /// Whether an object has a name.
        ///
        /// ```rhai
        /// hasattr(socket, "AF_INET");
        /// //> true
        /// ```
        fn hasattr(object, name) => hasattr;
    }
}

/// The properties of a socket.
const SOCKET_PROPERTIES: [&str; 4] = ["family", "proto", "timeout", "type"];
/// The properties of an address info, in their order.
const INFO_PROPERTIES: [&str; 5] = ["family", "type", "proto", "canonname", "addr"];

/// The names behind the `socket` object, and the properties of our values.
pub(crate) fn install(engine: &mut Engine) {
    engine.register_type_with_name::<Socket>(Socket::NAME);
    engine.register_type_with_name::<AddrInfo>(AddrInfo::NAME);
    engine.register_type_with_name::<Poller>(Poller::NAME);
    engine.register_type_with_name::<SocketModule>("module");
    shown::register::<Socket>(engine);
    shown::register::<AddrInfo>(engine);
    shown::register::<Poller>(engine);
    shown::register::<SocketModule>(engine);
    engine.register_indexer_get(|_: &mut SocketModule, name: &str| {
        constants::find(name)
            .map(constant_value)
            .ok_or_else(|| no_name(name))
    });
    engine.register_get("family", |socket: &mut Socket| i64::from(socket.family));
    engine.register_get("type", |socket: &mut Socket| i64::from(socket.kind));
    engine.register_get("proto", |socket: &mut Socket| i64::from(socket.proto));
    engine.register_get("timeout", |socket: &mut Socket| {
        socket
            .timeout()
            .map_or(Dynamic::UNIT, |time| time.as_secs_f64().into())
    });
    engine.register_fn("==", |a: &mut Socket, b: Socket| *a == b);
    engine.register_fn("!=", |a: &mut Socket, b: Socket| *a != b);
    install_address_info(engine);
}

/// The properties of a type of ours, by its name.
pub(crate) fn properties_of(type_name: &str) -> &'static [&'static str] {
    if type_name == Socket::NAME {
        &SOCKET_PROPERTIES
    } else if type_name == AddrInfo::NAME {
        &INFO_PROPERTIES
    } else {
        &[]
    }
}

/// An address info is a record and an array.
fn install_address_info(engine: &mut Engine) {
    for (at, name) in INFO_PROPERTIES.into_iter().enumerate() {
        engine.register_get(name, move |info: &mut AddrInfo| {
            info.parts().swap_remove(at)
        });
    }
    engine.register_get("len", |_: &mut AddrInfo| 5_i64);
    engine.register_fn("len", |_: &mut AddrInfo| 5_i64);
    engine.register_fn("to_array", |info: &mut AddrInfo| info.parts());
    engine.register_indexer_get(|info: &mut AddrInfo, at: i64| {
        let place = if at < 0 { at + 5 } else { at };
        let part = usize::try_from(place)
            .ok()
            .and_then(|at| info.parts().into_iter().nth(at));
        part.ok_or_else(|| Box::new(EvalAltResult::ErrorArrayBounds(5, at, Position::NONE)))
    });
    engine.register_indexer_get(|info: &mut AddrInfo, range: std::ops::Range<i64>| {
        slice(info.parts(), range.start, range.end)
    });
    engine.register_indexer_get(
        |info: &mut AddrInfo, range: std::ops::RangeInclusive<i64>| {
            slice(info.parts(), *range.start(), range.end().saturating_add(1))
        },
    );
    engine.register_fn("==", |a: &mut AddrInfo, b: AddrInfo| *a == b);
    engine.register_fn("!=", |a: &mut AddrInfo, b: AddrInfo| *a != b);
}

fn slice(mut parts: Array, start: i64, end: i64) -> Array {
    let place = |at: i64| usize::try_from(at.clamp(0, 5)).unwrap_or_default();
    parts.truncate(place(end));
    parts.split_off(place(start).min(parts.len()))
}

/// The value of a name that every script finds: the `socket` object, or a constant.
pub(crate) fn builtin(name: &str) -> Option<Dynamic> {
    if name == "socket" {
        return Some(Dynamic::from(SocketModule));
    }
    constants::find(name).map(constant_value)
}

fn constant_value(constant: &constants::Constant) -> Dynamic {
    if constant.name == "has_ipv6" {
        has_ipv6().into()
    } else {
        constant.value.into()
    }
}

/// There is no such name behind the `socket` object: the nearest one.
fn no_name(name: &str) -> Box<EvalAltResult> {
    let near = socket_names()
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(known, name), known))
        .min()
        .filter(|(distance, _)| *distance <= 2);
    let text = match near {
        Some((_, known)) => format!("there is no `{name}`; did you mean `{known}`?"),
        None => format!("there is no `{name}`; `dir(socket)` lists what there is"),
    };
    throw(Cause::Unknown(text).during("socket"), Position::NONE)
}

/// Every name behind the `socket` object, sorted.
fn socket_names() -> Vec<&'static str> {
    let functions = FUNCTIONS.iter().flat_map(|table| table.iter());
    let bare = functions
        .filter(|function| function.receiver.is_none())
        .map(|function| function.name);
    let mut names: Vec<&str> = bare
        .chain(constants::all().map(|constant| constant.name))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The members of a value: its properties and methods, sorted.
fn members(value: &Dynamic) -> Vec<&'static str> {
    let methods = FUNCTIONS.iter().flat_map(|table| table.iter());
    let own = methods.filter(|function| function.receiver == Some(value.type_id()));
    let mut names: Vec<&str> = own.map(|function| function.name).collect();
    if value.is::<Socket>() {
        names.extend(SOCKET_PROPERTIES);
    } else if value.is::<AddrInfo>() {
        names.extend(INFO_PROPERTIES);
    }
    names.sort_unstable();
    names.dedup();
    names
}

fn dir(call: &mut Call<'_, '_>) -> Result<Dynamic, Fault> {
    let names = match call.optional(0) {
        None => socket_names(),
        Some(value) if value.is::<SocketModule>() => socket_names(),
        Some(value) => match value.read_lock::<rhai::Map>() {
            Some(map) => {
                return Ok(map
                    .keys()
                    .map(|key| key.as_str().into())
                    .collect::<Array>()
                    .into());
            }
            None => members(value),
        },
    };
    Ok(names
        .into_iter()
        .map(Dynamic::from)
        .collect::<Array>()
        .into())
}

fn attribute(call: &Call<'_, '_>) -> Result<Option<Dynamic>, Fault> {
    let (value, name) = (call.value(0)?, call.text(1)?);
    if value.is::<SocketModule>() {
        let function = |name: &str| rhai::FnPtr::new(name).ok().map(Dynamic::from);
        let constant = constants::find(&name).map(constant_value);
        return Ok(constant.or_else(|| {
            socket_names()
                .contains(&name.as_str())
                .then(|| function(&name))?
        }));
    }
    if let Some(map) = value.read_lock::<rhai::Map>() {
        return Ok(map.get(name.as_str()).cloned());
    }
    let part = |socket: &Socket| match name.as_str() {
        "family" => Some(i64::from(socket.family).into()),
        "type" => Some(i64::from(socket.kind).into()),
        "proto" => Some(i64::from(socket.proto).into()),
        "timeout" => Some(
            socket
                .timeout()
                .map_or(Dynamic::UNIT, |time| time.as_secs_f64().into()),
        ),
        _ => None,
    };
    if let Some(socket) = value.read_lock::<Socket>() {
        return Ok(part(&socket));
    }
    let at = INFO_PROPERTIES
        .iter()
        .position(|property| *property == name);
    Ok(value
        .read_lock::<AddrInfo>()
        .and_then(|info| info.parts().into_iter().nth(at?)))
}

fn getattr(call: &mut Call<'_, '_>) -> Result<Dynamic, Fault> {
    match (attribute(call)?, call.given()) {
        (Some(value), _) => Ok(value),
        (None, 3) => Ok(call.optional(2).cloned().unwrap_or(Dynamic::UNIT)),
        (None, _) => Err(Cause::Unknown(format!("there is no `{}`", call.text(1)?)).into()),
    }
}

fn hasattr(call: &mut Call<'_, '_>) -> Result<Dynamic, Fault> {
    Ok(attribute(call)?.is_some().into())
}
