//! Calls that every Unix has.

pub(crate) mod fd;
pub(crate) mod getaddrinfo;
pub(crate) mod if_index;
pub(crate) mod interrupt;
pub(crate) mod msghdr;
pub(crate) mod netdb;
pub(crate) mod poll;
pub(crate) mod process_group;
pub(crate) mod recv;
pub(crate) mod sethostname;
pub(crate) mod signal;
pub(crate) mod sockaddr;
pub(crate) mod sockopt;
pub(crate) mod termios;
