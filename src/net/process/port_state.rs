//! What a program that binds a port would meet there, found out by binding it.

use std::net::{Ipv4Addr, SocketAddr};

use socket2::Socket;

use crate::net::network::Network;
use crate::net::sys::numbers;

/// A port of 127.0.0.1 on which nobody listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PortState {
    /// Any socket may have it.
    Free,
    /// Ended connections hold it: one with SO_REUSEADDR may have it, others may not.
    OnlyWithReuse,
    /// Ended connections of a program that did not set the option hold it: nobody may have it until
    /// the system has forgotten them.
    Held,
}

/// Finds it out. Where no socket can be made, the program shall find out itself: `Free`.
pub(crate) fn ask(network: &dyn Network, port: u16) -> PortState {
    match (binds(network, port, false), binds(network, port, true)) {
        (Some(false), Some(false)) => PortState::Held,
        (Some(false), Some(true)) => PortState::OnlyWithReuse,
        _ => PortState::Free,
    }
}

/// Whether a socket can be bound to the port; none where there is no socket.
fn binds(network: &dyn Network, port: u16, reuse: bool) -> Option<bool> {
    let parts = (numbers::AF_INET, numbers::SOCK_STREAM, numbers::IPPROTO_TCP);
    let socket = Socket::from(network.socket(parts).ok()?);
    socket.set_reuse_address(reuse).ok()?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    Some(socket.bind(&address.into()).is_ok())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::Read;
    use std::net::{Ipv4Addr, SocketAddr, TcpStream};

    use socket2::{Domain, Socket, Type};

    use super::{PortState, ask};
    use crate::net::live_network::LiveNetwork;

    /// A connection that the server ended first; the client's end, and the port.
    fn ended(reuse: bool) -> (TcpStream, u16) {
        let server = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        server.set_reuse_address(reuse).expect("the option");
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        server.bind(&any.into()).expect("a free port");
        server.listen(1).expect("it listens");
        let address = server.local_addr().expect("an address").as_socket();
        let mut client = TcpStream::connect(address.expect("of IPv4")).expect("a connection");
        let accepted = server.accept().expect("the client");
        drop((accepted, server));
        assert_eq!(client.read(&mut [0]).expect("the end"), 0);
        (client, address.expect("of IPv4").port())
    }

    #[test]
    fn ended_connections_keep_a_port_as_their_program_asked() {
        let (client, port) = ended(true);
        assert_eq!(ask(&LiveNetwork, port), PortState::OnlyWithReuse);
        // Breaking it off leaves nothing.
        socket2::SockRef::from(&client)
            .set_linger(Some(std::time::Duration::ZERO))
            .expect("the option");
        drop(client);
        assert_eq!(ask(&LiveNetwork, port), PortState::Free);
        let (_client, port) = ended(false);
        assert_eq!(ask(&LiveNetwork, port), PortState::Held);
    }
}
