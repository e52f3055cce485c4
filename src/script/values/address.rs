//! Socket addresses as values: `["127.0.0.1", 80]`, four parts for IPv6, a text for a Unix path.

use rhai::{Array, Dynamic};

use super::shown;
use crate::net::address::Address;
use crate::net::error::{Cause, Fault};
use crate::net::numbers::{AF_INET, AF_INET6, AF_UNIX};
use crate::net::target::Target;
use crate::script::catalog::Call;

/// An address as a script sees it.
pub(crate) fn to_dynamic(address: &Address) -> Dynamic {
    shown::value_of(&address.repr()).unwrap_or_default()
}

/// Reads the address that begins at argument `index`, either one value or host and port, for a
/// socket of `family`; gives how many arguments it took.
pub(crate) fn target(
    call: &Call<'_, '_>,
    index: usize,
    family: i32,
) -> Result<(Target, usize), Fault> {
    let value = call.value(index)?;
    let text = value.clone().into_string().ok();
    if family == AF_UNIX {
        let path = match text {
            Some(text) => text.into_bytes(),
            None => call
                .bytes(index)
                .map_err(|_| call.takes(index, "a path"))?
                .as_slice()
                .into(),
        };
        return Ok((Target::Unix(path), 1));
    }
    if let Some(host) = text {
        if call.optional(index + 1).is_none() {
            return Err(two_values(call, index, &host));
        }
        let port = port(call.value(index + 1)?)?;
        return Ok((inet(family, host, &[i64::from(port)])?, 2));
    }
    let Some(parts) = value.read_lock::<Array>() else {
        return Err(call.takes(index, "an address: `[\"127.0.0.1\", 80]`"));
    };
    let Some(Ok(host)) = parts.first().map(|host| host.clone().into_string()) else {
        return Err(call.takes(index, "an address: `[\"127.0.0.1\", 80]`"));
    };
    let mut numbers = Vec::new();
    for (place, part) in parts.iter().enumerate().skip(1) {
        let number = if place == 1 {
            i64::from(port(part)?)
        } else {
            part.as_int()
                .map_err(|_| call.takes(index, "numbers behind the host"))?
        };
        numbers.push(number);
    }
    Ok((inet(family, host, &numbers)?, 1))
}

/// The family that an address at argument `index` is written for: four parts, or a host with
/// colons, are IPv6.
pub(crate) fn family_of(call: &Call<'_, '_>, index: usize) -> i32 {
    let Some(value) = call.optional(index) else {
        return AF_INET;
    };
    let parts = value.read_lock::<Array>();
    let host = parts.as_ref().map_or(Some(value), |parts| parts.first());
    let colons = host.is_some_and(|host| {
        host.read_lock::<rhai::ImmutableString>()
            .is_some_and(|host| host.contains(':'))
    });
    if colons && parts.is_some() || parts.as_ref().is_some_and(|parts| parts.len() > 2) {
        AF_INET6
    } else {
        AF_INET
    }
}

fn inet(family: i32, host: String, numbers: &[i64]) -> Result<Target, Fault> {
    let small = |at: usize, what: &str, most: u32| {
        let number = numbers.get(at).copied().unwrap_or_default();
        u32::try_from(number)
            .ok()
            .filter(|&n| n <= most)
            .ok_or_else(|| {
                Fault::from(Cause::Range(format!(
                    "`{what}` must be 0-{most}, not {number}"
                )))
            })
    };
    let port = u16::try_from(small(0, "port", 65_535)?).unwrap_or_default();
    match (family, numbers.len()) {
        (AF_INET6, 1..=3) => Ok(Target::Inet6 {
            host,
            port,
            flowinfo: small(1, "flowinfo", 0xf_ffff)?,
            scope_id: small(2, "scope_id", u32::MAX)?,
        }),
        (AF_INET, 1) => Ok(Target::Inet { host, port }),
        (AF_INET, 2..) => Err(Cause::Type(
            "an AF_INET address has two parts, `[host, port]`; for IPv6 make the socket with \
             `socket(AF_INET6)`"
                .into(),
        )
        .into()),
        (AF_INET | AF_INET6, _) => Err(Cause::Type(
            "an address has a host and a port: `[\"127.0.0.1\", 80]`".into(),
        )
        .into()),
        _ => Err(
            Cause::Value("this socket's family has no addresses that we can write".into()).into(),
        ),
    }
}

/// A port number, 0-65535.
pub(crate) fn port(value: &Dynamic) -> Result<u16, Fault> {
    let number = value.as_int().map_err(|_| {
        Cause::Type(format!(
            "`port` takes a number, not {}",
            shown::describe(value)
        ))
    })?;
    u16::try_from(number)
        .map_err(|_| Cause::Range(format!("`port` must be 0-65535, not {number}")).into())
}

fn two_values(call: &Call<'_, '_>, index: usize, text: &str) -> Fault {
    match text.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => Cause::Type(format!(
            "host and port are two values: `[\"{host}\", {port}]`, not {}",
            call.optional(index)
                .map_or_else(String::new, shown::describe)
        ))
        .into(),
        _ => call.takes(index, "an address with a port: `[\"127.0.0.1\", 80]`"),
    }
}
