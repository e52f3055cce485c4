//! Addresses that are written out in numbers, in all the spellings that C libraries take.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::hosts::HostAddress;

/// The address that `text` spells: IPv4 as `inet_aton(3)` reads it (`127.1`, `0x7f.0.0.1`), or IPv6,
/// perhaps with `%` and the number or name of an interface.
pub(super) fn parse(text: &str) -> Option<HostAddress> {
    if let Some(ip) = inet_aton(text) {
        return Some(HostAddress {
            ip: IpAddr::V4(ip),
            scope: 0,
        });
    }
    let (ip, scope) = match text.split_once('%') {
        Some((ip, scope)) => (ip.parse::<Ipv6Addr>().ok()?, interface(scope)?),
        None => (text.parse::<Ipv6Addr>().ok()?, 0),
    };
    Some(HostAddress {
        ip: IpAddr::V6(ip),
        scope,
    })
}

/// One to four parts, decimal, octal after `0`, or hexadecimal after `0x`; the last one fills the
/// bytes that are left.
fn inet_aton(text: &str) -> Option<Ipv4Addr> {
    let mut parts = Vec::with_capacity(4);
    for part in text.split('.') {
        if parts.len() == 4 {
            return None;
        }
        parts.push(number(part)?);
    }
    let (last, leading) = parts.split_last()?;
    let mut value: u32 = 0;
    for (place, part) in leading.iter().enumerate() {
        value |= u32::from(u8::try_from(*part).ok()?) << (24 - 8 * place);
    }
    let room = 32 - 8 * u32::try_from(leading.len()).ok()?;
    if room < 32 && last >> room != 0 {
        return None;
    }
    Some(Ipv4Addr::from(value | last))
}

fn number(part: &str) -> Option<u32> {
    let (digits, radix) = match part.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&part[2..], 16),
        [b'0', _, ..] => (&part[1..], 8),
        _ => (part, 10),
    };
    // `from_str_radix` takes a sign.
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, radix).ok()
}

fn interface(scope: &str) -> Option<u32> {
    if !scope.is_empty() && scope.bytes().all(|digit| digit.is_ascii_digit()) {
        return scope.parse().ok();
    }
    if scope.is_empty() || scope.starts_with('.') || scope.contains(['/', '\0']) {
        return None;
    }
    let index = fs::read_to_string(format!("/sys/class/net/{scope}/ifindex")).ok()?;
    index.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[track_caller]
    fn is(text: &str, address: &str) {
        assert_eq!(
            parse(text).map(|a| a.to_string()).as_deref(),
            Some(address),
            "{text}"
        );
    }

    #[test]
    fn short_octal_and_hexadecimal_spellings_are_read() {
        is("127.1", "127.0.0.1");
        is("2130706433", "127.0.0.1");
        is("0x7f.1", "127.0.0.1");
        is("010.0.0.8", "8.0.0.8");
        is("1.2.65535", "1.2.255.255");
        is("0", "0.0.0.0");
        is("fe80::1%5", "fe80::1%5");
        for wrong in [
            "",
            ".",
            "1.",
            "1..2",
            "256.1",
            "1.2.3.4.5",
            "1.2.3.256",
            "09",
            "0x",
            "+1",
            "4294967296",
            "fe80::1%",
            "fe80::1%nobody",
            "fe80::1%../x",
            "a b",
            "1.2.3.4%1",
        ] {
            assert!(parse(wrong).is_none(), "{wrong}");
        }
    }
}
