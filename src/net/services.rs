//! The embedded table of services and protocols: the lab's own, and the stand-in on machines
//! that have no `/etc/services`. Names and their case are those of services(5).

pub(super) mod services_file;
mod table;

use table::{LAB_SERVICES, PROTOCOLS, SERVICES};

/// A service and the port where it waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Service {
    /// Its official name: `"http"`.
    pub(crate) name: &'static str,
    /// Its port, 1-65535.
    pub(crate) port: u16,
    /// What carries it: `"tcp"`, `"udp"`, `"sctp"`.
    pub(crate) transports: &'static [&'static str],
    /// Other names: `"www"`.
    pub(crate) aliases: &'static [&'static str],
}

/// A protocol above IP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Protocol {
    /// Its official name: `"tcp"`.
    pub(crate) name: &'static str,
    /// Its number in an IP header, or beyond 255 Linux's number for `socket()`.
    pub(crate) number: i32,
    /// Other names: `"TCP"`.
    pub(crate) aliases: &'static [&'static str],
}

/// The port of a service in the lab, by name or alias; `protocol` none takes any transport.
pub(crate) fn port(name: &str, protocol: Option<&str>) -> Option<u16> {
    common_port(name, protocol).or_else(|| find_port(LAB_SERVICES, name, protocol))
}

/// The service at a port in the lab; `protocol` none takes any transport.
pub(crate) fn name(port: u16, protocol: Option<&str>) -> Option<&'static str> {
    common_name(port, protocol).or_else(|| find_name(LAB_SERVICES, port, protocol))
}

/// As [`port`], without the lab's own rows: what a usual `/etc/services` says.
pub(crate) fn common_port(name: &str, protocol: Option<&str>) -> Option<u16> {
    find_port(SERVICES, name, protocol)
}

/// As [`name()`], without the lab's own rows: what a usual `/etc/services` says.
pub(crate) fn common_name(port: u16, protocol: Option<&str>) -> Option<&'static str> {
    find_name(SERVICES, port, protocol)
}

/// The number of a protocol, by name or alias: `"tcp"` and `"TCP"` are 6, `"Tcp"` is unknown.
pub(crate) fn protocol_number(name: &str) -> Option<i32> {
    PROTOCOLS
        .iter()
        .find(|protocol| protocol.name == name || protocol.aliases.contains(&name))
        .map(|protocol| protocol.number)
}

fn find_port(rows: &[Service], name: &str, protocol: Option<&str>) -> Option<u16> {
    rows.iter()
        .find(|row| (row.name == name || row.aliases.contains(&name)) && row.runs_on(protocol))
        .map(|row| row.port)
}

fn find_name(rows: &[Service], port: u16, protocol: Option<&str>) -> Option<&'static str> {
    rows.iter()
        .find(|row| row.port == port && row.runs_on(protocol))
        .map(|row| row.name)
}

impl Service {
    fn runs_on(&self, protocol: Option<&str>) -> bool {
        protocol.is_none_or(|protocol| self.transports.contains(&protocol))
    }
}

#[cfg(test)]
mod tests {
    use super::{common_name, common_port, name, port, protocol_number};

    #[test]
    fn the_courses_ports_have_their_names() {
        for (service, number) in [
            ("http", 80),
            ("https", 443),
            ("ftp-data", 20),
            ("ftp", 21),
            ("ssh", 22),
        ] {
            assert_eq!(port(service, None), Some(number));
            assert_eq!(name(number, Some("tcp")), Some(service));
        }
        assert_eq!(
            (port("telnet", None), port("smtp", None)),
            (Some(23), Some(25))
        );
    }

    #[test]
    fn aliases_are_names_too_and_case_matters() {
        assert_eq!(port("www", Some("tcp")), Some(80));
        assert_eq!(port("SSH", None), None);
        assert_eq!(port("ssh", Some("TCP")), None);
        assert_eq!(port("", None), None);
    }

    #[test]
    fn the_transport_chooses_between_services_of_one_port() {
        assert_eq!(name(514, Some("tcp")), Some("shell"));
        assert_eq!(name(514, Some("udp")), Some("syslog"));
        assert_eq!(name(22, Some("udp")), None);
    }

    #[test]
    fn only_the_lab_knows_http_over_udp() {
        assert_eq!(port("http", Some("udp")), Some(80));
        assert_eq!(name(80, Some("udp")), Some("http"));
        assert_eq!(common_port("http", Some("udp")), None);
        assert_eq!(common_name(80, Some("udp")), None);
    }

    #[test]
    fn protocols_have_numbers() {
        assert_eq!(protocol_number("tcp"), Some(6));
        assert_eq!(protocol_number("UDP"), Some(17));
        assert_eq!(protocol_number("ipv6-icmp"), Some(58));
        assert_eq!(protocol_number("Tcp"), None);
    }
}
