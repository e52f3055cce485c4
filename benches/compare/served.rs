//! Many clients of one server: each sends a line, then each waits for its echo, again and again.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::Outcome;

/// How many messages all clients together send.
const MESSAGES: usize = 20_000;

/// The microseconds that a server takes for one message of one of its clients.
pub(crate) fn serve(command: &mut Command, clients: usize) -> Outcome<f64> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let figure = ask(&mut child, clients);
    // A server whose clients have left ends by itself, unless it failed them.
    if figure.is_err() {
        child.kill()?;
    }
    child.wait()?;
    figure
}

fn ask(child: &mut Child, clients: usize) -> Outcome<f64> {
    let output = child.stdout.take().ok_or("the server has no output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let port: u16 = line.trim().parse()?;
    let connect = |_| TcpStream::connect((Ipv4Addr::LOCALHOST, port));
    let mut streams = (0..clients).map(connect).collect::<Result<Vec<_>, _>>()?;
    let mut turn = || -> Outcome<()> {
        let (message, mut room) = ([b'x'; 64], [0; 64]);
        for stream in &mut streams {
            stream.write_all(&message)?;
        }
        for stream in &mut streams {
            stream.read_exact(&mut room)?;
        }
        Ok(())
    };
    // By the end of the first one the server has taken all clients.
    turn()?;
    let turns = MESSAGES / clients;
    let start = Instant::now();
    for _ in 0..turns {
        turn()?;
    }
    let messages = u32::try_from(turns * clients)?;
    Ok(start.elapsed().as_secs_f64() * 1e6 / f64::from(messages))
}
