//! What would let packets out of a lab, and is refused.
//!
//! A private internet ends where its machines do, but for families that know no machines. The mapped
//! one is on the real machine, where an option that names a device, a group or a route would lead a
//! packet out of loopback: there only what is known to stay within a socket is to be had.

use crate::net::act::Act;
use crate::net::error::{Cause, Fault};
use crate::net::numbers::{
    AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_UNIX, AF_UNSPEC, EAFNOSUPPORT, EPERM,
};
use crate::net::option_reach::{attaches_within, is_within_socket};

/// Families of the private internet: the system has them apart for each machine (`network_namespaces(7)`).
const OF_MACHINES: [i32; 6] = [AF_UNSPEC, AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET];
/// Families of the mapped one: those whose addresses it maps, and the one that stays on a machine.
const MAPPED: [i32; 4] = [AF_UNSPEC, AF_UNIX, AF_INET, AF_INET6];

/// Refuses what would let packets out of a lab: of a private internet, or of a mapped one.
pub(super) fn check(act: Act<'_>, is_private: bool) -> Result<(), Fault> {
    match act {
        Act::Socket { family } => {
            let inside: &[i32] = if is_private { &OF_MACHINES } else { &MAPPED };
            if inside.contains(&family) {
                return Ok(());
            }
            Err(Cause::Os(EAFNOSUPPORT)
                .noting("sockets of this family would leave the lab; `lab off` has them"))
        }
        Act::SetOption { level, option } if !is_private && !is_within_socket(level, option) => {
            Err(leads_out("option"))
        }
        Act::Attach { level, kind } if !is_private && !attaches_within(level, kind) => {
            Err(leads_out("ancillary data"))
        }
        _ => Ok(()),
    }
}

fn leads_out(what: &str) -> Fault {
    Cause::Os(EPERM).noting(format!(
        "{what} that names a device, a group or a route could lead packets out of a lab on this \
         machine's loopback; `lab off` has it"
    ))
}
