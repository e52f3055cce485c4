//! Whose turn it is with a port that an exercise fixes: checks that run side by side would take it
//! from each other, so one waits for the other.

use std::path::Path;

/// The right to use a port for checks, until it is dropped; a process that ends gives it back.
#[derive(Debug)]
pub(crate) struct PortTurn {
    #[cfg(target_os = "linux")]
    _name: std::os::unix::net::UnixListener,
}

impl PortTurn {
    /// Takes the turn on the machine with these tables of sockets; none while another check has it.
    /// The system forgets an abstract name with its process; where it has none, the turn is always
    /// ours.
    pub(crate) fn take(tables: &Path, port: u16) -> Option<Self> {
        #[cfg(target_os = "linux")]
        {
            use std::os::linux::net::SocketAddrExt;
            use std::os::unix::net::{SocketAddr, UnixListener};
            let name = SocketAddr::from_abstract_name(format!(
                "socklab check of port {port} in {}",
                tables.display()
            ));
            let bound = name.and_then(|name| UnixListener::bind_addr(&name));
            bound.ok().map(|name| Self { _name: name })
        }
        #[cfg(not(target_os = "linux"))]
        {
            let _ = (tables, port);
            Some(Self {})
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::path::Path;

    use super::PortTurn;

    #[test]
    fn a_turn_is_one_checks_alone_until_it_is_over() {
        // A port of no exercise.
        let turn = PortTurn::take(Path::new("/x"), 1).expect("nobody has it");
        assert!(PortTurn::take(Path::new("/x"), 1).is_none());
        assert!(PortTurn::take(Path::new("/x"), 2).is_some());
        drop(turn);
        assert!(PortTurn::take(Path::new("/x"), 1).is_some());
    }
}
