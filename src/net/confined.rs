//! A network for code that is not trusted: it has the sockets of the network within, and of the machine
//! nothing but a folder of its own.
//!
//! Each of our calls asks here. Where the system can (Linux with Landlock), it keeps the console's thread
//! from all other files besides, so that a hole in our calls is none in the confinement.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::fd::{OwnedFd, RawFd};
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use tempfile::TempDir;

use super::act::Act;
use super::error::{Cause, Fault};
use super::network::{AddrInfo, HostEntry, Journal, Network, Query};
use super::sys::{confinement, numbers};

/// How far packets may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// As far as the network within goes.
    Network,
    /// To this machine's own programs only.
    Loopback,
}

/// The network, and the folder that is left of the machine.
pub(crate) struct Confined {
    within: Arc<dyn Network>,
    reach: Reach,
    /// None where none can be made, or where a thread cannot have a folder of its own.
    folder: Option<Arc<TempDir>>,
}

impl Confined {
    /// A network within limits; its folder ends with it.
    pub(crate) fn new(within: Arc<dyn Network>, reach: Reach) -> Self {
        let folder = || tempfile::Builder::new().prefix("socklab-lesson-").tempdir();
        let folder = confinement::HAS_FOLDERS.then(folder).and_then(Result::ok);
        Self {
            within,
            reach,
            folder: folder.map(Arc::new),
        }
    }

    /// Whether a path lies in the folder of its own, in which its thread is.
    fn is_own(&self, path: &Path) -> bool {
        let mut parts = path.components();
        let stays = parts.all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        self.folder.is_some() && stays && path.file_name().is_some()
    }

    fn own_path(&self, path: &Path, what: &str) -> Result<(), Fault> {
        if self.is_own(path) {
            return Ok(());
        }
        let where_from = if self.folder.is_some() {
            "has no files but those of a folder of its own: write a name without a folder"
        } else {
            "has no files here"
        };
        Err(refused(&format!("{what} that is not trusted {where_from}")))
    }
}

fn refused(why: &str) -> Fault {
    let trust = "`lesson --trust` trusts it";
    Cause::Os(numbers::EACCES).noting(format!("{why}; {trust}"))
}

impl Network for Confined {
    fn allows(&self, act: Act<'_>) -> Result<(), Fault> {
        use std::os::unix::ffi::OsStrExt;
        match act {
            // The system finds a name for it.
            Act::ReachPath([]) => Ok(()),
            Act::ReachPath([0, ..]) => Err(refused(
                "a lesson that is not trusted has no abstract names, which the whole machine shares",
            )),
            Act::ReachPath(path) => {
                self.own_path(Path::new(std::ffi::OsStr::from_bytes(path)), "a lesson")
            }
            Act::Read(path) | Act::Unlink(path) => self.own_path(Path::new(path), "a lesson"),
            Act::RenameMachine => Err(refused(
                "a lesson that is not trusted leaves the machine as it is",
            )),
            Act::UseDescriptor(_) => Err(refused(
                "a lesson that is not trusted has no descriptors but those of its own sockets",
            )),
            Act::Socket { .. } | Act::SetOption { .. } | Act::Attach { .. } => {
                self.within.allows(act)
            }
        }
    }

    fn enter_thread(&self) -> io::Result<()> {
        // Machines are made from outside; here nothing could make them.
        let _made = self.within.has_own_ports();
        match &self.folder {
            Some(folder) => confinement::keep_thread_to(folder.path()),
            None => Ok(()),
        }
    }

    fn end(&self) {
        if let Some(folder) = &self.folder {
            // Whatever still uses it has been given up.
            let _ = std::fs::remove_dir_all(folder.path());
        }
    }

    fn succeeded_by(&self, next: Arc<dyn Network>) -> Arc<dyn Network> {
        Arc::new(Self {
            within: next,
            reach: self.reach,
            folder: self.folder.clone(),
        })
    }

    fn route(&self, address: SocketAddr, kind: i32) -> Result<SocketAddr, Fault> {
        self.within_reach(address)?;
        self.within.route(address, kind)
    }

    fn route_of(&self, socket: RawFd, address: SocketAddr, kind: i32) -> Result<SocketAddr, Fault> {
        self.within_reach(address)?;
        self.within.route_of(socket, address, kind)
    }

    fn name(&self) -> &'static str {
        self.within.name()
    }

    fn getservbyname(&self, name: &str, protocol: Option<&str>) -> Result<u16, Fault> {
        self.within.getservbyname(name, protocol)
    }

    fn getservbyport(&self, port: u16, protocol: Option<&str>) -> Result<String, Fault> {
        self.within.getservbyport(port, protocol)
    }

    fn getprotobyname(&self, name: &str) -> Result<i32, Fault> {
        self.within.getprotobyname(name)
    }

    fn gethostbyname(&self, host: &str) -> Result<Ipv4Addr, Fault> {
        self.within.gethostbyname(host)
    }

    fn gethostbyname_ex(&self, host: &str) -> Result<HostEntry, Fault> {
        self.within.gethostbyname_ex(host)
    }

    fn gethostbyaddr(&self, host: &str) -> Result<HostEntry, Fault> {
        self.within.gethostbyaddr(host)
    }

    fn getaddrinfo(&self, query: &Query) -> Result<Vec<AddrInfo>, Fault> {
        self.within.getaddrinfo(query)
    }

    fn is_at_hand(&self, host: &str, family: i32) -> bool {
        self.within.is_at_hand(host, family)
    }

    fn getnameinfo(&self, address: &SocketAddr, flags: i32) -> Result<(String, String), Fault> {
        self.within.getnameinfo(address, flags)
    }

    fn socket(&self, parts: (i32, i32, i32)) -> io::Result<OwnedFd> {
        self.within.socket(parts)
    }

    fn has_own_ports(&self) -> bool {
        self.within.has_own_ports()
    }

    fn machine_name(&self) -> Result<String, Fault> {
        self.within.machine_name()
    }

    fn interfaces(&self) -> Option<io::Result<Vec<(u32, String)>>> {
        self.within.interfaces()
    }

    fn socket_tables(&self) -> PathBuf {
        self.within.socket_tables()
    }

    fn place(&self, program: &mut Command) -> io::Result<()> {
        self.within.place(program)
    }

    fn record(&self, journal: &Arc<Journal>) {
        self.within.record(journal);
    }

    fn sees_packets(&self) -> Result<(), String> {
        self.within.sees_packets()
    }
}

impl Confined {
    fn within_reach(&self, address: SocketAddr) -> Result<(), Fault> {
        let ip = address.ip().to_canonical();
        if self.reach == Reach::Network || ip.is_loopback() || ip.is_unspecified() {
            return Ok(());
        }
        Err(Cause::Os(numbers::ENETUNREACH)
            .noting("a program of a lesson that is not trusted reaches this machine only"))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Confined, Reach};
    use crate::net::act::Act;
    use crate::net::live_network::LiveNetwork;
    use crate::net::network::Network;

    #[test]
    #[cfg(target_os = "linux")]
    fn only_names_within_the_folder_are_its_own() {
        let confined = Confined::new(Arc::new(LiveNetwork), Reach::Network);
        for own in ["a.sock", "./a.sock", "deep/a.sock"] {
            assert!(confined.allows(Act::Read(own)).is_ok(), "{own}");
            assert!(
                confined.allows(Act::ReachPath(own.as_bytes())).is_ok(),
                "{own}"
            );
        }
        for other in ["/etc/passwd", "../a", "a/../../b", ".", ".."] {
            assert!(confined.allows(Act::Read(other)).is_err(), "{other}");
            let reached = confined.allows(Act::ReachPath(other.as_bytes()));
            assert!(reached.is_err(), "{other}");
        }
        assert!(confined.allows(Act::ReachPath(b"\0abstract")).is_err());
    }
}
