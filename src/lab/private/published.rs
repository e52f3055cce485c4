//! Lets programs of the real machine in to a server on the learner's: a relay from the same port of
//! the real loopback.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream as Stream};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::LEARNER;
use crate::lab::runtime::Runtime;
use crate::net::machine::{Keeper, Machine, listening, out_of_the_way, socket};
use crate::net::numbers::{AF_INET, AF_INET6, SOCK_STREAM};

/// The wait after a failed accept(2), which fails at once again while descriptors are short.
const BREATH: Duration = Duration::from_millis(50);

/// Takes callers at the port of the real loopback until the runtime is dropped. Errors: EADDRINUSE,
/// EACCES for a port below 1024.
pub(super) fn publish(keeper: &Arc<Keeper>, port: u16) -> io::Result<Runtime> {
    let runtime = Runtime::start()?;
    let first = outside(Ipv4Addr::LOCALHOST.into(), port)?;
    // A browser that asks for `localhost` may come by IPv6, where there is any.
    let second = outside(Ipv6Addr::LOCALHOST.into(), port).ok();
    for listener in [Some(first), second].into_iter().flatten() {
        let listener = {
            let _guard = runtime.enter();
            TcpListener::from_std(listener)?
        };
        runtime.spawn(take_callers(listener, Arc::clone(keeper), port));
    }
    Ok(runtime)
}

/// A listener on the real machine.
fn outside(ip: IpAddr, port: u16) -> io::Result<std::net::TcpListener> {
    let made = out_of_the_way(socket((family(ip), SOCK_STREAM, 0))?);
    let listener = listening(made, SocketAddr::new(ip, port))?;
    let listener = std::net::TcpListener::from(listener);
    listener.set_nonblocking(true)?;
    Ok(listener)
}

fn family(ip: IpAddr) -> i32 {
    if ip.is_ipv4() { AF_INET } else { AF_INET6 }
}

async fn take_callers(listener: TcpListener, keeper: Arc<Keeper>, port: u16) {
    loop {
        let Ok((caller, _)) = listener.accept().await else {
            tokio::time::sleep(BREATH).await;
            continue;
        };
        let keeper = Arc::clone(&keeper);
        tokio::spawn(async move {
            // One that breaks off is the affair of the two programs.
            let _ = relay(caller, &keeper, port).await;
        });
    }
}

async fn relay(mut caller: TcpStream, keeper: &Keeper, port: u16) -> io::Result<()> {
    match inside(keeper, port).await {
        Ok(mut server) => copy_bidirectional(&mut caller, &mut server).await.map(drop),
        Err(error) => {
            // Nobody listens: the caller hears of it as it would without us.
            let _ = caller.set_zero_linger();
            Err(error)
        }
    }
}

/// A connection to the server, whichever of the machine's addresses it is bound to.
async fn inside(keeper: &Keeper, port: u16) -> io::Result<TcpStream> {
    let mut last = io::ErrorKind::ConnectionRefused.into();
    for ip in [
        Ipv4Addr::LOCALHOST.into(),
        LEARNER.into(),
        Ipv6Addr::LOCALHOST.into(),
    ] {
        let made: OwnedFd = keeper.socket(Machine::Learner, (family(ip), SOCK_STREAM, 0))?;
        let stream = Stream::from(out_of_the_way(made));
        stream.set_nonblocking(true)?;
        let connecting = TcpSocket::from_std_stream(stream).connect(SocketAddr::new(ip, port));
        match connecting.await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}
