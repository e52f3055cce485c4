//! The machine's own table of names, `/etc/hosts` (hosts(5)).

use std::fs;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::hosts::canonical;
use super::literal;
use crate::net::interface::if_nametoindex;
use crate::net::live_network::LiveNetwork;
use crate::net::network::HostAddress;

/// What a table or a name server tells of a name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct HostNames {
    pub(crate) canonical: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) addresses: Vec<HostAddress>,
}

#[derive(Debug)]
struct Line {
    address: HostAddress,
    /// At least one.
    names: Vec<String>,
}

/// The file, read again only after it changed.
pub(crate) struct HostsFile {
    path: PathBuf,
    read: Mutex<Option<(HostsStamp, Arc<Vec<Line>>)>>,
}

type HostsStamp = (SystemTime, u64);

impl HostsFile {
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            read: Mutex::new(None),
        }
    }

    /// All addresses of the lines with `name`, called by the first such line's names.
    pub(crate) fn by_name(&self, name: &str) -> Option<HostNames> {
        let wanted = canonical(name);
        let lines = self.lines();
        let mut found: Option<HostNames> = None;
        for line in lines.iter() {
            if !line.names.iter().any(|known| canonical(known) == wanted) {
                continue;
            }
            let found = found.get_or_insert_with(|| names_of(line));
            if !found.addresses.contains(&line.address) {
                found.addresses.push(line.address);
            }
        }
        found
    }

    /// The names of the first line with `ip`.
    pub(crate) fn by_address(&self, ip: IpAddr) -> Option<HostNames> {
        self.lines()
            .iter()
            .find(|line| line.address.ip == ip)
            .map(|line| {
                let mut names = names_of(line);
                names.addresses.push(line.address);
                names
            })
    }

    /// The lines of the file; none where it cannot be read.
    fn lines(&self) -> Arc<Vec<Line>> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(stamp) = fs::metadata(&self.path)
            .ok()
            .and_then(|data| data.modified().ok().map(|time| (time, data.len())))
        else {
            return Arc::default();
        };
        match &*read {
            Some((known, lines)) if *known == stamp => Arc::clone(lines),
            _ => {
                let bytes = fs::read(&self.path).unwrap_or_default();
                let lines = Arc::new(parse(&String::from_utf8_lossy(&bytes)));
                *read = Some((stamp, Arc::clone(&lines)));
                lines
            }
        }
    }
}

fn system_card(name: &str) -> Option<u32> {
    if_nametoindex(&LiveNetwork, name).ok()
}

fn names_of(line: &Line) -> HostNames {
    HostNames {
        canonical: line.names[0].clone(),
        aliases: line.names[1..].to_vec(),
        addresses: Vec::new(),
    }
}

fn parse(text: &str) -> Vec<Line> {
    text.lines()
        .filter_map(|line| {
            let line = line.split('#').next().unwrap_or_default();
            let mut words = line.split_ascii_whitespace();
            let address = literal::parse(words.next()?, &system_card)?;
            let names: Vec<String> = words.map(str::to_owned).collect();
            (!names.is_empty()).then_some(Line { address, names })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::HostsFile;
    use std::fs;

    #[test]
    fn names_aliases_and_addresses_come_from_the_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hosts");
        fs::write(
            &path,
            "# mine\n127.0.0.1\tlocalhost  me # and I\nnonsense\n1.2.3.4\n::1 LocalHost\n\
             fe80::1%3 card\n\u{fffd}\n127.0.0.1 localhost\n",
        )
        .unwrap();
        let file = HostsFile::new(&path);
        let names = file.by_name("LOCALHOST.").unwrap();
        assert_eq!(names.canonical, "localhost");
        assert_eq!(names.aliases, ["me"]);
        assert_eq!(names.addresses.len(), 2);
        assert_eq!(file.by_name("card").unwrap().addresses[0].scope, 3);
        assert_eq!(
            file.by_address("::1".parse().unwrap()).unwrap().canonical,
            "LocalHost"
        );
        assert!(file.by_name("nobody").is_none());

        fs::write(&path, "192.0.2.1 somebody-new\n").unwrap();
        assert!(
            file.by_name("localhost").is_none(),
            "a changed file is read again"
        );
        assert!(
            HostsFile::new(folder.path().join("none"))
                .by_name("localhost")
                .is_none()
        );
    }
}
