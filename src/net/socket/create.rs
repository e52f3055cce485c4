//! Descriptors that are non-blocking from birth: where the system can make them so in one call, it
//! does, and elsewhere two further calls follow.

use std::io;

use socket2::{Domain, Protocol, SockAddr, Socket as Descriptor, Type};

/// socket(2).
pub(crate) fn open(family: i32, kind: i32, proto: i32) -> io::Result<Descriptor> {
    let (domain, kind) = (Domain::from(family), Type::from(kind));
    settled(Descriptor::new(
        domain,
        at_once(kind),
        Some(Protocol::from(proto)),
    )?)
}

/// socketpair(2).
pub(crate) fn pair(family: i32, kind: i32, proto: i32) -> io::Result<(Descriptor, Descriptor)> {
    let (domain, kind) = (Domain::from(family), Type::from(kind));
    let (a, b) = Descriptor::pair(domain, at_once(kind), Some(Protocol::from(proto)))?;
    Ok((settled(a)?, settled(b)?))
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod flags {
    use super::{Descriptor, SockAddr, Type, io};

    /// The type, with the flag that makes the descriptor non-blocking.
    pub(crate) fn at_once(kind: Type) -> Type {
        kind.nonblocking()
    }

    /// The descriptor, which is non-blocking already.
    #[allow(clippy::unnecessary_wraps)] // it has a brother that can fail
    pub(crate) fn settled(descriptor: Descriptor) -> io::Result<Descriptor> {
        Ok(descriptor)
    }

    /// accept4(2).
    pub(crate) fn accept(listener: &Descriptor) -> io::Result<(Descriptor, SockAddr)> {
        listener.accept4(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC)
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod flags {
    use super::{Descriptor, SockAddr, Type, io};

    /// The type as it is: there is no flag here.
    pub(crate) fn at_once(kind: Type) -> Type {
        kind
    }

    /// The descriptor, made non-blocking.
    pub(crate) fn settled(descriptor: Descriptor) -> io::Result<Descriptor> {
        descriptor.set_nonblocking(true)?;
        Ok(descriptor)
    }

    /// accept(2).
    pub(crate) fn accept(listener: &Descriptor) -> io::Result<(Descriptor, SockAddr)> {
        let (descriptor, peer) = listener.accept()?;
        Ok((settled(descriptor)?, peer))
    }
}

pub(crate) use flags::accept;
use flags::{at_once, settled};
