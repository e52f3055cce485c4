//! The edge to the C library: its calls as small safe functions, its numbers as tables. Alone names
//! libc, and alone has `unsafe`. What every Unix has is in `unix`, what differs in `linux` and
//! `macos`, which have the same names.
#![allow(unsafe_code)]

pub(crate) mod call_slot;
pub mod constants;
pub(crate) mod counting;
pub(crate) mod errno;
pub(crate) mod numbers;
pub(crate) mod option_lists;
mod unix;

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod macos;

#[cfg(any(target_os = "linux", target_os = "android"))]
use linux as platform;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
use macos as platform;

#[cfg(all(test, target_os = "linux"))]
pub(crate) use platform::processor_time;
pub(crate) use platform::{
    ACCEPT_INHERITS, ERROR_QUEUE, QUIET, SOCK_CLOEXEC, SOCK_NONBLOCK, confinement, family_of,
    keeper, packet_ring, protocol_of, tcp_info,
};
pub(crate) use unix::{
    fd, getaddrinfo, if_index, interrupt, msghdr, netdb, poll, process_group, recv, sethostname,
    signal, sockaddr, sockopt, termios,
};

/// One of the two machines of a private internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Machine {
    /// The one that the learner sits at.
    Learner,
    /// The one that is the internet.
    Internet,
}
