//! The system's table of services, read once for each change of its file. The C library reads it
//! anew for every question (services(5), nsswitch.conf(5)).

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// Where the C library looks for services: only what begins with these words is a file.
const SWITCH: &str = "/etc/nsswitch.conf";
const SERVICES: &str = "/etc/services";
/// What the word `db` stands for.
const DATABASE: &str = "/var/db/services.db";
/// A file that was changed so lately may change again without a sign of it.
const SETTLED: Duration = Duration::from_secs(2);

/// One line: a service over one protocol.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    name: String,
    port: u16,
    protocol: String,
}

/// The services of a file, as the C library finds them in it.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
    /// The rows of each name and alias, in their order.
    by_name: HashMap<String, Vec<usize>>,
    /// The rows of each port, in their order.
    by_port: HashMap<u16, Vec<usize>>,
}

/// What a file's change shows in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    file: (u64, u64, u64),
    changed: (i64, i64),
}

/// What was read, and the files as they were then.
struct Read {
    stamps: [Option<Stamp>; 3],
    table: Option<Arc<Table>>,
}

static READ: Mutex<Option<Read>> = Mutex::new(None);

/// The system's table. None where the C library does not take services from that file alone, or
/// where it cannot be read: ask the C library then.
pub(crate) fn system() -> Option<Arc<Table>> {
    if !cfg!(all(target_os = "linux", target_env = "gnu")) {
        return None;
    }
    let stamps = [SWITCH, SERVICES, DATABASE].map(stamp);
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = &*read
        && known.stamps == stamps
    {
        return known.table.clone();
    }
    let table = (is_file_alone(&fs::read_to_string(SWITCH).ok()?) && stamps[2].is_none())
        .then(|| {
            fs::read_to_string(SERVICES)
                .ok()
                .map(|text| Table::parse(&text))
        })
        .flatten()
        .map(Arc::new);
    let settled = stamps.iter().flatten().all(Stamp::is_settled);
    *read = settled.then(|| Read {
        stamps,
        table: table.clone(),
    });
    table
}

fn stamp(path: &str) -> Option<Stamp> {
    let found = fs::metadata(Path::new(path)).ok()?;
    Some(Stamp {
        file: (found.dev(), found.ino(), found.size()),
        changed: (found.ctime(), found.ctime_nsec()),
    })
}

impl Stamp {
    fn is_settled(&self) -> bool {
        let since = u64::try_from(self.changed.0).map(Duration::from_secs);
        let changed = since
            .ok()
            .and_then(|since| SystemTime::UNIX_EPOCH.checked_add(since));
        let age = changed.and_then(|changed| SystemTime::now().duration_since(changed).ok());
        age.is_some_and(|age| age > SETTLED)
    }
}

/// Whether the services of this nsswitch.conf are those of the file alone. Where it does not say,
/// the C library's default counts, which is not ours to know.
fn is_file_alone(switch: &str) -> bool {
    let lines = switch.lines().filter_map(|line| line.split('#').next());
    let mut words = lines.filter_map(|line| line.trim().strip_prefix("services:"));
    words.next_back().is_some_and(|words| {
        let mut words = words.split_whitespace();
        words.clone().any(|word| word == "files")
            && words.all(|word| word == "files" || word == "db")
    })
}

impl Table {
    /// The services of a text in the form of services(5); lines without that form are no services.
    fn parse(text: &str) -> Self {
        let mut table = Self::default();
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default();
            let mut words = line.split_ascii_whitespace();
            let (Some(name), Some(place)) = (words.next(), words.next()) else {
                continue;
            };
            let Some((port, protocol)) = place.split_once('/') else {
                continue;
            };
            let Ok(port) = port.parse::<u16>() else {
                continue;
            };
            let at = table.rows.len();
            for name in std::iter::once(name).chain(words) {
                let places = table.by_name.entry(name.into()).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
            }
            table.by_port.entry(port).or_default().push(at);
            table.rows.push(Row {
                name: name.into(),
                port,
                protocol: protocol.trim_start_matches('/').into(),
            });
        }
        table
    }

    fn first(&self, places: Option<&Vec<usize>>, protocol: Option<&str>) -> Option<&Row> {
        let rows = places
            .into_iter()
            .flatten()
            .filter_map(|at| self.rows.get(*at));
        let runs_on = |row: &&Row| protocol.is_none_or(|protocol| row.protocol == protocol);
        rows.into_iter().find(runs_on)
    }

    /// The port of a service, by name or alias; `protocol` none takes any.
    pub(crate) fn port(&self, name: &str, protocol: Option<&str>) -> Option<u16> {
        let row = self.first(self.by_name.get(name), protocol)?;
        Some(row.port)
    }

    /// The name of the service at a port; `protocol` none takes any.
    pub(crate) fn name(&self, port: u16, protocol: Option<&str>) -> Option<&str> {
        let row = self.first(self.by_port.get(&port), protocol)?;
        Some(&row.name)
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;

    use super::{Table, is_file_alone, system};
    use crate::net::lookup;

    const LINES: &str = "# well known\n\
        ssh 22/tcp # secure\n\
        http\t80/tcp www\n\
        \n\
        domain 53/tcp\n\
        domain 53/udp nameserver\n\
        broken 12\n\
        worse x/tcp\n";

    #[test]
    fn the_first_line_of_a_name_or_port_counts() {
        let table = Table::parse(LINES);
        assert_eq!(table.port("www", Some("tcp")), Some(80));
        assert_eq!(table.port("nameserver", None), Some(53));
        assert_eq!(table.port("nameserver", Some("tcp")), None);
        assert_eq!(table.port("SSH", None), None);
        assert_eq!(table.name(53, Some("udp")), Some("domain"));
        assert_eq!(table.name(22, Some("udp")), None);
        assert_eq!(
            table.port("broken", None).or(table.port("worse", None)),
            None
        );
    }

    #[test]
    fn only_a_switch_that_names_the_file_alone_is_ours() {
        assert!(is_file_alone(
            "hosts: files dns\nservices:  db files # all\n"
        ));
        assert!(!is_file_alone("services: files nis\n"));
        assert!(!is_file_alone("services: db [NOTFOUND=return] files\n"));
        assert!(!is_file_alone("services: db\n"));
        assert!(!is_file_alone("#services: files\nhosts: files\n"));
    }

    #[test]
    fn every_name_and_port_of_this_machine_is_answered_as_the_c_library_does() {
        let Some(table) = system() else {
            return;
        };
        for protocol in [None, Some("tcp"), Some("udp"), Some("sctp"), Some("TCP")] {
            let c_protocol = protocol.map(|name| CString::new(name).unwrap());
            for name in table
                .by_name
                .keys()
                .map(String::as_str)
                .chain(["", "no such", "Http"])
            {
                let c_name = CString::new(name).unwrap();
                let asked = lookup::service_by_name(&c_name, c_protocol.as_deref()).unwrap();
                assert_eq!(
                    table.port(name, protocol),
                    asked,
                    "{name} over {protocol:?}"
                );
            }
            for port in 0..2000 {
                let asked = lookup::service_by_port(port, c_protocol.as_deref()).unwrap();
                assert_eq!(
                    table.name(port, protocol).map(str::to_owned),
                    asked,
                    "{port}"
                );
            }
        }
    }
}
