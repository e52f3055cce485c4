//! The table is whole, sorted and documented, and agrees with Python on the same machine.

use std::collections::BTreeMap;
use std::process::Command;

use super::{all, find, name_of, with_prefix};
use crate::machine;
use crate::net::sys::errno;

#[test]
fn names_are_sorted_and_unique() {
    for (left, right) in all().zip(all().skip(1)) {
        assert!(
            left.name < right.name,
            "{} before {}",
            left.name,
            right.name
        );
    }
}

#[test]
fn every_constant_has_one_line_of_documentation() {
    for constant in all() {
        let doc = constant.doc;
        assert!(
            !doc.trim().is_empty() && !doc.contains('\n'),
            "{}",
            constant.name
        );
        assert!(
            !doc.ends_with('.') && doc.chars().count() <= 100,
            "{}: {doc}",
            constant.name
        );
    }
}

#[test]
fn every_constant_is_found_by_its_name() {
    for constant in all() {
        assert_eq!(find(constant.name), Some(constant));
    }
    for name in ["", "AF_", "AF_INET7", "af_inet", "\0", "zzz", "É"] {
        assert_eq!(find(name), None, "{name:?}");
    }
}

#[test]
fn a_prefix_gives_all_its_names_and_no_others() {
    for prefix in [
        "", "AF_", "E", "EAI_", "IP_", "IPPROTO_", "SO_", "SOCK_", "has_", "Q", "É",
    ] {
        let found: Vec<_> = with_prefix(prefix).collect();
        let expected: Vec<_> = all().filter(|c| c.name.starts_with(prefix)).collect();
        assert_eq!(found, expected, "{prefix}");
    }
}

#[test]
fn numbers_are_told_by_their_usual_names() {
    let usual = [
        ("AF_", "AF_INET"),
        ("AF_", "AF_UNIX"),
        ("AF_", "AF_UNSPEC"),
        ("SOCK_", "SOCK_STREAM"),
        ("IPPROTO_", "IPPROTO_IP"),
        ("IPPROTO_", "IPPROTO_TCP"),
        ("IPPROTO_", "IPPROTO_IPV6"),
        ("E", "EAGAIN"),
        ("E", "ECONNREFUSED"),
        ("E", "EOPNOTSUPP"),
        ("EAI_", "EAI_NONAME"),
        ("SO_", "SO_DEBUG"),
        ("SO_", "SO_REUSEADDR"),
        ("SO_", "SO_TYPE"),
        ("SO_", "SO_ERROR"),
        ("SOL_", "SOL_SOCKET"),
        ("SOL_", "SOL_IP"),
        ("IP_", "IP_TOS"),
        ("IPV6_", "IPV6_V6ONLY"),
        ("INADDR_", "INADDR_BROADCAST"),
        ("SHUT_", "SHUT_RD"),
        ("SCM_", "SCM_RIGHTS"),
        ("POLL", "POLLIN"),
        ("POLL", "POLLOUT"),
        ("NI_", "NI_NUMERICHOST"),
        ("MSG_", "MSG_PEEK"),
        ("TCP_", "TCP_NODELAY"),
    ];
    for (prefix, name) in usual {
        let value = find(name)
            .unwrap_or_else(|| panic!("{name} is missing"))
            .value;
        assert_eq!(name_of(prefix, value), Some(name));
    }
    assert_eq!(name_of("E", 0x0800), None, "errno and ETHERTYPE_ are apart");
    assert_eq!(name_of("AF_", 9999), None);
    assert_eq!(
        name_of("E", i64::from(libc::EAI_NONAME)),
        None,
        "errno and EAI_ are apart"
    );
}

#[test]
fn an_errno_has_the_same_name_here_and_in_errors() {
    for entry in errno::SYSTEM {
        assert_eq!(name_of("E", entry.value.into()), Some(entry.name));
    }
}

/// Names of Python that the table leaves out, and why.
fn left_out(module: &str, name: &str) -> bool {
    // The package waits by poll alone; epoll's names would be there without a use, and the length
    // of a pipe's buffer belongs to no socket.
    module == "select" && (name.starts_with("EPOLL") || name == "PIPE_BUF")
}

/// The newest Python whose every name the table must have; a later one may have more.
const NEWEST_KNOWN: (i64, i64) = (3, 13);

/// Prints `module name value` for all integers that the three modules name like constants.
const LIST_NAMES: &str = "
import errno, select, socket, sys
print('sys', 'major', sys.version_info.major)
print('sys', 'minor', sys.version_info.minor)
for module in (socket, errno, select):
    for name in dir(module):
        value = getattr(module, name)
        if isinstance(value, int) and (name.isupper() or name in ('AF_DECnet', 'has_ipv6')):
            print(module.__name__, name, int(value))
";

#[test]
fn names_and_values_are_those_of_cpython() {
    let Some(python) = machine::python() else {
        return;
    };
    let output = Command::new(python)
        .args(["-I", "-c", LIST_NAMES])
        .output()
        .unwrap();
    let listed = String::from_utf8(output.stdout).unwrap();
    let mut theirs: BTreeMap<(&str, &str), i64> = listed
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            Some(((words.next()?, words.next()?), words.next()?.parse().ok()?))
        })
        .collect();
    let version = (
        theirs.remove(&("sys", "major")),
        theirs.remove(&("sys", "minor")),
    );
    let (Some(major), Some(minor)) = version else {
        panic!("{}", String::from_utf8_lossy(&output.stderr));
    };
    let mut missing = Vec::new();
    let mut different = Vec::new();
    for ((module, name), value) in theirs {
        match find(name) {
            Some(ours) if ours.value == value => {}
            Some(ours) => different.push(format!("{name}: ours {}, theirs {value}", ours.value)),
            None if left_out(module, name) => {}
            None => missing.push(name),
        }
    }
    assert_eq!(
        different,
        Vec::<String>::new(),
        "values differ from those of CPython"
    );
    if (major, minor) > NEWEST_KNOWN || cfg!(not(target_os = "linux")) {
        println!("names of CPython {major}.{minor} that the table lacks: {missing:?}");
    } else {
        assert_eq!(
            missing,
            Vec::<&str>::new(),
            "names that CPython {major}.{minor} has"
        );
    }
}
