//! What the lab's DNS knows: every name of the lab with its records (RFC 1034, 3.6).

use std::collections::HashMap;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::hosts::Host;

/// The data of one record; names are in lower case and have no final dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Record {
    A(Ipv4Addr),
    Aaaa(Ipv6Addr),
    Cname(String),
    Ptr(String),
    /// Of the root: the lab's server answers for all names there are.
    Ns(String),
    Soa,
}

/// The name of the lab's name server.
pub(crate) const NAME_SERVER: &str = "dns.test";

/// All names of the lab. A name without records stands above others (`test`, `in-addr.arpa`): it
/// exists, so asking for it is "no data", not "no such name" (RFC 8020).
#[derive(Debug)]
pub(crate) struct Zone {
    nodes: HashMap<String, Vec<Record>>,
}

impl Zone {
    pub(crate) fn new(hosts: &[Host]) -> Self {
        let mut zone = Self {
            nodes: HashMap::new(),
        };
        zone.add("", Record::Soa);
        zone.add("", Record::Ns(NAME_SERVER.to_owned()));
        for host in hosts {
            zone.insert_name(&host.name);
            for address in &host.addresses {
                let record = match address.ip {
                    IpAddr::V4(ip) => Record::A(ip),
                    IpAddr::V6(ip) => Record::Aaaa(ip),
                };
                zone.add(&host.name, record);
                zone.add_pointer(address.ip, &host.name);
            }
            for alias in &host.aliases {
                zone.add(alias, Record::Cname(host.name.clone()));
            }
        }
        zone
    }

    /// The records of `name` (lower case, no final dot); none if there is no such name.
    pub(crate) fn find(&self, name: &str) -> Option<&[Record]> {
        self.nodes.get(name).map(Vec::as_slice)
    }

    fn add(&mut self, name: &str, record: Record) {
        let records = self.insert_name(name);
        if !records.contains(&record) {
            records.push(record);
        }
    }

    /// The last host that claims an address has its pointer, as in [`super::hosts::at`].
    fn add_pointer(&mut self, ip: IpAddr, name: &str) {
        *self.insert_name(&reverse_name(ip)) = vec![Record::Ptr(name.to_owned())];
    }

    fn insert_name(&mut self, name: &str) -> &mut Vec<Record> {
        let mut above = name;
        while let Some((_, parent)) = above.split_once('.') {
            self.nodes.entry(parent.to_owned()).or_default();
            above = parent;
        }
        self.nodes.entry(name.to_owned()).or_default()
    }
}

/// The name under which the host of an address is asked for (RFC 1035, 3.5; RFC 3596, 2.5).
pub(crate) fn reverse_name(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(ip) => {
            let mut name = String::with_capacity(72);
            for octet in ip.octets().iter().rev() {
                // Writing to a String cannot fail.
                let _ = write!(name, "{:x}.{:x}.", octet & 0xf, octet >> 4);
            }
            name + "ip6.arpa"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Record, Zone, reverse_name};
    use crate::lab::hosts::table;

    #[test]
    fn names_above_hosts_exist_without_records() {
        let zone = Zone::new(&table(&[]));
        assert_eq!(zone.find("test"), Some(&[][..]));
        assert_eq!(zone.find("0.192.in-addr.arpa"), Some(&[][..]));
        assert_eq!(zone.find("nobody.test"), None);
        assert_eq!(
            zone.find("www.rad.washington.edu"),
            Some(&[Record::Cname("elladan.rad.washington.edu".into())][..])
        );
    }

    #[test]
    fn reverse_names_are_those_of_the_rfcs() {
        assert_eq!(
            reverse_name("192.0.2.7".parse().unwrap()),
            "7.2.0.192.in-addr.arpa"
        );
        assert_eq!(
            reverse_name("2001:db8::7".parse().unwrap()),
            "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
        );
    }
}
