//! Calls that every Unix has.

pub(crate) mod address;
pub(crate) mod addrinfo;
pub(crate) mod fd;
pub(crate) mod hosts;
pub(crate) mod interface;
pub(crate) mod message;
pub(crate) mod name;
pub(crate) mod option;
pub(crate) mod process;
pub(crate) mod signal;
pub(crate) mod terminal;
pub(crate) mod transfer;
