//! The limit: the same works in Rust with socket2, without a script; and the peers of the scripts.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Instant;

use socket2::{Domain, Socket, Type};

use crate::Outcome;

/// What the sender sends to each caller.
pub(crate) const AMOUNT: usize = 512 << 20;

/// 20 000 rounds of 64 bytes there and back.
pub(crate) fn ping_pong() -> Outcome<f64> {
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
pub(crate) fn connect() -> Outcome<f64> {
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
pub(crate) fn receive(sender: SocketAddr, size: usize) -> Outcome<f64> {
    let mut stream = TcpStream::connect(sender)?;
    let mut room = vec![0; size];
    let start = Instant::now();
    while stream.read(&mut room)? > 0 {}
    Ok(start.elapsed().as_secs_f64())
}

/// A thread that sends [`AMOUNT`] bytes to every caller.
pub(crate) fn sender() -> Outcome<SocketAddr> {
    let server = TcpListener::bind("127.0.0.1:0")?;
    let address = server.local_addr()?;
    thread::spawn(move || {
        let block = vec![b'x'; 1 << 20];
        for stream in server.incoming().map_while(Result::ok) {
            send(stream, &block);
        }
    });
    Ok(address)
}

fn send(mut stream: TcpStream, block: &[u8]) {
    for _ in 0..AMOUNT / block.len() {
        match stream.write_all(block) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return, // the caller has left
        }
    }
}
