//! The machine's own name, and the fully qualified name of a host.

use crate::net::error::{Cause, Fault};
use crate::net::network::Network;

/// The fully qualified name of a host, as Python finds it: the first of its names that has a dot,
/// else its canonical name; the name itself where the network does not know it. An empty name,
/// `0.0.0.0` and `::` ask for this machine.
pub(crate) fn getfqdn(network: &dyn Network, name: &str) -> Result<String, Fault> {
    let name = match name.trim() {
        "" | "0.0.0.0" | "::" => network.machine_name()?,
        name => name.to_owned(),
    };
    match network.gethostbyaddr(&name) {
        Ok(entry) => {
            let dotted = entry.aliases.into_iter().find(|alias| alias.contains('.'));
            Ok(dotted
                .filter(|_| !entry.name.contains('.'))
                .unwrap_or(entry.name))
        }
        Err(Fault {
            cause: Cause::Os(_) | Cause::Lookup(_) | Cause::Host(_),
            ..
        }) => Ok(name),
        Err(fault) => Err(fault),
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use super::getfqdn;
    use crate::net::error::{Cause, Fault};
    use crate::net::network::{AddrInfo, HostEntry, Network, Query};

    /// A network in which every host has these names, or this trouble.
    struct Named(Result<&'static [&'static str], Cause>);

    impl Network for Named {
        fn name(&self) -> &'static str {
            "named"
        }
        fn getservbyname(&self, _: &str, _: Option<&str>) -> Result<u16, Fault> {
            unimplemented!()
        }
        fn getservbyport(&self, _: u16, _: Option<&str>) -> Result<String, Fault> {
            unimplemented!()
        }
        fn getprotobyname(&self, _: &str) -> Result<i32, Fault> {
            unimplemented!()
        }
        fn gethostbyname(&self, _: &str) -> Result<Ipv4Addr, Fault> {
            unimplemented!()
        }
        fn gethostbyname_ex(&self, _: &str) -> Result<HostEntry, Fault> {
            unimplemented!()
        }
        fn gethostbyaddr(&self, _: &str) -> Result<HostEntry, Fault> {
            let names = self.0.clone()?;
            Ok(HostEntry {
                name: names[0].into(),
                aliases: names[1..].iter().map(ToString::to_string).collect(),
                addresses: vec![Ipv4Addr::LOCALHOST.into()],
            })
        }
        fn getaddrinfo(&self, _: &Query) -> Result<Vec<AddrInfo>, Fault> {
            unimplemented!()
        }
        fn getnameinfo(&self, _: &SocketAddr, _: i32) -> Result<(String, String), Fault> {
            unimplemented!()
        }
        fn route(&self, address: SocketAddr, _: i32) -> Result<SocketAddr, Fault> {
            Ok(address)
        }
    }

    #[test]
    fn the_first_name_with_a_dot_is_the_fully_qualified_one() {
        let full = |names| getfqdn(&Named(Ok(names)), "x").unwrap();
        assert_eq!(full(&["a.b", "c.d"]), "a.b");
        assert_eq!(full(&["a", "b", "c.d", "e.f"]), "c.d");
        assert_eq!(full(&["a", "b"]), "a");
    }

    #[test]
    fn a_host_that_nobody_knows_keeps_its_name() {
        assert_eq!(getfqdn(&Named(Err(Cause::Host(1))), " x ").unwrap(), "x");
        assert_eq!(
            getfqdn(&Named(Err(Cause::Interrupted)), "x")
                .unwrap_err()
                .cause,
            Cause::Interrupted
        );
    }
}
