//! The C library's lookups, one function per call: names to addresses, addresses to names,
//! services, protocols. They ask whatever the system is set up to ask: files, DNS, mDNS.

mod at_hand;
mod fqdn;
mod host_name;
mod info;
mod own_name;

#[cfg(test)]
mod against_cpython;

pub(crate) use fqdn::getfqdn;
pub(crate) use host_name::to_ascii;
pub(crate) use info::literal_address;
pub(crate) use own_name::sethostname;

pub(crate) use crate::net::sys::netdb::{
    host_by_address, host_by_name, protocol_by_name, service_by_name, service_by_port,
};
pub(crate) use at_hand::is_at_hand;
pub(crate) use info::{getaddrinfo, getnameinfo};
