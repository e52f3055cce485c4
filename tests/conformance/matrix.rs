//! Cases that a table makes: each call of a file `*.matrix` with each argument in the marked place.
//!
//! ```text
//! argument true: True | true          in Python, in rhai
//! given tcp: s = socket.socket() | let s = socket()
//!
//! [tcp]                               what the calls below begin with; [] is nothing
//! settimeout: s.settimeout(<1>)       <1> is a good value in the marked place
//! recv: s.recv(<1>) !huge             but not with this argument
//! shutdown: s.shutdown(<2>) @python>=3.10    where the place offers this, as `needs:` in a case
//! ```
//! The case `kind-settimeout-true` is `s.settimeout(True)` after `s = socket.socket()`. Each call is also
//! tried without its marked argument and what follows it (`-missing`).

use std::fs;
use std::path::Path;

use crate::case::Case;

/// A word of the table with what it is on both sides.
struct Pair<'a> {
    name: &'a str,
    python: &'a str,
    rhai: &'a str,
}

fn pair(row: &str) -> Option<Pair<'_>> {
    let (name, sides) = row.split_once(": ")?;
    let (python, rhai) = sides.split_once(" | ")?;
    Some(Pair { name, python, rhai })
}

/// The cases of a table.
pub(crate) fn read(path: &Path) -> Vec<Case> {
    let text = fs::read_to_string(path).expect("a readable table of cases");
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let (mut arguments, mut givens) = (Vec::new(), Vec::new());
    let mut given = "";
    let mut cases = Vec::new();
    for (row, number) in text.lines().map(str::trim).zip(1..) {
        let place = format!("{file}:{number}");
        if row.is_empty() || row.starts_with('#') {
        } else if let Some(row) = row.strip_prefix("argument ") {
            arguments.push(pair(row).unwrap_or_else(|| panic!("{place}: what is `{row}`?")));
        } else if let Some(row) = row.strip_prefix("given ") {
            givens.push(pair(row).unwrap_or_else(|| panic!("{place}: what is `{row}`?")));
        } else if let Some(name) = row.strip_prefix('[').and_then(|row| row.strip_suffix(']')) {
            given = name;
        } else {
            let begin = givens.iter().find(|pair| pair.name == given);
            assert!(given.is_empty() || begin.is_some(), "{place}: no `{given}`");
            cases.extend(of_call(row, begin, &arguments, &place));
        }
    }
    cases
}

/// The cases of one call.
fn of_call(row: &str, given: Option<&Pair<'_>>, arguments: &[Pair<'_>], place: &str) -> Vec<Case> {
    let mut needs = row.split(" @");
    let row = needs.next().unwrap_or_default();
    let needs: Vec<String> = needs.map(String::from).collect();
    let mut words = row.split(" !");
    let call = words.next().and_then(|call| call.split_once(": "));
    let Some((name, call)) = call else {
        panic!("{place}: what is `{row}`?")
    };
    let without: Vec<&str> = words.collect();
    let (before, rest) = call
        .split_once('<')
        .unwrap_or_else(|| panic!("{place}: no `<`"));
    let (_good, after) = rest
        .split_once('>')
        .unwrap_or_else(|| panic!("{place}: no `>`"));
    let case = |argument: &str, python: String, rhai: String| Case {
        id: format!("kind-{name}-{argument}"),
        file: place.into(),
        python: given.map_or(String::new(), |given| format!("{}\n", given.python)) + &python + "\n",
        rhai: given.map_or(String::new(), |given| format!("{};\n", given.rhai)) + &rhai + "\n",
        needs: needs.clone(),
        says: None,
        within: false,
    };
    let mut cases: Vec<Case> = arguments
        .iter()
        .filter(|argument| !without.contains(&argument.name))
        .map(|argument| {
            let with = |value: &str| format!("{before}{value}{after}");
            case(argument.name, with(argument.python), with(argument.rhai))
        })
        .collect();
    if !without.contains(&"missing") {
        let cut = format!("{})", before.trim_end_matches([',', ' ']));
        cases.push(case("missing", cut.clone(), cut));
    }
    cases
}
