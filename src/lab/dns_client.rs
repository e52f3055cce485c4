//! Asks a DNS server: by UDP, and by TCP when the answer does not fit (RFC 1035, RFC 5452).

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, UdpSocket};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use domain::base::iana::Rcode;
use domain::base::{Message, MessageBuilder, Rtype};
use domain::rdata::{A, Aaaa, Cname, Ptr};

use super::dns::wire_name;
use super::hosts::canonical;
use crate::net::machine::connected;
use crate::net::numbers::{AF_INET, AF_INET6, SOCK_DGRAM, SOCK_STREAM};

/// How often we ask, and how long we wait for each answer.
const TRIES: usize = 3;
const PATIENCE: Duration = Duration::from_secs(2);

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoAnswer {
    /// There is no such name.
    NoName,
    /// The name exists, without what we asked for.
    NoData,
    /// The server did not answer.
    Silence,
    /// The server answered that it cannot tell.
    Refusal,
}

/// What the server said, aliases followed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ServerAnswer {
    /// The last name of the chain of aliases.
    pub(crate) canonical: String,
    /// The names on the way to it.
    pub(crate) aliases: Vec<String>,
    pub(crate) addresses: Vec<IpAddr>,
    /// For a question about an address: its host's names.
    pub(crate) hosts: Vec<String>,
}

/// Where a server is, and how a socket that reaches it is made.
#[derive(Clone, Copy)]
pub(crate) struct Server<'a> {
    pub(crate) address: SocketAddr,
    /// Makes a socket of family, type and protocol.
    pub(crate) socket: &'a dyn Fn((i32, i32, i32)) -> io::Result<OwnedFd>,
}

impl Server<'_> {
    fn socket(&self, kind: i32) -> io::Result<OwnedFd> {
        let family = match self.address {
            SocketAddr::V4(_) => AF_INET,
            SocketAddr::V6(_) => AF_INET6,
        };
        (self.socket)((family, kind, 0))
    }
}

/// Asks `server` for the records of `name`. An empty answer is [`NoAnswer::NoData`].
pub(crate) fn ask(server: Server<'_>, name: &str, rtype: Rtype) -> Result<ServerAnswer, NoAnswer> {
    let name = wire_name(name)
        .filter(|name| name.len() > 1)
        .ok_or(NoAnswer::NoName)?;
    let mut builder = MessageBuilder::new_vec();
    builder.header_mut().set_id(random_id());
    builder.header_mut().set_rd(true);
    let mut builder = builder.question();
    builder.push((&name, rtype)).map_err(|_| NoAnswer::NoName)?;
    let query = builder.into_message();
    let mut reply = Err(NoAnswer::Silence);
    for _ in 0..TRIES {
        reply = by_datagram(server, &query).map_err(|_| NoAnswer::Silence);
        if reply.is_ok() {
            break;
        }
    }
    let mut reply = reply?;
    if reply.header().tc() {
        reply = by_stream(server, &query).map_err(|_| NoAnswer::Silence)?;
    }
    match reply.header().rcode() {
        Rcode::NOERROR => {}
        Rcode::NXDOMAIN => return Err(NoAnswer::NoName),
        _ => return Err(NoAnswer::Refusal),
    }
    let answer = read(&reply, &canonical(&name.to_string())).ok_or(NoAnswer::Refusal)?;
    if answer.addresses.is_empty() && answer.hosts.is_empty() {
        return Err(NoAnswer::NoData);
    }
    Ok(answer)
}

/// Nobody shall guess the id of a query (RFC 5452, 4.3); the standard library's hash keys are
/// random for each value.
fn random_id() -> u16 {
    let bytes = RandomState::new().build_hasher().finish().to_be_bytes();
    u16::from_be_bytes([bytes[0], bytes[1]])
}

fn by_datagram(server: Server<'_>, query: &Message<Vec<u8>>) -> io::Result<Message<Vec<u8>>> {
    let socket = UdpSocket::from(server.socket(SOCK_DGRAM)?);
    // A connected socket takes datagrams from the server only.
    socket.connect(server.address)?;
    socket.send(query.as_slice())?;
    let deadline = Instant::now() + PATIENCE;
    let mut datagram = vec![0; usize::from(u16::MAX)];
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        socket.set_read_timeout(Some(left))?;
        let length = match socket.recv(&mut datagram) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            length => length?,
        };
        if let Ok(reply) = Message::from_octets(datagram[..length].to_vec())
            && reply.is_answer(query)
        {
            return Ok(reply);
        }
    }
}

fn by_stream(server: Server<'_>, query: &Message<Vec<u8>>) -> io::Result<Message<Vec<u8>>> {
    let mut stream = TcpStream::from(connected(
        server.socket(SOCK_STREAM)?,
        server.address,
        PATIENCE,
    )?);
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let length = u16::try_from(query.as_slice().len()).map_err(io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes(), query.as_slice()].concat())?;
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut reply = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut reply)?;
    match Message::from_octets(reply) {
        Ok(reply) if reply.is_answer(query) => Ok(reply),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// Takes an answer apart, whose aliases stand before what they lead to; none if it is garbled.
fn read(reply: &Message<Vec<u8>>, asked: &str) -> Option<ServerAnswer> {
    let mut answer = ServerAnswer {
        canonical: asked.to_owned(),
        ..ServerAnswer::default()
    };
    for record in reply.answer().ok()? {
        let record = record.ok()?;
        if canonical(&record.owner().to_string()) != answer.canonical {
            continue;
        }
        if let Ok(Some(alias)) = record.to_record::<Cname<_>>() {
            let target = canonical(&alias.data().cname().to_string());
            answer
                .aliases
                .push(std::mem::replace(&mut answer.canonical, target));
        } else if let Ok(Some(host)) = record.to_record::<A>() {
            answer.addresses.push(host.data().addr().into());
        } else if let Ok(Some(host)) = record.to_record::<Aaaa>() {
            answer.addresses.push(host.data().addr().into());
        } else if let Ok(Some(host)) = record.to_record::<Ptr<_>>() {
            answer
                .hosts
                .push(canonical(&host.data().ptrdname().to_string()));
        }
    }
    Some(answer)
}
