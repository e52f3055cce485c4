//! The system's sockets and lookups, one function per call. The only place that names socket2,
//! dns-lookup and libc, and the only one with `unsafe`.
#![allow(unsafe_code)]

pub mod address;
pub mod convert;
pub mod errno;
pub mod error;
pub mod interface;
pub mod lookup;
pub mod network;
pub mod services;
pub mod system;
