//! Which service has which port in the lab, and which protocol which number.

/// Name, port, protocol. `http` has both protocols, as on the machine of the course's document.
const SERVICES: [(&str, u16, &str); 10] = [
    ("echo", 7, "tcp"),
    ("echo", 7, "udp"),
    ("daytime", 13, "tcp"),
    ("daytime", 13, "udp"),
    ("ssh", 22, "tcp"),
    ("domain", 53, "tcp"),
    ("domain", 53, "udp"),
    ("http", 80, "tcp"),
    ("http", 80, "udp"),
    ("https", 443, "tcp"),
];

/// The port of the service `name` with `protocol`; names and protocols mind their case.
pub(super) fn port(name: &str, protocol: Option<&str>) -> Option<u16> {
    SERVICES
        .iter()
        .find(|(known, _, over)| *known == name && protocol.is_none_or(|asked| asked == *over))
        .map(|(_, port, _)| *port)
}

/// The service at `port` with `protocol`.
pub(super) fn name(port: u16, protocol: Option<&str>) -> Option<&'static str> {
    SERVICES
        .iter()
        .find(|(_, known, over)| *known == port && protocol.is_none_or(|asked| asked == *over))
        .map(|(name, _, _)| *name)
}

/// The number of a protocol (protocols(5)).
pub(super) fn protocol_number(name: &str) -> Option<i32> {
    const PROTOCOLS: [(&str, i32); 6] = [
        ("ip", 0),
        ("icmp", 1),
        ("igmp", 2),
        ("tcp", 6),
        ("udp", 17),
        ("ipv6-icmp", 58),
    ];
    PROTOCOLS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, number)| *number)
}
