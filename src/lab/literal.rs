//! Addresses that are written out in numbers, in all the spellings that C libraries take.

use std::net::{IpAddr, Ipv6Addr};

use crate::net::convert::parse_ipv4_forms;
use crate::net::network::HostAddress;

/// The number of an interface by its name; none where there is no such one.
pub(crate) type InterfaceNumbers<'a> = &'a dyn Fn(&str) -> Option<u32>;

/// The address that `text` spells: IPv4 as `inet_aton(3)` reads it (`127.1`, `0x7f.0.0.1`), or IPv6,
/// perhaps with `%` and the number or name of an interface, whose number `card` tells.
pub(crate) fn parse(text: &str, card: InterfaceNumbers<'_>) -> Option<HostAddress> {
    if let Some(ip) = parse_ipv4_forms(text) {
        return Some(HostAddress {
            ip: IpAddr::V4(ip),
            scope: 0,
        });
    }
    let (ip, scope) = match text.split_once('%') {
        Some((ip, scope)) => (ip.parse::<Ipv6Addr>().ok()?, interface(scope, card)?),
        None => (text.parse::<Ipv6Addr>().ok()?, 0),
    };
    Some(HostAddress {
        ip: IpAddr::V6(ip),
        scope,
    })
}

fn interface(scope: &str, card: InterfaceNumbers<'_>) -> Option<u32> {
    if !scope.is_empty() && scope.bytes().all(|digit| digit.is_ascii_digit()) {
        return scope.parse().ok();
    }
    card(scope)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[track_caller]
    fn is(text: &str, address: &str) {
        assert_eq!(
            parse(text, &|_| None).map(|a| a.to_string()).as_deref(),
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
            assert!(parse(wrong, &|_| None).is_none(), "{wrong}");
        }
    }
}
