//! Which options and pieces of ancillary data stay within a socket: they name no device, group or route,
//! and so lead no packet elsewhere. What is not in these lists is not known to.

use super::sys::numbers;

pub(crate) use super::sys::option_lists::{WITHIN_IP, WITHIN_IPV6, WITHIN_SOCKET};

/// Whether an option changes only how its own socket treats what it carries.
pub(crate) fn is_within_socket(level: i32, option: i32) -> bool {
    match level {
        numbers::SOL_SOCKET => WITHIN_SOCKET.contains(&option),
        numbers::IPPROTO_IP => WITHIN_IP.contains(&option),
        numbers::IPPROTO_IPV6 => WITHIN_IPV6.contains(&option),
        numbers::IPPROTO_TCP | numbers::IPPROTO_UDP => true,
        _ => false,
    }
}

/// The same for a piece of ancillary data.
pub(crate) fn attaches_within(level: i32, kind: i32) -> bool {
    // Those of these levels are descriptors and credentials, and what the options of the same name set.
    level == numbers::SOL_SOCKET || is_within_socket(level, kind)
}
