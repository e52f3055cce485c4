//! Servers with manners that a client must learn to live with: slow, in pieces, silent, rude.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

/// Between the drips of slow.test.
const DRIP: Duration = Duration::from_millis(100);
/// Between the pieces of chunks.test: long enough that a waiting client gets each by itself.
const GAP: Duration = Duration::from_millis(10);
/// Before reset.test resets: long enough for the client to take what was sent.
const LAST_BREATH: Duration = Duration::from_millis(50);
/// How long a connection is held for a client that may have gone without a word.
const PATIENCE: Duration = Duration::from_mins(10);
/// A request's head ends here at the latest, whatever it says.
const LONGEST_HEAD: usize = 16384;

/// exact.test's reply, head included: the classic buffer, twice.
const EXACT_REPLY: usize = 2 * 4096;
/// chunks.test's page and its pieces.
const CHUNKS: usize = 30;
const CHUNK: usize = 150;
/// slow.test's drips.
const DRIPS: usize = 10;
/// What reset.test promises, and what it sends of that.
const PROMISED: usize = 8192;
const GIVEN: usize = 1000;

/// Reads a request up to its empty line, or to the client's end; false where nothing came.
async fn read_head(stream: &mut TcpStream) -> io::Result<bool> {
    let mut head = Vec::new();
    let mut piece = [0; 2048];
    loop {
        let length = stream.read(&mut piece).await?;
        head.extend_from_slice(&piece[..length]);
        let ended = head.windows(4).any(|end| end == b"\r\n\r\n")
            || head.windows(2).any(|end| end == b"\n\n");
        if length == 0 || ended || head.len() > LONGEST_HEAD {
            return Ok(!head.is_empty());
        }
    }
}

/// Reads and forgets until the client closes, with an end for those who went without a word.
async fn wait_for_close(stream: &mut TcpStream) -> io::Result<()> {
    let mut ignored = [0; 2048];
    while tokio::time::timeout(PATIENCE, stream.read(&mut ignored)).await?? > 0 {}
    Ok(())
}

fn head(length: usize) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n")
}

/// `length` bytes of lines, of which the last is shorter or longer.
fn text(length: usize) -> String {
    const LINE: &str = "one line of a text that is here to be counted\n";
    LINE.chars().cycle().take(length).collect()
}

/// A head at once, then a line each [`DRIP`], then the end.
pub(crate) async fn slow(mut stream: TcpStream) -> io::Result<()> {
    let drip = |number: usize| format!("drip {number:2} of {DRIPS}\n");
    stream.set_nodelay(true)?;
    if !read_head(&mut stream).await? {
        return Ok(());
    }
    stream
        .write_all(head(drip(1).len() * DRIPS).as_bytes())
        .await?;
    for number in 1..=DRIPS {
        sleep(DRIP).await;
        stream.write_all(drip(number).as_bytes()).await?;
    }
    stream.shutdown().await?;
    wait_for_close(&mut stream).await
}

/// A reply of [`CHUNKS`] pieces of [`CHUNK`] bytes, each on its own, then the end.
pub(crate) async fn chunks(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    if !read_head(&mut stream).await? {
        return Ok(());
    }
    let reply = head(CHUNKS * CHUNK) + text(CHUNKS * CHUNK).as_str();
    for piece in reply.as_bytes().chunks(CHUNK) {
        stream.write_all(piece).await?;
        sleep(GAP).await;
    }
    stream.shutdown().await?;
    wait_for_close(&mut stream).await
}

/// Replies of exactly [`EXACT_REPLY`] bytes; then waits for the next request, for ever if the
/// client has already said that there is none.
pub(crate) async fn exact(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let length = EXACT_REPLY - head(1000).len();
    let reply = head(length) + text(length).as_str();
    let mut asked = false;
    while read_head(&mut stream).await? {
        asked = true;
        stream.write_all(reply.as_bytes()).await?;
    }
    if !asked {
        return Ok(());
    }
    sleep(PATIENCE).await;
    Ok(())
}

/// Promises more than it gives, then breaks the connection (RST).
pub(crate) async fn reset(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    read_head(&mut stream).await?;
    let mut reply = head(PROMISED) + text(PROMISED).as_str();
    reply.truncate(GIVEN);
    stream.write_all(reply.as_bytes()).await?;
    sleep(LAST_BREATH).await;
    stream.set_zero_linger()
}

/// Accepts, listens, and never says a word.
pub(crate) async fn silent(mut stream: TcpStream) -> io::Result<()> {
    wait_for_close(&mut stream).await?;
    // The client's end is no reason to speak or to leave.
    sleep(PATIENCE).await;
    Ok(())
}

/// Says its piece, shuts its writing side, and goes on listening.
pub(crate) async fn half(mut stream: TcpStream) -> io::Result<()> {
    stream
        .write_all(b"This is all I have to say. Go on, I am listening.\n")
        .await?;
    stream.shutdown().await?;
    wait_for_close(&mut stream).await
}
