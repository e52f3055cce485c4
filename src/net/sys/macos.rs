//! What macOS and the BSDs have in place of what Linux alone has.

use std::io;
use std::os::fd::RawFd;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Instant;

use socket2::SockRef;

use super::unix::fd;
use super::unix::sockopt::TcpInfo;

/// Nothing here has a program killed when we die.
pub(super) fn die_with_us(_command: &mut Command) {}

/// No type of socket(2) has such a flag here.
pub(crate) const SOCK_NONBLOCK: i32 = 0;
/// No type of socket(2) has such a flag here.
pub(crate) const SOCK_CLOEXEC: i32 = 0;
/// The runtime ignores SIGPIPE for the whole process: a send to a peer that is gone is EPIPE.
pub(crate) const QUIET: i32 = 0;
/// There is no error queue.
pub(crate) const ERROR_QUEUE: i32 = 0;

/// recvmsg(2) has no such flag here.
pub(super) const MSG_CMSG_CLOEXEC: i32 = 0;

/// The bytes that one unit of an option's length stands for.
pub(super) fn option_unit(_level: i32, _option: i32) -> usize {
    1
}

/// The family that a socket was made with: no option tells it, its own address does.
pub(crate) fn family_of(fd: RawFd) -> io::Result<i32> {
    let own = fd::look_at(fd, |socket| SockRef::from(&socket).local_addr());
    let own = own.unwrap_or_else(|| Err(io::Error::from_raw_os_error(libc::EBADF)))?;
    Ok(i32::from(own.family()))
}

/// No option tells it here: 0, as in CPython.
#[allow(clippy::unnecessary_wraps)] // it has a brother that can fail
pub(crate) fn protocol_of(_fd: RawFd) -> io::Result<i32> {
    Ok(0)
}

/// Only Linux tells it in this form.
pub(crate) fn tcp_info(_fd: RawFd) -> Option<TcpInfo> {
    None
}

/// What ioctl(2) takes for a request.
pub(super) type Ioctl = libc::c_ulong;
/// The request for the bytes that were sent and are not acknowledged (ttycom.h).
pub(super) const TIOCOUTQ: Ioctl = 0x4004_7473;

/// Whether an accepted socket has its listener's `O_NONBLOCK`.
pub(crate) const ACCEPT_INHERITS: bool = true;

/// Nothing asks after a thread by number here.
pub(super) type ThreadNumber = ();

/// No number.
pub(super) fn thread_number() -> ThreadNumber {}

/// The system does not tell.
pub(super) fn sleeps(_thread: ThreadNumber) -> Option<bool> {
    None
}

/// A clock, in milliseconds.
pub(super) fn coarse_now() -> u64 {
    static BEGUN: OnceLock<Instant> = OnceLock::new();
    let long = BEGUN.get_or_init(Instant::now).elapsed();
    u64::try_from(long.as_millis()).unwrap_or(u64::MAX)
}

/// No machines of our own here: there are no network namespaces.
pub(crate) mod keeper {
    use std::io;
    use std::os::fd::{OwnedFd, RawFd};
    use std::process::Command;

    use super::super::Machine;

    pub(crate) use NoKeeper as Keeper;

    /// Never made.
    #[derive(Debug)]
    pub(crate) struct NoKeeper(std::convert::Infallible);

    impl NoKeeper {
        /// Refused: ENOSYS.
        pub(crate) fn start() -> io::Result<Self> {
            Err(io::Error::from_raw_os_error(libc::ENOSYS))
        }

        /// Never called.
        pub(crate) fn socket(&self, _: Machine, _: (i32, i32, i32)) -> io::Result<OwnedFd> {
            match self.0 {}
        }

        /// Never called.
        pub(crate) fn place(&self, _: &mut Command, _: &str) -> io::Result<()> {
            match self.0 {}
        }

        /// Never called.
        pub(crate) fn process(&self) -> u32 {
            match self.0 {}
        }

        /// Never called.
        pub(crate) fn namespace(&self, _: Machine) -> io::Result<OwnedFd> {
            match self.0 {}
        }
    }

    /// Refused: ENOSYS.
    pub(crate) fn namespace_of(_socket: RawFd) -> io::Result<u64> {
        Err(io::Error::from_raw_os_error(libc::ENOSYS))
    }

    /// Refused: ENOSYS.
    pub(crate) fn switch_off_offloads(_socket: RawFd, _card: &str) -> io::Result<()> {
        Err(io::Error::from_raw_os_error(libc::ENOSYS))
    }

    /// As it is.
    pub(crate) fn out_of_the_way(low: OwnedFd) -> OwnedFd {
        low
    }
}

/// No frames to see without machines of our own.
pub(crate) mod packet_ring {
    use std::io;
    use std::os::fd::{OwnedFd, RawFd};
    use std::time::Duration;

    pub(crate) use NoFrame as RingFrame;
    pub(crate) use NoRing as PacketRing;

    /// Never made.
    #[derive(Debug)]
    pub(crate) struct NoRing(std::convert::Infallible);

    /// Never seen.
    #[derive(Debug)]
    pub(crate) struct NoFrame<'a> {
        pub(crate) at: Duration,
        pub(crate) card: u32,
        pub(crate) is_outgoing: bool,
        pub(crate) is_foreign: bool,
        pub(crate) has_open_checksum: bool,
        pub(crate) bytes: &'a [u8],
        pub(crate) length: usize,
    }

    /// Refused: ENOSYS.
    pub(crate) fn packet_sender(_socket: OwnedFd, _card: u32) -> io::Result<OwnedFd> {
        Err(io::Error::from_raw_os_error(libc::ENOSYS))
    }

    impl NoRing {
        /// Refused: ENOSYS.
        pub(crate) fn new(_socket: OwnedFd, _card: u32) -> io::Result<Self> {
            Err(io::Error::from_raw_os_error(libc::ENOSYS))
        }

        /// Never called.
        pub(crate) fn descriptor(&self) -> RawFd {
            match self.0 {}
        }

        /// Never called.
        pub(crate) fn drain(&mut self, _each: impl FnMut(&RingFrame<'_>)) -> usize {
            match self.0 {}
        }
    }
}

/// Keeping a thread to one folder: nothing here does it, so that only our own calls do.
pub(crate) mod confinement {
    use std::io;
    use std::path::Path;

    /// All threads share one current folder here.
    pub(crate) const HAS_FOLDERS: bool = false;

    /// See the Linux one; never called here, where there are no such folders.
    pub(crate) fn keep_thread_to(_folder: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
