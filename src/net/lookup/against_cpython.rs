//! The same questions to us and to `CPython` on this machine: the answers have to agree. Only
//! numbers, local names and tables are asked of the machine itself; unknown hosts, aliases and
//! IPv6 in a namespace of its own, whose `/etc` knows a few hosts and no DNS server.

use std::fmt::{Display, Write as _};
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::process::{Command, Stdio};

use libc::{AF_INET, AF_INET6, AF_UNSPEC, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET, SOCK_STREAM};

use super::{getfqdn, gethostname, literal_address};
use crate::net::address::{Address, Target, resolve_target};
use crate::net::convert::{htonl, htons, inet_aton, inet_ntoa, inet_ntop, inet_pton, ntohl, ntohs};
use crate::net::error::{Cause, Fault};
use crate::net::interface::{if_indextoname, if_nameindex, if_nametoindex};
use crate::net::network::{AddrInfo, HostEntry, Network, Query};
use crate::net::system::System;

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
                std::net::SocketAddr::V4(_) => String::new(),
                std::net::SocketAddr::V6(v6) => format!(",{},{}", v6.flowinfo(), v6.scope_id()),
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
            System.getaddrinfo(&Query {
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
        let ours = literal_address(&System, &target).and_then(|a| System.getnameinfo(&a, flags));
        self.ask(format!("socket.getnameinfo({python}, {flags})"), ours);
    }

    /// Compares with Python's answers; silently content where there is no Python.
    #[track_caller]
    fn compare(self) {
        let Ok(mut python) = Command::new("python3")
            .args(["-X", "utf8", "-c", ASK_PYTHON])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
        else {
            return;
        };
        let asked: String = self
            .0
            .iter()
            .map(|(python, _)| format!("{python}\n"))
            .collect();
        python
            .stdin
            .take()
            .unwrap()
            .write_all(asked.as_bytes())
            .unwrap();
        let output = python.wait_with_output().unwrap();
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

#[test]
fn conversions_agree_with_cpython() {
    let mut questions = Questions::default();
    for text in [
        "1.2.3.4",
        "127.1",
        "1.2.3",
        "0x7f.1",
        "0177.1",
        "017700000001",
        "2130706433",
        "4294967296",
        "127.1 x",
        "127.1\tx",
        "127.1\u{b}x",
        "127.1x",
        "",
        " 1",
        "1.2.3.4.5",
        "1.2.3.",
        "1..2",
        "0x",
        "08.1",
        "256.1",
        "1.16777216",
        "1.2.65536",
        "-1",
        "+1",
        "1\n",
        "é",
        "00000000000000000001",
        "1\0",
    ] {
        questions.ask_text("inet_aton", text, inet_aton(text));
        questions.ask(
            format!("socket.inet_pton(socket.AF_INET, {})", python_text(text)),
            inet_pton(AF_INET, text),
        );
    }
    for text in [
        "::",
        "::1",
        "::1.2.3.4",
        "::ffff:1.2.3.4",
        "::ffff:0:1.2.3.4",
        "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "1::2:3:4:5:6:7:8",
        "1:2:3:4:5:6:1.2.3.4",
        "::1.2.3.04",
        "::00001",
        ":::",
        "1:2:3:4:5:6:7:8:",
        ":1::",
        "fe80::1%lo",
        "",
        "1.2.3.4",
        "::1\0",
        "1:2:3:4:5:6:7:1.2.3.4",
        "FE80::A",
    ] {
        questions.ask(
            format!("socket.inet_pton(socket.AF_INET6, {})", python_text(text)),
            inet_pton(AF_INET6, text),
        );
    }
    for length in [0, 3, 4, 5, 15, 16, 17] {
        let packed = vec![7; length];
        let python = format!("b'\\x07' * {length}");
        questions.ask(format!("socket.inet_ntoa({python})"), inet_ntoa(&packed));
        for family in [AF_INET, AF_INET6, 99] {
            let python = format!("socket.inet_ntop({family}, {python})");
            questions.ask(python, inet_ntop(family, &packed));
        }
    }
    for value in [
        0,
        1,
        80,
        65_535,
        65_536,
        -1,
        1 << 31,
        u32::MAX.into(),
        1 << 32,
        i64::MIN,
    ] {
        questions.ask(format!("socket.htons({value})"), htons(value));
        questions.ask(format!("socket.ntohs({value})"), ntohs(value));
        questions.ask(format!("socket.htonl({value})"), htonl(value));
        questions.ask(format!("socket.ntohl({value})"), ntohl(value));
    }
    questions.compare();
}

#[test]
fn every_shape_of_ipv6_address_reads_as_in_cpython() {
    let mut questions = Questions::default();
    for zeros in 0..=u8::MAX {
        let groups = (0..8).map(|bit| u16::from(zeros & (1 << bit) != 0) * (0x100 + bit));
        let mut packed: Vec<u8> = groups.flat_map(u16::to_be_bytes).collect();
        for _ in 0..2 {
            let python = format!("socket.inet_ntop(10, bytes.fromhex('{}'))", packed.answer());
            questions.ask(python, inet_ntop(AF_INET6, &packed));
            packed[10..12].copy_from_slice(&[0xff, 0xff]);
        }
    }
    questions.compare();
}

#[test]
fn services_protocols_and_interfaces_agree_with_cpython() {
    let mut questions = Questions::default();
    for name in [
        "http", "www", "ssh", "domain", "SSH", "nope", "", "é", "ssh\0", "syslog", "amqp",
    ] {
        questions.ask_text("getservbyname", name, System.getservbyname(name, None));
        for protocol in ["tcp", "udp", "TCP", "", "sctp", "t\0"] {
            questions.ask(
                format!(
                    "socket.getservbyname({}, {})",
                    python_text(name),
                    python_text(protocol)
                ),
                System.getservbyname(name, Some(protocol)),
            );
        }
    }
    for port in [0, 1, 7, 22, 53, 80, 443, 514, 5672, 9999, 65_535] {
        questions.ask(
            format!("socket.getservbyport({port})"),
            System.getservbyport(port, None),
        );
        for protocol in ["tcp", "udp", "TCP"] {
            questions.ask(
                format!("socket.getservbyport({port}, '{protocol}')"),
                System.getservbyport(port, Some(protocol)),
            );
        }
    }
    for name in [
        "tcp",
        "TCP",
        "Tcp",
        "udp",
        "icmp",
        "ipv6-icmp",
        "nope",
        "",
        "tcp\0",
    ] {
        questions.ask_text("getprotobyname", name, System.getprotobyname(name));
    }
    questions.ask("socket.if_nameindex()", if_nameindex());
    for name in ["lo", "nope", "", "lo\0", "averyveryverylongname"] {
        questions.ask_text("if_nametoindex", name, if_nametoindex(name));
    }
    for index in [-1, 0, 1, 9999] {
        questions.ask(
            format!("socket.if_indextoname({index})"),
            if_indextoname(index),
        );
    }
    questions.compare();
}

#[test]
fn numeric_hosts_agree_with_cpython() {
    let mut questions = Questions::default();
    for host in [
        "",
        "<broadcast>",
        "127.1",
        "0x7f.1",
        "1.2.3",
        "::1",
        "1.2.3.4",
        "a..b",
        ".",
    ] {
        questions.ask_text("gethostbyname", host, System.gethostbyname(host));
    }
    for host in ["127.1", "1.2.3.4", "::1", "fe80::1%1"] {
        questions.ask_text("gethostbyname_ex", host, System.gethostbyname_ex(host));
    }
    questions.ask_text("gethostbyaddr", "", System.gethostbyaddr(""));
    questions.ask("socket.gethostname()", gethostname());
    for host in [
        Some("127.1"),
        Some("::1"),
        Some("fe80::1%1"),
        Some("::1%5"),
        Some("::1%lo"),
    ] {
        for service in [
            None,
            Some("80"),
            Some("http"),
            Some("domain"),
            Some("nope"),
            Some(""),
        ] {
            for kind in [0, SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET, 99] {
                questions.info(host, service, [0, kind, 0, libc::AI_NUMERICHOST]);
            }
        }
    }
    for host in [
        None,
        Some("127.0.0.1"),
        Some("::1"),
        Some("1.2.3.4.5"),
        Some(""),
    ] {
        for family in [AF_UNSPEC, AF_INET, AF_INET6, 1, 99] {
            for flags in [
                0,
                libc::AI_PASSIVE,
                libc::AI_CANONNAME,
                libc::AI_NUMERICSERV,
                0x8,
                0x18,
                1 << 20,
            ] {
                let flags = flags | libc::AI_NUMERICHOST;
                questions.info(host, Some("80"), [family, 0, 0, flags]);
                questions.info(host, Some("www"), [family, SOCK_STREAM, 0, flags]);
            }
        }
    }
    for proto in [6, 17, 99, 132, -1] {
        questions.info(Some("::1"), Some("80"), [0, 0, proto, 0]);
        questions.info(Some("::1"), Some("http"), [0, SOCK_STREAM, proto, 0]);
    }
    for service in ["+80", " 80", "80 ", "0x50", "é", "65535"] {
        questions.info(Some("::1"), Some(service), [0, 0, 0, 0]);
    }
    questions.info(None, None, [0; 4]);
    for host in [
        "127.0.0.1",
        "127.1",
        "::1",
        "fe80::1",
        "0.0.0.0",
        "",
        "localhost",
    ] {
        questions.name_info(host, None, libc::NI_NUMERICHOST);
        questions.name_info(host, None, libc::NI_NUMERICHOST | libc::NI_DGRAM);
        questions.name_info(host, Some((0, 1)), 3);
        questions.name_info(host, Some((1 << 20, 0)), 3);
        questions.name_info(host, None, 1 << 20);
    }
    questions.compare();
}

/// The part that runs in the namespace, where no question leaves it.
#[test]
#[ignore = "runs in a namespace of its own, started by the test below"]
fn hosts_of_the_namespace() {
    let mut questions = Questions::default();
    for host in [
        "localhost",
        "server.lab.test",
        "server",
        "alias",
        "ALIAS",
        "v6only.test",
        "many.test",
        "both.test",
        "127.0.0.1",
        "10.1.1.1",
        "10.1.1.9",
        "fd00::1",
        "fd00::9",
        "nope.test",
        "",
        "<broadcast>",
        "::1",
        "127.1",
        "bücher.test",
        "a..b",
        "localhost.",
        "1.2.3.4 ",
        "256.1.1.1",
        "127.0.0.1%lo",
        "ß.test",
        "latin.test",
    ] {
        questions.ask_text("gethostbyname", host, System.gethostbyname(host));
        // Python refuses names that are not UTF-8.
        if host != "latin.test" {
            // The C library leaves the error of an earlier lookup for what cannot be a name.
            if host != "<broadcast>" {
                questions.ask_text("gethostbyname_ex", host, System.gethostbyname_ex(host));
            }
            questions.ask_text("gethostbyaddr", host, System.gethostbyaddr(host));
            questions.ask_text("getfqdn", host, getfqdn(&System, host));
        }
        for family in [AF_UNSPEC, AF_INET, AF_INET6] {
            for flags in [0, libc::AI_CANONNAME, libc::AI_NUMERICHOST] {
                if host != "latin.test" || flags == 0 {
                    questions.info(Some(host), Some("80"), [family, SOCK_STREAM, 0, flags]);
                }
            }
        }
        for flags in [0, libc::NI_NAMEREQD, libc::NI_NOFQDN, libc::NI_NUMERICHOST] {
            // Python looks at the labels of a name in most calls; we do in all.
            if host != "a..b" {
                questions.name_info(host, None, flags);
            }
        }
    }
    for host in ["127.0.0.1", "localhost", "", "<broadcast>", "many.test"] {
        let target = Target::Inet {
            host: host.into(),
            port: 0,
        };
        let ours = resolve_target(&System, &target, AF_INET).map(|address| match address {
            Address::Inet(address) => address.ip().to_string(),
            other => panic!("not an internet address: {other:?}"),
        });
        if ours.as_ref().is_ok_and(|ip| !ip.starts_with("10.")) {
            questions.ask(
                format!("near({}, 0, socket.AF_INET)", python_text(host)),
                ours,
            );
        }
    }
    questions.compare();

    let query = Query {
        host: Some("latin.test".into()),
        flags: libc::AI_CANONNAME,
        ..Query::default()
    };
    let infos = System.getaddrinfo(&query).unwrap();
    assert_eq!(infos[0].canonname, "caf\u{fffd}.test");
}

/// The part that runs in a namespace without tables of services and protocols.
#[test]
#[ignore = "runs in a namespace of its own, started by the test below"]
fn machines_without_a_table_of_services() {
    assert!(!std::path::Path::new("/etc/services").exists());
    assert_eq!(System.getservbyname("http", None).unwrap(), 80);
    assert_eq!(System.getservbyname("domain", Some("udp")).unwrap(), 53);
    assert!(System.getservbyname("http", Some("udp")).is_err());
    assert_eq!(System.getservbyport(443, Some("tcp")).unwrap(), "https");
    assert_eq!(System.getprotobyname("udp").unwrap(), 17);
    let ask = |service: &str, kind, flags| {
        let (host, service) = (Some("127.0.0.1".to_owned()), Some(service.to_owned()));
        System.getaddrinfo(&Query {
            host,
            service,
            kind,
            flags,
            ..Query::default()
        })
    };
    let http = "[[2,1,6,,[127.0.0.1,80]]]";
    assert_eq!(ask("http", 0, 0).unwrap().answer(), http);
    assert_eq!(ask("www", SOCK_STREAM, 0).unwrap().answer(), http);
    assert_eq!(
        ask("domain", 0, 0).unwrap().answer(),
        "[[2,1,6,,[127.0.0.1,53]],[2,2,17,,[127.0.0.1,53]]]"
    );
    for (service, kind, flags) in [
        ("http", SOCK_DGRAM, 0),
        ("nope", 0, 0),
        ("http", 0, libc::AI_NUMERICSERV),
    ] {
        let fault = ask(service, kind, flags).unwrap_err();
        assert!(matches!(
            fault.cause,
            Cause::Lookup(libc::EAI_SERVICE | libc::EAI_NONAME)
        ));
    }
    let web = "127.0.0.1:80".parse().unwrap();
    assert_eq!(System.getnameinfo(&web, 0).unwrap().1, "http");
    assert_eq!(System.getnameinfo(&web, libc::NI_DGRAM).unwrap().1, "80");
    assert_eq!(
        System.getnameinfo(&web, libc::NI_NUMERICSERV).unwrap().1,
        "80"
    );
}

/// Runs an ignored test of this file in user, network and mount namespaces with an `/etc` that
/// has these lines of hosts, no DNS server, and tables of services as wished. False where the
/// machine allows no namespaces.
#[track_caller]
fn in_a_namespace(test: &str, hosts: &[u8], keep_services: bool) -> bool {
    let usable = Command::new("unshare").args(["-rnm", "true"]).output();
    if !usable.is_ok_and(|output| output.status.success()) {
        return false;
    }
    let etc = tempfile::tempdir().unwrap();
    let write =
        |name: &str, content: &[u8]| std::fs::write(etc.path().join(name), content).unwrap();
    write("hosts", hosts);
    write(
        "resolv.conf",
        b"nameserver 127.0.0.1\noptions timeout:1 attempts:1\n",
    );
    write(
        "nsswitch.conf",
        b"hosts: files dns\nservices: files\nprotocols: files\n",
    );
    if keep_services {
        for name in ["services", "protocols"] {
            if let Ok(content) = std::fs::read(std::path::Path::new("/etc").join(name)) {
                write(name, &content);
            }
        }
    }
    let script = "mount --bind \"$1\" /etc && { ip link set lo up || true; } && exec \"$2\" --exact \
                  --ignored --nocapture \"$3\"";
    let output = Command::new("unshare")
        .args(["-rnm", "sh", "-c", script, "sh"])
        .arg(etc.path())
        .arg(std::env::current_exe().unwrap())
        .arg(format!("net::lookup::against_cpython::{test}"))
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let told = text(&output.stdout) + &text(&output.stderr);
    assert!(
        output.status.success() && told.contains("1 passed"),
        "{told}"
    );
    true
}

#[test]
fn names_agree_with_cpython_in_a_namespace_of_their_own() {
    let hosts = b"127.0.0.1 localhost\n::1 localhost\n\
        10.1.1.1 server.lab.test server alias\n\
        fd00::1 v6only.test\n\
        10.1.2.1 many.test\n10.1.2.2 many.test\n10.1.2.3 many.test other\n\
        10.1.3.1 both.test\nfd00::3 both.test\n\
        10.1.4.1 short full.example.test\n\
        10.1.5.1 caf\xe9.test latin.test\n";
    in_a_namespace("hosts_of_the_namespace", hosts, true);
}

#[test]
fn the_embedded_table_stands_in_where_the_machine_has_none() {
    in_a_namespace(
        "machines_without_a_table_of_services",
        b"127.0.0.1 localhost\n",
        false,
    );
}
