//! The hosts of the lab: their names, their addresses and what serves there.

use std::net::IpAddr;

use crate::net::network::{HostAddress, HostRecord};

/// The transport below a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Transport {
    /// `SOCK_STREAM`.
    Tcp,
    /// `SOCK_DGRAM`.
    Udp,
}

impl Transport {
    /// `"tcp"` or `"udp"`, as in services(5).
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }
}

/// What answers at a port of a lab host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum HostService {
    /// HTTP/1.1 with the page of 19427 bytes.
    Site,
    /// HTTP/1.1 with a page of a few lines.
    Page,
    Echo,
    Daytime,
    Slow,
    Chunks,
    Exact,
    Reset,
    Silent,
    Half,
    Dns,
}

/// What a host does at the ports that have no service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum UnservedPorts {
    /// Says no at once (ECONNREFUSED).
    Refuse,
    /// Lets packets vanish.
    Swallow,
}

/// One machine of the lab.
#[derive(Debug, Clone)]
pub(crate) struct Host {
    /// Lower case, without a final dot.
    pub(crate) name: String,
    /// Other names of this machine: each is a CNAME in the lab's DNS.
    pub(crate) aliases: Vec<String>,
    /// In the order in which lookups give them.
    pub(crate) addresses: Vec<HostAddress>,
    pub(crate) services: &'static [(Transport, u16, HostService)],
    pub(crate) otherwise: UnservedPorts,
}

/// Name, alias, addresses of each host that every lab has. google.com's eleven are a ring in the
/// document, which shows it turned twice; here it always stands as `gethostbyname` found it.
const KNOWN: [(&str, &[&str], &[&str]); 16] = [
    (
        "google.com",
        &[],
        &[
            "173.194.33.4",
            "173.194.33.5",
            "173.194.33.6",
            "173.194.33.7",
            "173.194.33.8",
            "173.194.33.9",
            "173.194.33.14",
            "173.194.33.0",
            "173.194.33.1",
            "173.194.33.2",
            "173.194.33.3",
        ],
    ),
    ("uw.edu", &[], &["128.95.155.135"]),
    ("crisewing.com", &[], &["108.59.11.99"]),
    (
        "elladan.rad.washington.edu",
        &["www.rad.washington.edu"],
        &["128.95.247.84"],
    ),
    ("heffalump.local", &[], &["10.211.55.2"]),
    // Addresses that RFC 5737 and RFC 3849 keep free for teaching.
    ("echo.test", &[], &["192.0.2.7", "2001:db8::7"]),
    ("daytime.test", &[], &["192.0.2.13"]),
    ("dns.test", &[], &["192.0.2.53"]),
    ("slow.test", &[], &["198.51.100.10"]),
    ("chunks.test", &[], &["198.51.100.11"]),
    ("exact.test", &[], &["198.51.100.12"]),
    ("reset.test", &[], &["198.51.100.13"]),
    ("silent.test", &[], &["198.51.100.14"]),
    ("half.test", &[], &["198.51.100.15"]),
    ("closed.test", &[], &["203.0.113.1"]),
    ("blackhole.test", &[], &["203.0.113.2"]),
];

/// What serves under `name`. A `host:` line moves a name with its services to other addresses.
fn services_of(name: &str) -> &'static [(Transport, u16, HostService)] {
    use Transport::{Tcp, Udp};
    match name {
        "crisewing.com" => &[(Tcp, 80, HostService::Site)],
        "google.com" | "uw.edu" | "elladan.rad.washington.edu" | "www.rad.washington.edu" => {
            &[(Tcp, 80, HostService::Page)]
        }
        "echo.test" => &[(Tcp, 7, HostService::Echo), (Udp, 7, HostService::Echo)],
        "daytime.test" => &[
            (Tcp, 13, HostService::Daytime),
            (Udp, 13, HostService::Daytime),
        ],
        "dns.test" => &[(Tcp, 53, HostService::Dns), (Udp, 53, HostService::Dns)],
        "slow.test" => &[(Tcp, 80, HostService::Slow)],
        "chunks.test" => &[(Tcp, 80, HostService::Chunks)],
        "exact.test" => &[(Tcp, 80, HostService::Exact)],
        "reset.test" => &[(Tcp, 80, HostService::Reset)],
        "silent.test" => &[(Tcp, 80, HostService::Silent)],
        "half.test" => &[(Tcp, 80, HostService::Half)],
        _ => &[],
    }
}

fn otherwise_of(name: &str) -> UnservedPorts {
    match name {
        "blackhole.test" => UnservedPorts::Swallow,
        _ => UnservedPorts::Refuse,
    }
}

impl Host {
    /// Whether a name or an address is this host's.
    pub(crate) fn is_called(&self, text: &str) -> bool {
        let name = text.trim_end_matches('.');
        let mut names = std::iter::once(&self.name).chain(&self.aliases);
        names.any(|own| own.eq_ignore_ascii_case(name))
            || self.addresses.iter().any(|own| own.to_string() == text)
    }

    fn new(name: &str, aliases: &[&str], addresses: Vec<HostAddress>) -> Self {
        Self {
            name: name.to_owned(),
            aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
            addresses,
            services: services_of(name),
            otherwise: otherwise_of(name),
        }
    }

    /// The service at `port`, where there is one.
    pub(crate) fn service(&self, transport: Transport, port: u16) -> Option<HostService> {
        self.services
            .iter()
            .find(|row| row.0 == transport && row.1 == port)
            .map(|row| row.2)
    }
}

/// The lab's hosts: the known ones, then `extra`, each of which replaces a host or an alias of its
/// name.
pub(crate) fn table(extra: &[HostRecord]) -> Vec<Host> {
    let known = |(name, aliases, addresses): &(&str, &[&str], &[&str])| {
        let addresses = addresses.iter().filter_map(|text| HostAddress::parse(text));
        Host::new(name, aliases, addresses.collect())
    };
    let mut hosts: Vec<Host> = KNOWN.iter().map(known).collect();
    for record in extra {
        let name = canonical(&record.name);
        let mut host = Host::new(&name, &[], record.addresses.clone());
        if let Some(place) = hosts.iter().position(|known| known.name == name) {
            host.aliases = hosts.remove(place).aliases;
        }
        for other in &mut hosts {
            other.aliases.retain(|alias| *alias != name);
        }
        hosts.push(host);
    }
    hosts
}

/// The host that has `ip`; of several the one that came last, because `host:` lines come last.
pub(crate) fn at(hosts: &[Host], ip: IpAddr) -> Option<&Host> {
    hosts
        .iter()
        .rev()
        .find(|host| host.addresses.iter().any(|address| address.ip == ip))
}

/// A name as the tables keep it: lower case, without a final dot (RFC 1034, 3.1).
pub(crate) fn canonical(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{at, canonical, table};
    use crate::net::network::HostRecord;

    #[test]
    fn the_last_host_line_has_a_shared_address() {
        let hosts = table(&[
            HostRecord::of("new.example", &["108.59.11.99"]),
            HostRecord::of("google.com", &["108.59.11.99"]),
        ]);
        assert_eq!(
            at(&hosts, "108.59.11.99".parse().unwrap()).unwrap().name,
            "google.com"
        );
    }

    #[test]
    fn a_host_line_moves_a_name_with_its_services() {
        let hosts = table(&[HostRecord::of("CriseWing.com.", &["108.168.213.86"])]);
        assert!(at(&hosts, "108.59.11.99".parse().unwrap()).is_none());
        let host = at(&hosts, "108.168.213.86".parse().unwrap()).unwrap();
        assert_eq!(host.name, "crisewing.com");
        assert_eq!(host.services.len(), 1);
    }

    #[test]
    fn a_host_line_takes_an_alias_over() {
        let hosts = table(&[HostRecord::of("www.rad.washington.edu", &["192.0.2.99"])]);
        assert!(hosts.iter().all(|host| host.aliases.is_empty()));
        assert_eq!(
            at(&hosts, "192.0.2.99".parse().unwrap())
                .unwrap()
                .services
                .len(),
            1
        );
    }

    #[test]
    fn names_lose_their_case_and_final_dot() {
        assert_eq!(canonical("Echo.Test."), "echo.test");
    }
}
