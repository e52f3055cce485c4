//! The system's sockets and lookups, one function per call. The only place that names socket2,
//! dns-lookup and libc, and the only one with `unsafe`.
#![allow(unsafe_code)]

pub mod address;
pub mod advice;
pub mod class;
pub mod constants;
pub mod convert;
pub mod errno;
pub mod error;
pub mod interface;
pub mod io_context;
pub mod lookup;
pub mod network;
pub mod numbers;
pub mod open_sockets;
pub mod poll;
pub mod port_owner;
pub mod process;
pub mod select;
pub mod services;
pub mod signal;
pub mod socket;
pub mod system;
pub mod terminal;
mod wake;
mod worker;
