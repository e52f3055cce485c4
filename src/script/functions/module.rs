//! The `socket` object, the constants, and what lists names: `dir`, `getattr`.

use rhai::{Array, Dynamic, Engine, EvalAltResult, Position};

use super::rows;
use crate::net::constants;
use crate::net::error::{Cause, Fault};
use crate::net::socket::has_ipv6;
use crate::script::catalog::{Call, CallResult, functions};
use crate::script::failure::throw;
use crate::script::suggest::nearest;
use crate::script::values::{
    AddrInfoValue, Poller, SocketModule, SocketValue, ValueType, property_of, register_type,
};

/// What `dir` lists without an argument, as its signature names it.
#[allow(non_upper_case_globals)]
const socket: SocketModule = SocketModule;

functions! {
    /// What lists and finds names.
    pub(crate) static NAMES = {
        /// The names behind an object, sorted; `dir(socket)` lists every function and constant.
        ///
        /// ```rhai
        /// "AF_INET" in dir(socket);
        /// //> true
        /// ```
        fn dir(object: Object = socket) -> [Text]: Computes;
        /// The value behind a name of an object: `getattr(socket, "AF_INET")`. `default` stands in
        /// where there is no such name.
        ///
        /// ```rhai
        /// getattr(socket, "SOCK_STREAM") == SOCK_STREAM;
        /// //> true
        /// ```
        fn getattr(object: Object, name: Text, default: Any = ()) -> Any: Computes;
        /// Whether an object has a name.
        ///
        /// ```rhai
        /// hasattr(socket, "AF_INET");
        /// //> true
        /// ```
        fn hasattr(object: Object, name: Text) -> Boolean: Computes;
    }
}

/// The names behind the `socket` object, and the properties of our values.
pub(crate) fn install(engine: &mut Engine) {
    register_type::<SocketValue>(engine);
    register_type::<AddrInfoValue>(engine);
    register_type::<Poller>(engine);
    register_type::<SocketModule>(engine);
    engine.register_indexer_get(|_: &mut SocketModule, name: &str| {
        constants::find(name)
            .map(constant_value)
            .ok_or_else(|| no_name(name))
    });
    engine.register_fn("==", |a: &mut SocketValue, b: SocketValue| *a == b);
    engine.register_fn("!=", |a: &mut SocketValue, b: SocketValue| *a != b);
    install_address_info(engine);
}

/// An address info is a record and an array.
fn install_address_info(engine: &mut Engine) {
    engine.register_fn("len", |_: &mut AddrInfoValue| 5_i64);
    engine.register_fn("to_array", |info: &mut AddrInfoValue| info.parts());
    engine.register_indexer_get(|info: &mut AddrInfoValue, at: i64| {
        let place = if at < 0 { at + 5 } else { at };
        let part = usize::try_from(place)
            .ok()
            .and_then(|at| info.parts().into_iter().nth(at));
        part.ok_or_else(|| Box::new(EvalAltResult::ErrorArrayBounds(5, at, Position::NONE)))
    });
    engine.register_indexer_get(|info: &mut AddrInfoValue, range: std::ops::Range<i64>| {
        slice(info.parts(), range.start, range.end)
    });
    engine.register_indexer_get(
        |info: &mut AddrInfoValue, range: std::ops::RangeInclusive<i64>| {
            slice(info.parts(), *range.start(), range.end().saturating_add(1))
        },
    );
    engine.register_fn("==", |a: &mut AddrInfoValue, b: AddrInfoValue| *a == b);
    engine.register_fn("!=", |a: &mut AddrInfoValue, b: AddrInfoValue| *a != b);
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
    let is_function = rows().any(|row| row.name == name && row.receiver.is_none());
    let text = match nearest(name, socket_names().into_iter()) {
        _ if is_function => format!("`{name}` is a call: `socket.{name}()`"),
        Some(known) => format!("there is no `{name}`; did you mean `{known}`?"),
        None => format!("there is no `{name}`; `dir(socket)` lists what there is"),
    };
    throw(Cause::Unknown(text).during("socket"), Position::NONE)
}

/// Every name behind the `socket` object, sorted.
fn socket_names() -> Vec<&'static str> {
    let bare = rows()
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
    let own = rows().filter(|function| function.receiver == Some(ValueType::of(value)));
    let mut names: Vec<&str> = own.map(|function| function.name).collect();
    let properties = ValueType::of(value).properties();
    names.extend(properties.iter().map(|(name, _)| *name));
    names.sort_unstable();
    names.dedup();
    names
}

fn dir(call: &mut Call<'_, '_>) -> CallResult {
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
    Ok(property_of(value, &name))
}

fn getattr(call: &mut Call<'_, '_>) -> CallResult {
    match (attribute(call)?, call.given()) {
        (Some(value), _) => Ok(value),
        (None, 3) => Ok(call.optional(2).cloned().unwrap_or(Dynamic::UNIT)),
        (None, _) => Err(Cause::Unknown(format!("there is no `{}`", call.text(1)?)).into()),
    }
}

fn hasattr(call: &mut Call<'_, '_>) -> CallResult {
    Ok(attribute(call)?.is_some().into())
}
