//! The names that CPython has and socklab lacks: each is in `differences.md` with its reason.

use std::collections::BTreeSet;
use std::process::Command;

use crate::machine;

const LIST: &str = include_str!("differences.md");

/// Names of modules, of sockets, and of what waits for them.
const THEIRS: &str = "import socket, select
names = set(dir(socket)) | set(dir(socket.socket)) | set(dir(select))
print('\\n'.join(sorted(name for name in names if not name.startswith('_'))))";
const OURS: &str = "for name in dir() { print(name) }\nfor name in dir(socket()) { print(name) }";

#[test]
fn every_name_of_cpython_is_here_or_has_its_reason() {
    let Some(python) = machine::python() else {
        return;
    };
    let theirs = lines(Command::new(python).args(["-I", "-c", THEIRS]));
    let ours = lines(Command::new(env!("CARGO_BIN_EXE_socklab")).args(["-c", OURS]));
    let listed: BTreeSet<&str> = LIST
        .lines()
        .filter_map(|line| line.strip_prefix("- `")?.split_once("`: "))
        .map(|(name, _reason)| name)
        .collect();
    let is_listed = |name: &str| {
        listed.contains(name)
            || listed
                .iter()
                .filter_map(|entry| entry.strip_suffix('*'))
                .any(|start| name.starts_with(start))
    };
    let missing: Vec<&String> = theirs
        .difference(&ours)
        .filter(|name| !is_listed(name))
        .collect();
    assert!(missing.is_empty(), "neither here nor listed: {missing:?}");
    let come: Vec<&&str> = listed.iter().filter(|name| ours.contains(**name)).collect();
    assert!(come.is_empty(), "listed as absent, but here: {come:?}");
}

fn lines(command: &mut Command) -> BTreeSet<String> {
    let output = command.output().expect("the program starts");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(String::from)
        .collect()
}
