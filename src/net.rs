//! The system's sockets and lookups, one function per call. The only place that names socket2,
//! dns-lookup and, in `sys`, libc.

pub mod act;
pub(crate) mod address;
pub(crate) mod class;
pub(crate) mod confined;
pub(crate) mod convert;
pub(crate) mod error;
pub(crate) mod interface;
pub(crate) mod io_context;
pub mod link_manners;
pub(crate) mod live_network;
pub(crate) mod lookup;
pub(crate) mod machine;
pub mod network;
pub(crate) mod open_sockets;
pub(crate) mod option_reach;
pub(crate) mod port_owner;
pub(crate) mod process;
pub(crate) mod select;
pub(crate) mod services;
pub(crate) mod socket;
mod sys;
pub(crate) mod target;
mod worker;

pub use sys::constants;
pub(crate) use sys::{counting, errno, interrupt, numbers, poll, signal, termios};
