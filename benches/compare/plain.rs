//! The limit: the same works in Rust with socket2, without a script; and the peers of the scripts.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Instant;

use socket2::{Domain, Socket, Type};

use crate::Outcome;

/// Who the scripts talk to: servers in this process, each with its port.
pub(crate) struct Peers {
    /// Sends 512 MiB to every caller.
    pub(crate) sender: SocketAddr,
    /// Sends 64 MiB to every caller.
    pub(crate) small: SocketAddr,
    /// Sends back what comes.
    pub(crate) echo: SocketAddr,
}

impl Peers {
    pub(crate) fn start() -> Outcome<Self> {
        Ok(Self {
            sender: sender(512 << 20)?,
            small: sender(64 << 20)?,
            echo: echo()?,
        })
    }

    /// The ports, in the order in which programs get them.
    pub(crate) fn ports(&self) -> [String; 3] {
        [self.sender, self.small, self.echo].map(|address| address.port().to_string())
    }
}

/// 20 000 rounds of 64 bytes there and back over TCP.
pub(crate) fn ping_pong(peers: &Peers) -> Outcome<f64> {
    let mut stream = TcpStream::connect(peers.echo)?;
    let (message, mut room) = ([b'x'; 64], [0; 64]);
    let start = Instant::now();
    for _ in 0..20_000 {
        stream.write_all(&message)?;
        stream.read_exact(&mut room)?;
    }
    Ok(start.elapsed().as_secs_f64())
}

/// 80 000 calls that never wait.
pub(crate) fn calls(_: &Peers) -> Outcome<f64> {
    let (mut a, mut b) = Socket::pair(Domain::UNIX, Type::STREAM, None)?;
    let (message, mut room) = ([b'x'; 64], [0; 64]);
    let start = Instant::now();
    for _ in 0..20_000 {
        a.write_all(&message)?;
        b.read_exact(&mut room)?;
        b.write_all(&message)?;
        a.read_exact(&mut room)?;
    }
    Ok(start.elapsed().as_secs_f64())
}

/// 2 000 connections.
pub(crate) fn connect(_: &Peers) -> Outcome<f64> {
    let server = TcpListener::bind("127.0.0.1:0")?;
    let address = server.local_addr()?.into();
    let start = Instant::now();
    for _ in 0..2000 {
        let client = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        client.connect(&address)?;
        let _accepted = server.accept()?;
    }
    Ok(start.elapsed().as_secs_f64())
}

/// All of the sender's bytes, at most `size` at once.
pub(crate) fn receive(peers: &Peers, size: usize) -> Outcome<f64> {
    let mut stream = TcpStream::connect(peers.sender)?;
    let mut room = vec![0; size];
    let start = Instant::now();
    while stream.read(&mut room)? > 0 {}
    Ok(start.elapsed().as_secs_f64())
}

/// All of the smaller sender's bytes, kept.
pub(crate) fn receive_whole(peers: &Peers) -> Outcome<f64> {
    let mut stream = TcpStream::connect(peers.small)?;
    let start = Instant::now();
    let mut data = Vec::new();
    stream.read_to_end(&mut data)?;
    Ok(start.elapsed().as_secs_f64())
}

/// A thread that sends this many bytes to every caller.
fn sender(amount: usize) -> Outcome<SocketAddr> {
    let server = TcpListener::bind("127.0.0.1:0")?;
    let address = server.local_addr()?;
    thread::spawn(move || {
        let block = vec![b'x'; 1 << 20];
        for stream in server.incoming().map_while(Result::ok) {
            send(stream, &block, amount);
        }
    });
    Ok(address)
}

fn send(mut stream: TcpStream, block: &[u8], amount: usize) {
    for _ in 0..amount / block.len() {
        match stream.write_all(block) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return, // the caller has left
        }
    }
}

/// A thread that sends back what its one caller at a time sends.
fn echo() -> Outcome<SocketAddr> {
    let server = TcpListener::bind("127.0.0.1:0")?;
    let address = server.local_addr()?;
    thread::spawn(move || {
        let mut room = [0; 4096];
        for mut stream in server.incoming().map_while(Result::ok) {
            while let Ok(count @ 1..) = stream.read(&mut room) {
                if stream.write_all(&room[..count]).is_err() {
                    break; // the caller has left
                }
            }
        }
    });
    Ok(address)
}
