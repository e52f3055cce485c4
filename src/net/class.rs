//! Which class of address an address is, and which class of port a port.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is for, in a few words, with the RFC that says so.
pub(crate) fn address(ip: IpAddr) -> &'static str {
    match ip.to_canonical() {
        IpAddr::V4(v4) => ipv4(v4),
        IpAddr::V6(v6) => ipv6(v6),
    }
}

fn ipv4(ip: Ipv4Addr) -> &'static str {
    let [a, b, ..] = ip.octets();
    match (a, b) {
        (0, _) if ip.is_unspecified() => "every address of this machine, when bound to (RFC 1122)",
        (0, _) => {
            "\"this network\", only for machines that do not know their address yet (RFC 1122)"
        }
        (127, _) => "loopback: this machine itself, nothing leaves it (RFC 1122)",
        (10, _) | (192, 168) | (172, 16..=31) => {
            "private: used inside many networks, not routed between them (RFC 1918)"
        }
        (100, 64..=127) => "shared by a provider's customers behind its translation (RFC 6598)",
        (169, 254) => "link-local: made up by a machine that got no address (RFC 3927)",
        (224..=239, _) => "multicast: a group of machines, not one (RFC 5771)",
        (255, 255) if ip.is_broadcast() => "broadcast: every machine on this link (RFC 919)",
        (198, 18 | 19) => "for measuring networks (RFC 2544)",
        (240..=255, _) => "reserved, not in use (RFC 1112)",
        _ if ip.is_documentation() => "for examples in texts, reaches nobody (RFC 5737)",
        _ => "public: a machine on the internet",
    }
}

fn ipv6(ip: Ipv6Addr) -> &'static str {
    let first = ip.segments()[0];
    if ip.is_unspecified() {
        "every address of this machine, when bound to (RFC 4291)"
    } else if ip.is_loopback() {
        "loopback: this machine itself, nothing leaves it (RFC 4291)"
    } else if first & 0xffc0 == 0xfe80 {
        "link-local: valid on one card's link; the scope id says on which (RFC 4291)"
    } else if first & 0xfe00 == 0xfc00 {
        "unique local: used inside many networks, not routed between them (RFC 4193)"
    } else if first & 0xff00 == 0xff00 {
        "multicast: a group of machines, not one (RFC 4291)"
    } else if first == 0x2001 && ip.segments()[1] == 0xdb8 {
        "for examples in texts, reaches nobody (RFC 3849)"
    } else {
        "public: a machine on the internet"
    }
}

/// What a port is for (RFC 6335).
pub(crate) fn port(port: u16) -> &'static str {
    match port {
        0 => "no port: `bind` takes it for \"any free one\"",
        1..=1023 => "well-known (1-1023): for services that everybody agreed on",
        1024..=49151 => {
            "registered (1024-49151): for services that asked for one, and free for yours"
        }
        49152.. => "dynamic (49152-65535): for clients; the system hands them out",
    }
}

#[cfg(test)]
mod tests {
    use super::{address, port};

    #[test]
    fn every_address_has_a_class() {
        for (text, class) in [
            ("0.0.0.0", "every address"),
            ("127.0.0.1", "loopback"),
            ("127.255.0.9", "loopback"),
            ("10.211.55.2", "private"),
            ("172.16.0.1", "private"),
            ("172.32.0.1", "public"),
            ("192.168.1.1", "private"),
            ("169.254.1.1", "link-local"),
            ("192.0.2.7", "examples"),
            ("224.0.0.1", "multicast"),
            ("255.255.255.255", "broadcast"),
            ("250.0.0.1", "reserved"),
            ("108.59.11.99", "public"),
            ("::", "every address"),
            ("::1", "loopback"),
            ("::ffff:127.0.0.1", "loopback"),
            ("fe80::1", "link-local"),
            ("fd00::1", "unique local"),
            ("ff02::1", "multicast"),
            ("2001:db8::1", "examples"),
            ("2607:f8b0::1", "public"),
        ] {
            let found = address(text.parse().unwrap());
            assert!(found.contains(class), "{text}: {found}");
        }
    }

    #[test]
    fn ports_fall_into_three_ranges() {
        for (number, class) in [(0, "any free"), (1, "well-known"), (1023, "well-known")] {
            assert!(port(number).contains(class), "{number}");
        }
        for (number, class) in [
            (1024, "registered"),
            (49151, "registered"),
            (49152, "dynamic"),
            (65535, "dynamic"),
        ] {
            assert!(port(number).contains(class), "{number}");
        }
    }
}
