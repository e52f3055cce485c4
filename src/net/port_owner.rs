//! Who holds a port of a machine: what the system tells about it (Linux: proc(5)). `of` is the folder
//! of that machine's tables (`Network::socket_tables`).

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

/// The state of a listening socket in `/proc/net/tcp`.
const LISTEN: u8 = 0x0a;
/// The states of a connection that has ended and lingers: `TIME_WAIT`, `LAST_ACK`, `CLOSING`.
const ENDED: [u8; 3] = [0x06, 0x09, 0x0b];
/// The states of one that is closed here, and not yet by the other end: `FIN_WAIT1`, `FIN_WAIT2`.
const HALF_ENDED: [u8; 2] = [0x04, 0x05];

/// One socket of the kernel's tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct SocketRow {
    address: IpAddr,
    port: u16,
    state: u8,
    inode: u64,
}

/// Whether a TCP socket listens on a port of this machine; none where the system does not tell.
pub(crate) fn listens(of: &Path, port: u16) -> Option<bool> {
    let entries = tables(of, &["tcp", "tcp6"])?;
    Some(
        entries
            .iter()
            .any(|entry| entry.port == port && entry.state == LISTEN),
    )
}

/// Where the processes that `belongs` accepts listen, in order.
pub(crate) fn listeners(of: &Path, belongs: impl Fn(u32) -> bool) -> Vec<SocketAddr> {
    let inodes: Vec<u64> = processes()
        .filter(|pid| belongs(*pid))
        .flat_map(sockets_of)
        .collect();
    let entries = tables(of, &["tcp", "tcp6"]).unwrap_or_default();
    let listening = |entry: &&SocketRow| entry.state == LISTEN && inodes.contains(&entry.inode);
    let mut found: Vec<SocketAddr> = entries
        .iter()
        .filter(listening)
        .map(|entry| SocketAddr::new(entry.address, entry.port))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// What to say about an address that is in use: who holds its port, and the mend. `stream` tells
/// TCP from UDP, `reuses` whether `SO_REUSEADDR` is set already, `then` is what to do besides ending
/// it. None where the system does not tell.
pub(crate) fn note(
    of: &Path,
    address: SocketAddr,
    (stream, reuses): (bool, bool),
    then: &str,
) -> Option<String> {
    let (names, port) = if stream {
        (["tcp", "tcp6"], address.port())
    } else {
        (["udp", "udp6"], address.port())
    };
    let overlaps = |entry: &&SocketRow| {
        let same = entry.address == address.ip();
        entry.port == port
            && (same || entry.address.is_unspecified() || address.ip().is_unspecified())
    };
    let entries: Vec<SocketRow> = tables(of, &names)?
        .iter()
        .filter(overlaps)
        .copied()
        .collect();
    let held: Vec<&SocketRow> = entries.iter().filter(|entry| entry.inode != 0).collect();
    // The one who listens weighs more than connections on the same port.
    let first = held
        .iter()
        .find(|entry| entry.state == LISTEN)
        .or(held.first());
    let Some(entry) = first else {
        return lingering(&entries, port, reuses);
    };
    let listening = entry.state == LISTEN || !stream;
    Some(match holder_of(entry.inode) {
        Some(pid) if pid == std::process::id() => {
            if listening {
                format!("port {port} is held by this program itself; close that socket first")
            } else {
                format!("port {port} is held by a connection of this program; close it first")
            }
        }
        Some(pid) => format!(
            "port {port} is held by {} (pid {pid}); end it (`kill {pid}`) {then}",
            name_of(pid)
        ),
        None => format!("port {port} is held by another user's program; end it {then}"),
    })
}

/// What holds a port that no process holds: a connection that has ended. With socket(7)'s
/// `SO_REUSEADDR` it lets another socket in only if its own socket had that option too.
fn lingering(entries: &[SocketRow], port: u16, reuses: bool) -> Option<String> {
    let is_in = |states: &[u8]| entries.iter().any(|entry| states.contains(&entry.state));
    let (what, wait) = if is_in(&HALF_ENDED) {
        let what = "that is closed here, and not yet by its other end,";
        (what, "close the other end and wait a minute")
    } else if is_in(&ENDED) {
        ("that has just ended", "wait a minute")
    } else {
        return None;
    };
    let option = if reuses {
        "`SO_REUSEADDR` helps only where the socket before had it too"
    } else {
        "where each server sets `SO_REUSEADDR` before `bind`, the next need not wait"
    };
    let text = format!("a connection {what} still holds port {port}; {wait}: {option}");
    Some(text)
}

/// The process that has this socket open, among those that we may look into.
fn holder_of(inode: u64) -> Option<u32> {
    processes().find(|&pid| sockets_of(pid).any(|own| own == inode))
}

/// The name of a process, as ps(1) shows it.
fn name_of(pid: u32) -> String {
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    // A thread names itself; the program's file tells more.
    let program = fs::read_link(format!("/proc/{pid}/exe"))
        .ok()
        .and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    program.unwrap_or_else(|| name.trim().to_string())
}

/// The processes there are.
fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// The inodes of a process's sockets; none where we may not look.
fn sockets_of(pid: u32) -> impl Iterator<Item = u64> {
    let entries = fs::read_dir(format!("/proc/{pid}/fd")).into_iter();
    entries.flatten().flatten().filter_map(|entry| {
        let link = fs::read_link(entry.path()).ok()?;
        let inode = link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?;
        inode.parse().ok()
    })
}

/// The entries of some of a machine's tables; none where there is no such table.
fn tables(of: &Path, names: &[&str]) -> Option<Vec<SocketRow>> {
    let mut entries = None;
    for name in names {
        if let Ok(text) = fs::read_to_string(of.join(name)) {
            let lines = text.lines().skip(1).filter_map(parse);
            entries.get_or_insert_with(Vec::new).extend(lines);
        }
    }
    entries
}

/// A line of `/proc/net/tcp`: `sl local_address rem_address st … inode …`.
fn parse(line: &str) -> Option<SocketRow> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (address, port) = words.get(1)?.split_once(':')?;
    Some(SocketRow {
        address: parse_address(address)?,
        port: u16::from_str_radix(port, 16).ok()?,
        state: u8::from_str_radix(words.get(3)?, 16).ok()?,
        inode: words.get(9)?.parse().ok()?,
    })
}

/// Words of 32 bits, each in the machine's own byte order.
fn parse_address(digits: &str) -> Option<IpAddr> {
    let mut bytes = Vec::new();
    for at in (0..digits.len()).step_by(8) {
        let word = u32::from_str_radix(digits.get(at..at + 8)?, 16).ok()?;
        bytes.extend(word.to_ne_bytes());
    }
    if let Ok(four) = <[u8; 4]>::try_from(bytes.as_slice()) {
        return Some(Ipv4Addr::from(four).into());
    }
    let sixteen = <[u8; 16]>::try_from(bytes.as_slice()).ok()?;
    Some(Ipv6Addr::from(sixteen).to_canonical())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr, TcpListener};
    use std::path::Path;

    use socket2::{Domain, Socket, Type};

    use super::{listeners, listens, note, parse};
    use crate::net::machine::SOCKET_TABLES;

    #[test]
    fn a_line_of_the_kernels_table_is_read() {
        let line = "   0: 0100007F:2710 00000000:0000 0A 00000000:00000000 00:00000000 00000000  \
                    1000        0 42 1 0000000000000000 100 0 0 10 0";
        let entry = parse(line).expect("an entry");
        if cfg!(target_endian = "little") {
            assert_eq!(entry.address, Ipv4Addr::LOCALHOST);
        }
        assert_eq!((entry.port, entry.state, entry.inode), (10000, 0x0a, 42));
        assert_eq!(parse("sl"), None);
    }

    #[test]
    fn a_listening_socket_is_found_with_its_holder() {
        let of = Path::new(SOCKET_TABLES);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        assert_eq!(listens(of, address.port()), Some(true));
        assert!(listeners(of, |pid| pid == std::process::id()).contains(&address));
        let text = note(of, address, (true, false), "").expect("the system tells");
        assert!(text.contains("held by this program itself"), "{text}");
        // Held, so that nobody else takes the port meanwhile.
        let holder = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        holder.bind(&any.into()).expect("a free port");
        let held = holder.local_addr().ok().and_then(|own| own.as_socket());
        let port = held.expect("an address").port();
        assert_eq!(listens(of, port), Some(false));
    }
}
