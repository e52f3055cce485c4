//! The lab's DNS server: takes queries from datagrams and streams (RFC 1035, 4.2).

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use super::BREATH;
use crate::lab::dns;
use crate::lab::hosts::Transport;
use crate::lab::zone::Zone;

/// How long a stream may be idle (RFC 7766, 6.2.3).
const IDLE: Duration = Duration::from_mins(1);

pub(crate) async fn datagrams(socket: UdpSocket, zone: Arc<Zone>) {
    let mut query = vec![0; usize::from(u16::MAX)];
    loop {
        let Ok((length, client)) = socket.recv_from(&mut query).await else {
            tokio::time::sleep(BREATH).await;
            continue;
        };
        if let Some(answer) = dns::answer(&zone, &query[..length], Transport::Udp) {
            // A lost datagram: the client asks again.
            let _ = socket.send_to(&answer, client).await;
        }
    }
}

pub(crate) async fn stream(mut stream: TcpStream, zone: Arc<Zone>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    loop {
        let length = timeout(IDLE, stream.read_u16()).await??;
        let mut query = vec![0; usize::from(length)];
        timeout(IDLE, stream.read_exact(&mut query)).await??;
        let Some(answer) = dns::answer(&zone, &query, Transport::Tcp) else {
            return Ok(());
        };
        let Ok(length) = u16::try_from(answer.len()) else {
            return Ok(());
        };
        // One write: some clients take the length and the message for one segment.
        let mut framed = length.to_be_bytes().to_vec();
        framed.extend_from_slice(&answer);
        stream.write_all(&framed).await?;
    }
}
