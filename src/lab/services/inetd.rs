//! The small services that Unix machines once offered to all: echo and daytime.

use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

use super::BREATH;

const PIECE: usize = 65536;

/// Sends everything back until the client has no more to say (RFC 862).
pub(crate) async fn echo(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut piece = vec![0; PIECE];
    loop {
        match stream.read(&mut piece).await? {
            0 => return Ok(()),
            length => stream.write_all(&piece[..length]).await?,
        }
    }
}

/// Sends each datagram back, an empty one too (RFC 862).
pub(crate) async fn echo_datagrams(socket: UdpSocket) {
    let mut datagram = vec![0; PIECE];
    loop {
        match socket.recv_from(&mut datagram).await {
            Ok((length, client)) => {
                // What cannot be delivered is lost, as datagrams may be.
                let _ = socket.send_to(&datagram[..length], client).await;
            }
            Err(_) => tokio::time::sleep(BREATH).await,
        }
    }
}

/// Tells the time and closes (RFC 867).
pub(crate) async fn daytime(mut stream: TcpStream) -> io::Result<()> {
    stream.write_all(now().as_bytes()).await?;
    stream.shutdown().await?;
    // Closing over bytes that the client sent would reset the connection, and could lose the line.
    let mut ignored = [0; 512];
    while stream.read(&mut ignored).await? > 0 {}
    Ok(())
}

/// Tells the time to whoever sends a datagram (RFC 867).
pub(crate) async fn daytime_datagrams(socket: UdpSocket) {
    let mut ignored = [0; 1];
    loop {
        match socket.recv_from(&mut ignored).await {
            Ok((_, client)) => {
                let _ = socket.send_to(now().as_bytes(), client).await;
            }
            Err(_) => tokio::time::sleep(BREATH).await,
        }
    }
}

fn now() -> String {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    line(since.as_secs())
}

/// The second `seconds` after 1970 in the form that RFC 867 suggests.
fn line(seconds: u64) -> String {
    const DAYS: [&str; 7] = [
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "Monday",
        "Tuesday",
        "Wednesday",
    ];
    const MONTHS: [(&str, u64); 12] = [
        ("January", 31),
        ("February", 28),
        ("March", 31),
        ("April", 30),
        ("May", 31),
        ("June", 30),
        ("July", 31),
        ("August", 31),
        ("September", 30),
        ("October", 31),
        ("November", 30),
        ("December", 31),
    ];
    let (days, second) = (seconds / 86400, seconds % 86400);
    let mut year = 1970;
    let mut day = days;
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    while day >= 365 + u64::from(leap(year)) {
        day -= 365 + u64::from(leap(year));
        year += 1;
    }
    let mut name = "December";
    for (month, length) in MONTHS {
        let length = length + u64::from(month == "February" && leap(year));
        if day < length {
            name = month;
            break;
        }
        day -= length;
    }
    let weekday = DAYS[usize::try_from(days % 7).unwrap_or_default()];
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!(
        "{weekday}, {name} {}, {year} {hour:02}:{minute:02}:{second:02}-UTC\r\n",
        day + 1
    )
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(line(0), "Thursday, January 1, 1970 00:00:00-UTC\r\n");
        assert_eq!(
            line(951_782_400),
            "Tuesday, February 29, 2000 00:00:00-UTC\r\n"
        );
        assert_eq!(
            line(1_798_761_599),
            "Thursday, December 31, 2026 23:59:59-UTC\r\n"
        );
    }
}
