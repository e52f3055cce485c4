//! Names that the system finds in its own files before it asks anybody: looking them up never waits.

use std::fs;
use std::sync::OnceLock;

use crate::net::sys::numbers;

/// Whether a lookup of `host` in a family reads only files. Said of `localhost` alone, where
/// hosts(5) has it and nsswitch.conf(5) looks there first; found out once.
pub(crate) fn is_at_hand(host: &str, family: i32) -> bool {
    static FOUND: OnceLock<[bool; 2]> = OnceLock::new();
    if host != "localhost" {
        return false;
    }
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let [ipv4, ipv6] =
        *FOUND.get_or_init(|| localhost_in(&read("/etc/nsswitch.conf"), &read("/etc/hosts")));
    match family {
        numbers::AF_UNSPEC | numbers::AF_INET => ipv4,
        numbers::AF_INET6 => ipv6,
        _ => false,
    }
}

/// Whether the hosts file, where it is asked first, has `localhost` in IPv4 and in IPv6.
fn localhost_in(switch: &str, hosts: &str) -> [bool; 2] {
    let mut order = switch
        .lines()
        .filter_map(|line| line.strip_prefix("hosts:"));
    let first = order
        .next()
        .and_then(|order| order.split_whitespace().next());
    let has = |address: &str| {
        hosts.lines().any(|line| {
            let line = line.split('#').next().unwrap_or_default();
            let mut words = line.split_whitespace();
            words.next() == Some(address) && words.any(|name| name == "localhost")
        })
    };
    if first == Some("files") {
        [has("127.0.0.1"), has("::1")]
    } else {
        [false; 2]
    }
}

#[cfg(test)]
mod tests {
    use crate::net::sys::numbers;

    use super::{is_at_hand, localhost_in};

    #[test]
    fn the_hosts_file_counts_where_it_is_asked_first() {
        let hosts = "# ours\n127.0.0.1 here localhost # both\n::1 ip6-localhost\n";
        let switch = "passwd: files\nhosts: files dns\n";
        assert_eq!(localhost_in(switch, hosts), [true, false]);
        assert_eq!(localhost_in(switch, "::1 localhost"), [false, true]);
        assert_eq!(localhost_in(switch, "#127.0.0.1 localhost"), [false; 2]);
        assert_eq!(localhost_in("hosts: dns files", hosts), [false; 2]);
        assert_eq!(localhost_in("", hosts), [false; 2]);
    }

    #[test]
    fn other_names_may_wait() {
        assert!(!is_at_hand("localhost.test", numbers::AF_INET));
    }
}
