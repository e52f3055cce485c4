//! What a script is about to do to the machine, for whoever may refuse it: a lab that must let nothing
//! out, or a lesson that is not trusted.

use std::os::fd::RawFd;

/// An act that reaches beyond the sockets of the script itself.
#[derive(Debug, Clone, Copy)]
pub enum Act<'a> {
    /// Makes a socket of this family (`AF_*`).
    Socket {
        /// The family.
        family: i32,
    },
    /// Sets an option of a socket.
    SetOption {
        /// `SOL_*`, `IPPROTO_*`.
        level: i32,
        /// A number of that level.
        option: i32,
    },
    /// Sends a piece of ancillary data.
    Attach {
        /// `SOL_*`, `IPPROTO_*`.
        level: i32,
        /// A number of that level.
        kind: i32,
    },
    /// Binds a Unix socket to this path, connects it there or sends there.
    ReachPath(&'a [u8]),
    /// Reads a file.
    Read(&'a str),
    /// Takes a socket's path away.
    Unlink(&'a str),
    /// Gives the machine another name.
    RenameMachine,
    /// Uses a descriptor that no socket of the script has and nobody handed to it.
    UseDescriptor(RawFd),
}
