//! The cases: sections of text files.
//!
//! ```text
//! ## an-id
//! # stands for test_socket.py::Class.test
//! needs: ipv6 resolver
//! says: a word that both error messages must have
//! py:
//!   Python, the last expression is the value
//! rhai:
//!   rhai, the last expression is the value
//! ```
//! `both: CODE` stands for the same line on both sides; `within: yes` says that ours may list more;
//! `needs: python>=3.12` (or `<`) says in which versions of Python the case holds.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::matrix;

/// One comparison.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) file: String,
    pub(crate) python: String,
    pub(crate) rhai: String,
    pub(crate) needs: Vec<String>,
    pub(crate) says: Option<String>,
    pub(crate) within: bool,
}

/// The cases of every file, in order.
pub(crate) fn all() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/cases");
    let entries = fs::read_dir(folder).expect("the cases' folder is here");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    paths.sort();
    let (tables, texts): (Vec<PathBuf>, Vec<PathBuf>) = paths
        .into_iter()
        .partition(|path| path.extension().is_some_and(|ending| ending == "matrix"));
    let mut cases: Vec<Case> = texts.iter().flat_map(|path| read(path)).collect();
    let body = |case: &Case| (case.python.clone(), case.rhai.clone());
    let written: BTreeSet<_> = cases.iter().map(body).collect();
    let made = tables.iter().flat_map(|path| matrix::read(path));
    // What somebody has written already needs no second one.
    cases.extend(made.filter(|case| !written.contains(&body(case))));
    cases
}

fn read(path: &Path) -> Vec<Case> {
    let text = fs::read_to_string(path).expect("a readable file of cases");
    let file = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut cases: Vec<Case> = Vec::new();
    let mut part = "";
    for (at, line) in text.lines().enumerate() {
        let place = format!("{file}:{}", at + 1);
        if let Some(id) = line.strip_prefix("## ") {
            part = "";
            cases.push(Case {
                id: id.trim().into(),
                file: place,
                python: String::new(),
                rhai: String::new(),
                needs: Vec::new(),
                says: None,
                within: false,
            });
            continue;
        }
        let Some(case) = cases.last_mut() else {
            continue; // what comes before the first case introduces the file
        };
        let indented = line.strip_prefix("  ");
        match (line.split_once(':'), indented) {
            (_, Some(code)) if part == "py" => push(&mut case.python, code),
            (_, Some(code)) if part == "rhai" => push(&mut case.rhai, code),
            (Some((key @ ("py" | "rhai"), rest)), _) => {
                part = key;
                let side = if key == "py" {
                    &mut case.python
                } else {
                    &mut case.rhai
                };
                push(side, rest.trim());
            }
            (Some(("both", code)), _) => {
                push(&mut case.python, code.trim());
                push(&mut case.rhai, code.trim());
            }
            (Some(("needs", words)), _) => {
                case.needs
                    .extend(words.split_whitespace().map(String::from));
            }
            (Some(("within", _)), _) => case.within = true,
            (Some(("says", word)), _) => case.says = Some(word.trim().into()),
            _ => assert!(
                line.trim().is_empty() || line.starts_with('#'),
                "{place}: what is `{line}`?"
            ),
        }
    }
    for case in &cases {
        let whole = !case.python.is_empty() && !case.rhai.is_empty();
        assert!(whole, "{}: `{}` lacks a side", case.file, case.id);
    }
    cases
}

fn push(side: &mut String, line: &str) {
    if !(side.is_empty() && line.is_empty()) {
        side.push_str(line);
        side.push('\n');
    }
}
