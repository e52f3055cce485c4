//! The lab as its users meet it: lookups, routes, servers, and nothing left when it is gone.

mod against_python;
mod lookups;
mod names;
mod private;
mod routes;
mod servers;

use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

use super::Lab;
use crate::net::network::{HostRecord, Network};
use crate::net::numbers::{SOCK_DGRAM, SOCK_STREAM};

/// Far more than anything here takes: only a hang lasts this long.
const PATIENCE: Duration = Duration::from_secs(10);

fn lab() -> Lab {
    Lab::mapped(&[])
}

fn lab_with(hosts: &[(&str, &[&str])]) -> Lab {
    let record = |(name, addresses): &(&str, &[&str])| HostRecord::of(name, addresses);
    let hosts: Vec<HostRecord> = hosts.iter().map(record).collect();
    Lab::mapped(&hosts)
}

#[track_caller]
fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

#[track_caller]
fn connect(lab: &Lab, to: &str) -> TcpStream {
    let behind = lab.route(address(to), SOCK_STREAM).unwrap();
    assert!(behind.ip().is_loopback());
    let stream = TcpStream::connect_timeout(&behind, PATIENCE).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

#[track_caller]
fn datagrams(lab: &Lab, to: &str) -> UdpSocket {
    let behind = lab.route(address(to), SOCK_DGRAM).unwrap();
    let socket = UdpSocket::bind((behind.ip(), 0)).unwrap();
    socket.connect(behind).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}
