//! The lab and the C library agree on every question that needs no name: asked through Python, in
//! a network namespace, so that no packet can leave.

use std::process::Command;

use super::lab;
use crate::lab::Lab;
use crate::machine;
use crate::net::address::Address;
use crate::net::error::Cause;
use crate::net::network::{Network, Query};

/// Prints `host|service|family|kind|proto|flags=>answer` for a grid of questions. Families 0 2 10
/// 1, kinds and protocols that exist and that do not, and every flag that changes an answer.
const ASK: &str = r#"
import itertools, platform, socket
if platform.libc_ver()[0] != "glibc":
    raise SystemExit
for host, service, family, kind, proto, flags in itertools.product(
        [None, "127.0.0.1", "::1", "::ffff:1.2.3.4", "127.1", "fe80::1%5", "*", ""],
        [None, "80", "nope", "", "-1", "080", "+80", " 80", "80x"],
        [0, 2, 10, 1], [0, 1, 2, 3, 5, 9], [0, 6, 17, 1, 132, 136, 255],
        [0, 1, 2, 4, 8, 0x18, 0x400, 0x800, 3]):
    try:
        infos = socket.getaddrinfo(host, service, family, kind, proto, flags)
        shown = ";".join(f"{int(i[0])},{int(i[1])},{i[2]},{i[3]},{i[4][0]},{i[4][1]}" for i in infos)
    except socket.gaierror as error:
        shown = str(error.errno)
    print(f"{host}|{service}|{family}|{kind}|{proto}|{flags}=>{shown}")
"#;

#[test]
#[cfg(target_os = "linux")]
fn numeric_questions_get_the_c_librarys_answers() {
    // A new namespace has IPv6; this machine might not.
    if !machine::network_namespaces() || !machine::ipv6() {
        return;
    }
    let Some(python) = machine::python() else {
        return;
    };
    let script = "ip link set lo up && exec \"$0\" -c \"$1\"";
    let output = Command::new("unshare")
        .args(["-rn", "sh", "-c", script, &python, ASK])
        .output()
        .unwrap();
    let lab = lab();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let (question, theirs) = line.split_once("=>").unwrap();
        assert_eq!(answer(&lab, question), theirs, "{question}");
    }
}

fn answer(lab: &Lab, question: &str) -> String {
    let parts: Vec<&str> = question.split('|').collect();
    let text = |place: usize| (parts[place] != "None").then(|| parts[place].to_owned());
    let number = |place: usize| parts[place].parse::<i32>().unwrap();
    let query = Query {
        host: text(0),
        service: text(1),
        family: number(2),
        kind: number(3),
        proto: number(4),
        flags: number(5),
    };
    match lab.getaddrinfo(&query) {
        Err(fault) => match fault.cause {
            Cause::Lookup(code) => code.to_string(),
            other => format!("{other:?}"),
        },
        Ok(infos) => {
            let shown = infos.iter().map(|info| {
                let Address::Inet(addr) = &info.addr else {
                    panic!("{info:?}")
                };
                // Python keeps an IPv6 address's scope apart.
                let (ip, port) = (addr.ip(), addr.port());
                format!(
                    "{},{},{},{},{ip},{port}",
                    info.family, info.kind, info.proto, info.canonname
                )
            });
            shown.collect::<Vec<_>>().join(";")
        }
    }
}
