//! `doctor`: what this machine has of what the course uses, each with the mend. It sends nothing
//! off the machine: names are sought in files, not asked of a resolver.

use std::env;
use std::fs;
use std::io::{self, IsTerminal};
use std::net::{TcpListener, UdpSocket};
use std::os::unix::net::UnixStream;
use std::path::Path;

use crate::commands::app::App;
use crate::net::machine;
use crate::net::socket::{can_open_raw, has_ipv6};
use crate::prompt::AfterLine;
use crate::term::screen::{self, Style};

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    /// What was found.
    found: Result<String, String>,
    /// What to do where it is missing.
    mend: &'static str,
}

/// Looks at everything and shows it.
pub(crate) fn run_command(shell: &App) -> AfterLine {
    let screen = shell.screen;
    let findings = examine();
    let missing = findings.iter().filter(|one| one.found.is_err()).count();
    for one in findings {
        let (mark, text) = match &one.found {
            Ok(text) => (screen.paint(Style::Good, "ok"), text),
            Err(text) => (screen.paint(Style::Error, "--"), text),
        };
        screen.raw(&format!(
            "{mark}  {:<16}{}",
            one.what,
            screen.paint(Style::Plain, text)
        ));
        if one.found.is_err() {
            screen.raw(&screen.paint(Style::Dim, &format!("{:20}mend: {}", "", one.mend)));
        }
    }
    let verdict = match missing {
        0 => "everything that the course uses is here".to_string(),
        1 => "one thing is missing; the lab and its lessons need none of it".to_string(),
        many => format!("{many} things are missing; the lab and its lessons need none of them"),
    };
    screen.line(&verdict);
    AfterLine::Go
}

fn examine() -> Vec<Finding> {
    let hosts = fs::read_to_string("/etc/hosts").unwrap_or_default();
    vec![
        Finding {
            what: "loopback",
            found: TcpListener::bind("127.0.0.1:0")
                .map(|_| "127.0.0.1 takes servers".into())
                .map_err(|error| format!("127.0.0.1 takes no server: {error}")),
            mend: "turn the loopback card on: sudo ip link set lo up",
        },
        Finding {
            what: "localhost",
            found: known_here(&hosts, "localhost"),
            mend: "add the line `127.0.0.1 localhost` to /etc/hosts",
        },
        own_name(&hosts),
        Finding {
            what: "IPv6",
            found: ipv6(),
            mend: "IPv4 is enough for the course; sudo sysctl net.ipv6.conf.lo.disable_ipv6=0",
        },
        Finding {
            what: "services file",
            found: exists("/etc/services"),
            mend: "socklab brings its own table; on Debian: sudo apt install netbase",
        },
        Finding {
            what: "Unix sockets",
            found: UnixStream::pair()
                .map(|_| "AF_UNIX works".into())
                .map_err(|error| error.to_string()),
            mend: "the system's security rules forbid them; nothing else needs them",
        },
        Finding {
            what: "datagrams",
            found: UdpSocket::bind("127.0.0.1:0")
                .map(|_| "UDP works".into())
                .map_err(|error| error.to_string()),
            mend: "turn the loopback card on: sudo ip link set lo up",
        },
        Finding {
            what: "raw sockets",
            found: if can_open_raw() {
                Ok("SOCK_RAW works: you have the right".into())
            } else {
                Err("SOCK_RAW is not allowed, as is usual".into())
            },
            mend: "only if you want to try them: run `sudo socklab`",
        },
        terminal(),
    ]
}

fn exists(path: &str) -> Result<String, String> {
    if Path::new(path).is_file() {
        Ok(path.into())
    } else {
        Err(format!("there is no {path}"))
    }
}

fn ipv6() -> Result<String, String> {
    if !has_ipv6() {
        return Err("this system makes no IPv6 sockets".into());
    }
    TcpListener::bind("[::1]:0")
        .map(|_| "::1 takes servers".into())
        .map_err(|error| format!("::1 takes no server: {error}"))
}

/// Whether a name is in the hosts file, or the C library makes its answer up itself.
fn known_here(hosts: &str, name: &str) -> Result<String, String> {
    if let Some(address) = in_hosts(hosts, name) {
        return Ok(format!("`{name}` is {address} (/etc/hosts)"));
    }
    let switch = fs::read_to_string("/etc/nsswitch.conf").unwrap_or_default();
    if makes_up_own_name(&switch) {
        return Ok(format!(
            "`{name}` is answered by the system (nss-myhostname)"
        ));
    }
    Err(format!(
        "`{name}` is not in /etc/hosts: a lookup would ask the network"
    ))
}

/// The first address of a name in a hosts file.
fn in_hosts<'a>(hosts: &'a str, name: &str) -> Option<&'a str> {
    hosts.lines().find_map(|line| {
        let line = line.split('#').next().unwrap_or_default();
        let mut words = line.split_whitespace();
        let address = words.next()?;
        words
            .any(|known| known.eq_ignore_ascii_case(name))
            .then_some(address)
    })
}

/// Whether nsswitch.conf has the module that answers for the machine's own names.
fn makes_up_own_name(switch: &str) -> bool {
    let hosts = switch
        .lines()
        .find_map(|line| line.trim().strip_prefix("hosts:"));
    hosts.is_some_and(|modules| {
        modules
            .split_whitespace()
            .any(|module| module == "myhostname")
    })
}

fn own_name(hosts: &str) -> Finding {
    let found = match machine::gethostname() {
        Ok(name) => known_here(hosts, &name),
        Err(fault) => Err(fault.during("gethostname").to_string()),
    };
    Finding {
        what: "own host name",
        found,
        mend: "add `127.0.1.1 NAME` to /etc/hosts, with this machine's name",
    }
}

fn terminal() -> Finding {
    let term = env::var("TERM").unwrap_or_default();
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_default();
    let utf8 = locale.to_lowercase().replace('-', "").contains("utf8");
    let found = if !io::stdout().is_terminal() {
        Err("the output is no terminal".into())
    } else if term.is_empty() || term == "dumb" {
        Err(format!("TERM is `{term}`: no colours, no editing of lines"))
    } else if !utf8 {
        Err(format!("`{term}`, but the locale `{locale}` is not UTF-8"))
    } else {
        let size = screen::size().map_or_else(String::new, |(columns, rows)| {
            format!(", {columns} columns, {rows} rows")
        });
        Ok(format!("`{term}`{size}"))
    };
    Finding {
        what: "terminal",
        found,
        mend: "use a terminal with TERM=xterm-256color and LANG=C.UTF-8",
    }
}

#[cfg(test)]
mod tests {
    use super::{in_hosts, makes_up_own_name};

    #[test]
    fn names_are_found_in_a_hosts_file() {
        let hosts =
            "# 10.0.0.1 hidden\n127.0.0.1\tlocalhost  mine # other\n::1 localhost\n\n1.2.3.4\n";
        assert_eq!(in_hosts(hosts, "LOCALHOST"), Some("127.0.0.1"));
        assert_eq!(in_hosts(hosts, "mine"), Some("127.0.0.1"));
        for name in ["hidden", "other", "127.0.0.1", ""] {
            assert_eq!(in_hosts(hosts, name), None, "{name}");
        }
    }

    #[test]
    fn the_module_for_the_own_name_is_found() {
        assert!(makes_up_own_name(
            "passwd: files\nhosts: files myhostname dns\n"
        ));
        assert!(!makes_up_own_name("hosts: files dns\n"));
        assert!(!makes_up_own_name(""));
    }
}
