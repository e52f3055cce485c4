//! What Linux alone has, or has by another name.

pub(crate) mod confinement;
pub(crate) mod keeper;
pub(crate) mod packet_ring;

use std::io;
use std::os::fd::RawFd;
use std::os::unix::process::CommandExt;
use std::process::Command;

use super::unix::sockopt::{self, TcpInfo};

/// Has the program killed when we die without a chance to do it (prctl(2)).
pub(super) fn die_with_us(command: &mut Command) {
    // SAFETY: between fork and exec only prctl(2) is called, which is async-signal-safe.
    unsafe {
        command.pre_exec(
            || match libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) {
                result if result < 0 => Err(io::Error::last_os_error()),
                _ => Ok(()),
            },
        );
    }
}

/// What may be added to a type in socket(2): the descriptor does not block.
pub(crate) const SOCK_NONBLOCK: i32 = libc::SOCK_NONBLOCK;
/// What may be added to a type in socket(2): started programs do not get the descriptor.
pub(crate) const SOCK_CLOEXEC: i32 = libc::SOCK_CLOEXEC;
/// A send to a peer that is gone is EPIPE, never a signal.
pub(crate) const QUIET: i32 = libc::MSG_NOSIGNAL;
/// The flag that reads the error queue, on which nothing blocks.
pub(crate) const ERROR_QUEUE: i32 = libc::MSG_ERRQUEUE;

/// Descriptors that come with a message are closed in programs that are started (recvmsg(2)).
pub(super) const MSG_CMSG_CLOEXEC: i32 = libc::MSG_CMSG_CLOEXEC;

/// The bytes that one unit of an option's length stands for: `SO_GET_FILTER` (the number of
/// `SO_ATTACH_FILTER`) counts instructions of a filter, all others bytes (`net/core/sock.c`).
pub(super) fn option_unit(level: i32, option: i32) -> usize {
    if (level, option) == (libc::SOL_SOCKET, libc::SO_ATTACH_FILTER) {
        size_of::<libc::sock_filter>()
    } else {
        1
    }
}

/// The family that a socket was made with.
pub(crate) fn family_of(fd: RawFd) -> io::Result<i32> {
    sockopt::get_int(fd, libc::SOL_SOCKET, libc::SO_DOMAIN)
}

/// The protocol that the system chose for a socket.
pub(crate) fn protocol_of(fd: RawFd) -> io::Result<i32> {
    sockopt::get_int(fd, libc::SOL_SOCKET, libc::SO_PROTOCOL)
}

/// The kernel's numbers of TCP states (`tcp_states.h`), from 1.
const STATES: [&str; 12] = [
    "ESTABLISHED",
    "SYN_SENT",
    "SYN_RECV",
    "FIN_WAIT1",
    "FIN_WAIT2",
    "TIME_WAIT",
    "CLOSED",
    "CLOSE_WAIT",
    "LAST_ACK",
    "LISTEN",
    "CLOSING",
    "SYN_RECV",
];

/// The state of a TCP socket, and how many callers wait in its queue and may (`TCP_INFO`, tcp(7)).
pub(crate) fn tcp_info(fd: RawFd) -> Option<TcpInfo> {
    // SAFETY: the structure is plain integers: all zero is a valid one.
    let mut info: libc::tcp_info = unsafe { std::mem::zeroed() };
    let mut len = libc::socklen_t::try_from(size_of::<libc::tcp_info>()).ok()?;
    let (level, option) = (libc::IPPROTO_TCP, libc::TCP_INFO);
    let place = (&raw mut info).cast();
    // SAFETY: `info` has room for `len` bytes, and the system writes no more than that.
    if unsafe { libc::getsockopt(fd, level, option, place, &raw mut len) } < 0 {
        return None;
    }
    let state = usize::from(info.tcpi_state).checked_sub(1)?;
    Some(TcpInfo {
        state: STATES.get(state)?,
        queue: (info.tcpi_unacked, info.tcpi_sacked),
    })
}

/// What ioctl(2) takes for a request.
pub(super) type Ioctl = libc::Ioctl;
/// The request for the bytes that were sent and are not acknowledged.
pub(super) const TIOCOUTQ: Ioctl = libc::TIOCOUTQ;

/// Whether an accepted socket has its listener's `O_NONBLOCK`.
pub(crate) const ACCEPT_INHERITS: bool = false;

/// The system's number of a thread (gettid(2)).
pub(super) type ThreadNumber = libc::pid_t;

/// The number of this thread.
pub(super) fn thread_number() -> ThreadNumber {
    // SAFETY: gettid(2) always succeeds.
    unsafe { libc::gettid() }
}

/// Whether a thread sleeps and can be woken (proc(5)); none where `/proc` is missing.
pub(super) fn sleeps(thread: ThreadNumber) -> Option<bool> {
    let stat = std::fs::read(format!("/proc/self/task/{thread}/stat")).ok()?;
    // The name before the state may have any characters, brackets too.
    let end = stat.iter().rposition(|&byte| byte == b')')?;
    Some(stat.get(end + 2) == Some(&b'S'))
}

/// A clock that is cheap to read and exact to a few milliseconds, in milliseconds.
pub(super) fn coarse_now() -> u64 {
    // SAFETY: plain integers, for which zeros are valid.
    let mut time: libc::timespec = unsafe { std::mem::zeroed() };
    // SAFETY: `time` has room for what the call writes.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC_COARSE, &raw mut time) };
    let milliseconds = time.tv_sec * 1000 + time.tv_nsec / 1_000_000;
    u64::try_from(milliseconds).unwrap_or_default()
}

/// The processor time that this thread has used.
#[cfg(test)]
pub(crate) fn processor_time() -> std::time::Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` has room for what the call writes.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    std::time::Duration::new(
        u64::try_from(time.tv_sec).unwrap_or_default(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}
