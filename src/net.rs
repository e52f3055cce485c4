//! The system's sockets and lookups, one function per call. The only place that names socket2,
//! dns-lookup and libc, and the only one with `unsafe`.
#![allow(unsafe_code)]

pub(crate) mod address;
pub(crate) mod advice;
pub(crate) mod class;
pub mod constants;
pub(crate) mod convert;
pub(crate) mod errno;
pub(crate) mod error;
pub(crate) mod interface;
pub(crate) mod io_context;
pub(crate) mod lookup;
pub mod network;
pub(crate) mod numbers;
pub(crate) mod open_sockets;
pub(crate) mod poll;
pub(crate) mod port_owner;
pub(crate) mod process;
pub(crate) mod select;
pub(crate) mod services;
pub(crate) mod signal;
pub(crate) mod socket;
pub(crate) mod system;
pub(crate) mod terminal;
mod wake;
mod worker;
