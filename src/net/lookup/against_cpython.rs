//! The same questions to us and to `CPython` on this machine: the answers have to agree.

mod names;
mod numbers;

use std::fmt::{Display, Write as _};
use std::io::{Seek as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;

use super::literal_address;
use crate::machine;
use crate::net::address::Address;
use crate::net::error::{Cause, Fault};
use crate::net::live_network::LiveNetwork;
use crate::net::network::{AddrInfo, HostEntry, Network, Query};
use crate::net::target::Target;

/// Reads one expression a line, writes one answer a line, in the words of [`Answer`].
const ASK_PYTHON: &str = r#"
import socket, sys
def show(v):
    if isinstance(v, (list, tuple)): return "[" + ",".join(map(show, v)) + "]"
    if isinstance(v, (bytes, bytearray)): return v.hex()
    return str(int(v)) if isinstance(v, int) else v
def near(host, port, family):
    s = socket.socket(family, socket.SOCK_DGRAM)
    s.bind((host, port))
    return s.getsockname()[0]
for line in sys.stdin:
    try: print(show(eval(line)))
    except socket.gaierror as e: print("lookup", e.errno)
    except socket.herror as e: print("host", e.errno)
    except OverflowError: print("range")
    except OSError as e: print("refused" if e.errno is None else f"os {e.errno}")
    except (ValueError, TypeError): print("refused")
"#;

/// An answer of ours in the words of the Python program.
trait Answer {
    fn answer(&self) -> String;
}

impl Answer for String {
    fn answer(&self) -> String {
        self.clone()
    }
}

impl Answer for Vec<u8> {
    fn answer(&self) -> String {
        self.iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("a String takes all");
            hex
        })
    }
}

macro_rules! answer_by_display {
    ($($kind:ty),*) => {
        $(impl Answer for $kind {
            fn answer(&self) -> String {
                self.to_string()
            }
        })*
    };
}
answer_by_display!(u16, i32, u32, i64, Ipv4Addr);

impl Answer for HostEntry {
    fn answer(&self) -> String {
        format!(
            "[{},{},{}]",
            self.name,
            listed(&self.aliases),
            listed(&self.addresses)
        )
    }
}

impl Answer for Vec<AddrInfo> {
    fn answer(&self) -> String {
        let infos = self.iter().map(|info| {
            let Address::Inet(addr) = &info.addr else {
                panic!("not an internet address: {info:?}")
            };
            let extra = match addr {
                SocketAddr::V4(_) => String::new(),
                SocketAddr::V6(v6) => format!(",{},{}", v6.flowinfo(), v6.scope_id()),
            };
            let AddrInfo {
                family,
                kind,
                proto,
                canonname,
                ..
            } = info;
            format!(
                "[{family},{kind},{proto},{canonname},[{},{}{extra}]]",
                addr.ip(),
                addr.port()
            )
        });
        listed(&infos.collect::<Vec<_>>())
    }
}

impl Answer for (String, String) {
    fn answer(&self) -> String {
        format!("[{},{}]", self.0, self.1)
    }
}

impl Answer for Vec<(u32, String)> {
    fn answer(&self) -> String {
        listed(
            &self
                .iter()
                .map(|(index, name)| format!("[{index},{name}]"))
                .collect::<Vec<_>>(),
        )
    }
}

fn listed<T: Display>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    format!("[{}]", items.join(","))
}

/// Questions asked so far: Python's expression, and our answer.
#[derive(Default)]
struct Questions(Vec<(String, String)>);

impl Questions {
    fn ask<T: Answer>(&mut self, python: impl Into<String>, ours: Result<T, Fault>) {
        let ours = match ours {
            Ok(value) => value.answer(),
            Err(fault) => match fault.cause {
                Cause::Lookup(code) => format!("lookup {code}"),
                Cause::Host(code) => format!("host {code}"),
                Cause::Os(number) => format!("os {number}"),
                Cause::Range(_) => "range".into(),
                Cause::Value(_) | Cause::Type(_) | Cause::Unknown(_) => "refused".into(),
                other => panic!("a lookup cannot fail like this: {other:?}"),
            },
        };
        self.0.push((python.into(), ours));
    }

    fn ask_text(&mut self, call: &str, text: &str, ours: Result<impl Answer, Fault>) {
        self.ask(format!("socket.{call}({})", python_text(text)), ours);
    }

    fn info(&mut self, host: Option<&str>, service: Option<&str>, numbers: [i32; 4]) {
        let [family, kind, proto, flags] = numbers;
        let text = |text: Option<&str>| text.map_or("None".into(), python_text);
        let python = format!(
            "socket.getaddrinfo({}, {}, {family}, {kind}, {proto}, {flags})",
            text(host),
            text(service)
        );
        let (host, service) = (host.map(str::to_owned), service.map(str::to_owned));
        self.ask(
            python,
            LiveNetwork.getaddrinfo(&Query {
                host,
                service,
                family,
                kind,
                proto,
                flags,
            }),
        );
    }

    fn name_info(&mut self, host: &str, extra: Option<(u32, u32)>, flags: i32) {
        let (host_text, port) = (python_text(host), 80);
        let host = host.to_owned();
        let (python, target) = match extra {
            None => (
                format!("({host_text}, {port})"),
                Target::Inet { host, port },
            ),
            Some((flowinfo, scope_id)) => (
                format!("({host_text}, {port}, {flowinfo}, {scope_id})"),
                Target::Inet6 {
                    host,
                    port,
                    flowinfo,
                    scope_id,
                },
            ),
        };
        let ours =
            literal_address(&LiveNetwork, &target).and_then(|a| LiveNetwork.getnameinfo(&a, flags));
        self.ask(format!("socket.getnameinfo({python}, {flags})"), ours);
    }

    /// Compares with Python's answers, where there is a Python.
    #[track_caller]
    fn compare(self) {
        // A file, because two full pipes would wait for each other for ever.
        let mut asked = tempfile::tempfile().unwrap();
        for (python, _) in &self.0 {
            writeln!(asked, "{python}").unwrap();
        }
        asked.rewind().unwrap();
        let Some(python) = machine::python() else {
            return;
        };
        let output = Command::new(python)
            .args(["-X", "utf8", "-c", ASK_PYTHON])
            .stdin(asked)
            .output()
            .unwrap();
        let answers = String::from_utf8(output.stdout).unwrap();
        assert_eq!(
            answers.lines().count(),
            self.0.len(),
            "python3 stopped early"
        );
        let differences: Vec<String> = answers
            .lines()
            .zip(&self.0)
            .filter(|(theirs, (_, ours))| theirs != ours)
            .map(|(theirs, (python, ours))| {
                format!("{python}\n  Python: {theirs}\n  ours:   {ours}")
            })
            .collect();
        assert!(differences.is_empty(), "{}", differences.join("\n"));
    }
}

fn python_text(text: &str) -> String {
    let escaped = text.chars().map(|letter| match letter {
        ' '..='~' if letter != '"' && letter != '\\' => letter.to_string(),
        _ => format!("\\U{:08x}", u32::from(letter)),
    });
    format!("\"{}\"", escaped.collect::<String>())
}
