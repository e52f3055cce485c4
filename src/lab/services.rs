//! The servers of the lab: each a task on the lab's thread, started with its loopback port.

mod inetd;
mod misbehaving;
mod name_server;
mod web;
mod web_page;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream, UdpSocket};

use super::hosts::HostService;
use super::runtime::Runtime;
use super::zone::Zone;
use crate::net::machine::out_of_the_way;

/// The wait after a failed accept(2), which fails at once again while descriptors are short.
const BREATH: Duration = Duration::from_millis(50);

/// A TCP service and the name of the host that offers it.
pub(crate) struct Site<'a> {
    pub(crate) host: &'a str,
    pub(crate) service: HostService,
}

/// Starts a TCP service at a free port of `nearby` and gives its address.
pub(crate) fn start_tcp(
    runtime: &Runtime,
    nearby: SocketAddr,
    site: Site<'_>,
    zone: &Arc<Zone>,
) -> io::Result<SocketAddr> {
    let listener = std::net::TcpListener::bind(nearby)?;
    let address = listener.local_addr()?;
    serve_tcp(runtime, listener, site, zone)?;
    Ok(address)
}

/// Starts a UDP service at a free port of `nearby` and gives its address.
pub(crate) fn start_udp(
    runtime: &Runtime,
    nearby: SocketAddr,
    service: HostService,
    zone: &Arc<Zone>,
) -> io::Result<SocketAddr> {
    let socket = std::net::UdpSocket::bind(nearby)?;
    let address = socket.local_addr()?;
    serve_udp(runtime, socket, service, zone)?;
    Ok(address)
}

/// Starts the DNS server, at one port for UDP and TCP, and gives its address.
pub(crate) fn start_dns(
    runtime: &Runtime,
    nearby: SocketAddr,
    zone: &Arc<Zone>,
) -> io::Result<SocketAddr> {
    // Another program may have the UDP port of the TCP port that we got.
    const TRIES: usize = 8;
    let mut tries = 0;
    let (listener, socket, address) = loop {
        tries += 1;
        let listener = std::net::TcpListener::bind(nearby)?;
        let address = listener.local_addr()?;
        match std::net::UdpSocket::bind(address) {
            Ok(socket) => break (listener, socket, address),
            Err(error) if tries == TRIES => return Err(error),
            Err(_) => {}
        }
    };
    let site = Site {
        host: "",
        service: HostService::Dns,
    };
    serve_udp(runtime, socket, HostService::Dns, zone)?;
    serve_tcp(runtime, listener, site, zone)?;
    Ok(address)
}

/// Answers the callers of a listener as a service does.
pub(crate) fn serve_tcp(
    runtime: &Runtime,
    listener: std::net::TcpListener,
    site: Site<'_>,
    zone: &Arc<Zone>,
) -> io::Result<()> {
    let listener = std::net::TcpListener::from(out_of_the_way(listener.into()));
    listener.set_nonblocking(true)?;
    let listener = {
        let _guard = runtime.enter();
        TcpListener::from_std(listener)?
    };
    match site.service {
        HostService::Site | HostService::Page => {
            let pages = Arc::new(web::Pages::new(site.host, site.service));
            runtime.spawn(serve_each(listener, move |stream| {
                web::serve(stream, Arc::clone(&pages))
            }));
        }
        HostService::Echo => runtime.spawn(serve_each(listener, inetd::echo)),
        HostService::Daytime => runtime.spawn(serve_each(listener, inetd::daytime)),
        HostService::Slow => runtime.spawn(serve_each(listener, misbehaving::slow)),
        HostService::Chunks => runtime.spawn(serve_each(listener, misbehaving::chunks)),
        HostService::Exact => runtime.spawn(serve_each(listener, misbehaving::exact)),
        HostService::Reset => runtime.spawn(serve_each(listener, misbehaving::reset)),
        HostService::Silent => runtime.spawn(serve_each(listener, misbehaving::silent)),
        HostService::Half => runtime.spawn(serve_each(listener, misbehaving::half)),
        HostService::Dns => {
            let zone = Arc::clone(zone);
            runtime.spawn(serve_each(listener, move |stream| {
                name_server::stream(stream, Arc::clone(&zone))
            }));
        }
    }
    Ok(())
}

/// Answers the datagrams of a socket as a service does.
pub(crate) fn serve_udp(
    runtime: &Runtime,
    socket: std::net::UdpSocket,
    service: HostService,
    zone: &Arc<Zone>,
) -> io::Result<()> {
    let socket = std::net::UdpSocket::from(out_of_the_way(socket.into()));
    socket.set_nonblocking(true)?;
    let socket = {
        let _guard = runtime.enter();
        UdpSocket::from_std(socket)?
    };
    match service {
        HostService::Echo => runtime.spawn(inetd::echo_datagrams(socket)),
        HostService::Daytime => runtime.spawn(inetd::daytime_datagrams(socket)),
        HostService::Dns => runtime.spawn(name_server::datagrams(socket, Arc::clone(zone))),
        _ => return Err(io::ErrorKind::Unsupported.into()),
    }
    Ok(())
}

/// The same connection under a number that no learner counts on.
fn high(stream: TcpStream) -> io::Result<TcpStream> {
    let stream = out_of_the_way(stream.into_std()?.into());
    TcpStream::from_std(stream.into())
}

async fn serve_each<F>(listener: TcpListener, serve: impl Fn(TcpStream) -> F)
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    loop {
        let accepted = listener.accept().await;
        let Ok(stream) = accepted.and_then(|(stream, _)| high(stream)) else {
            tokio::time::sleep(BREATH).await;
            continue;
        };
        let served = serve(stream);
        tokio::spawn(async move {
            // A client that went away is the client's affair.
            let _ = served.await;
        });
    }
}
