//! Which addresses are this machine's own, and what the machine is called.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

use crate::net::machine::gethostname;

/// An address that no machine has (RFC 5737). A system that lets us bind even this one
/// (`ip_nonlocal_bind`) cannot tell us what is local.
const NOBODYS: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 255));

/// Whether packets for `address` stay on this machine: loopback, "any", and the addresses of its
/// own cards. Multicast and broadcast addresses do not. No packet is sent to find out.
pub(crate) fn is_local(address: SocketAddr) -> bool {
    let ip = address.ip().to_canonical();
    if ip.is_loopback() || ip.is_unspecified() {
        return true;
    }
    if ip.is_multicast() || ip == IpAddr::V4(Ipv4Addr::BROADCAST) {
        return false;
    }
    let mut probe = address;
    probe.set_ip(ip);
    probe.set_port(0);
    can_bind(probe) && !is_broadcast(probe) && !can_bind(SocketAddr::new(NOBODYS, 0))
}

fn can_bind(address: SocketAddr) -> bool {
    UdpSocket::bind(address).is_ok()
}

/// Linux lets sockets be bound to the broadcast address of a card's network, but demands
/// `SO_BROADCAST` before they connect to it (ip(7)). Connecting a datagram socket sends nothing.
fn is_broadcast(address: SocketAddr) -> bool {
    let mut there = address;
    there.set_port(9);
    let IpAddr::V4(_) = address.ip() else {
        return false;
    };
    match UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)) {
        Ok(socket) => {
            matches!(socket.connect(there), Err(e) if e.kind() == ErrorKind::PermissionDenied)
        }
        Err(_) => true,
    }
}

/// The machine's own name, where it has one.
pub(crate) fn own_name() -> Option<String> {
    gethostname().ok().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::is_local;
    use std::net::{IpAddr, SocketAddr};

    #[track_caller]
    fn local(ip: &str) -> bool {
        is_local(SocketAddr::new(ip.parse::<IpAddr>().unwrap(), 80))
    }

    #[test]
    fn loopback_and_any_are_local() {
        for ip in [
            "127.0.0.1",
            "127.9.9.9",
            "::1",
            "0.0.0.0",
            "::",
            "::ffff:127.0.0.1",
        ] {
            assert!(local(ip), "{ip}");
        }
    }

    #[test]
    fn groups_broadcast_and_others_are_not_local() {
        for ip in [
            "224.0.0.1",
            "239.1.2.3",
            "255.255.255.255",
            "ff02::1",
            "8.8.8.8",
            "192.0.2.7",
        ] {
            assert!(!local(ip), "{ip}");
        }
    }
}
