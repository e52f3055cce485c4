//! The code's own rules: who may use whom, which package is named where, and how files are kept.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// Each layer with those it may use, the lower ones only: the map of `src/lib.rs` as a table.
const LAYERS: &[(&str, &[&str])] = &[
    ("cli", &["commands", "prompt", "console", "term", "error"]),
    (
        "commands",
        &[
            "prompt", "lesson", "console", "script", "term", "lab", "net", "repr", "error",
        ],
    ),
    ("prompt", &["console", "script", "term", "repr", "error"]),
    ("lesson", &["console", "script", "term", "net", "repr"]),
    ("console", &["script", "term", "net", "trace", "repr"]),
    ("term", &["script", "repr"]),
    ("script", &["net", "repr"]),
    ("lab", &["net"]),
    ("error", &[]),
    ("net", &["trace", "repr"]),
    ("trace", &["repr"]),
    ("repr", &[]),
];

/// The packages that only one layer names.
const HOMES: &[(&str, &str)] = &[
    ("rhai", "script"),
    ("rustyline", "prompt"),
    ("socket2", "net"),
    ("dns_lookup", "net"),
    ("libc", "net"),
    ("domain", "lab"),
    ("hyper", "lab"),
    ("tokio", "lab"),
    ("textwrap", "term"),
    ("terminal_size", "term"),
];

/// Files over 500 lines, each with its reason.
const LONG: &[(&str, &str)] = &[(
    "script/suggest/tests.rs",
    "a case for each habit that is mended",
)];

/// A file of `src`: its path there, and its text.
struct File {
    path: String,
    text: String,
}

impl File {
    /// The layer it belongs to; nothing for the roots of the library and of the binaries.
    fn layer(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        match first.strip_suffix(".rs").unwrap_or(first) {
            "lib" | "main" | "bin" => "",
            layer => layer,
        }
    }

    /// Where the file's module stands: `net/socket/mod.rs` is `net`, `socket`.
    fn depth(&self) -> usize {
        let path = self.path.strip_suffix("/mod.rs").unwrap_or(&self.path);
        path.split('/').count()
    }

    /// The lines that are code, with their numbers: comments are left out.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let numbered = self
            .text
            .lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line));
        numbered.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// The layers that its code names, each with the line.
    fn uses(&self) -> Vec<(usize, String)> {
        let one = Regex::new(r"\bcrate::(\w+)").expect("a pattern");
        let group = Regex::new(r"\bcrate::\{([^;]*)").expect("a pattern");
        let upward = Regex::new(r"\b((?:super::)+)(\w+)").expect("a pattern");
        let mut uses = Vec::new();
        for (number, line) in self.code() {
            uses.extend(
                one.captures_iter(line)
                    .map(|found| (number, found[1].to_string())),
            );
            for found in group.captures_iter(line) {
                uses.extend(found[1].split(',').filter_map(|part| {
                    let name = part.trim().split([':', '}', ' ']).next()?;
                    (!name.is_empty()).then(|| (number, name.to_string()))
                }));
            }
            // As many steps up as the module is deep lead to the crate's root.
            for found in upward.captures_iter(line) {
                if found[1].matches("super").count() == self.depth() {
                    uses.push((number, found[2].to_string()));
                }
            }
        }
        uses
    }
}

/// Every file of `src`.
fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    gather(&root, &root, &mut found);
    assert!(found.len() > 50, "src was not found");
    found
}

fn gather(root: &Path, folder: &Path, found: &mut Vec<File>) {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder of src")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            gather(root, &path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).expect("a file of src");
            let path = path.strip_prefix(root).expect("it lies in src");
            found.push(File {
                path: path.display().to_string(),
                text,
            });
        }
    }
}

/// What is wrong with the layers that a file uses.
fn upward_edges(file: &File) -> Vec<String> {
    let layer = file.layer();
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
        let unknown = !layer.is_empty();
        return unknown
            .then(|| format!("src/{}: `{layer}` is no layer of the table", file.path))
            .into_iter()
            .collect();
    };
    let is_layer = |name: &str| LAYERS.iter().any(|(layer, _)| *layer == name);
    file.uses()
        .into_iter()
        .filter(|(_, used)| is_layer(used) && used != layer && !allowed.contains(&used.as_str()))
        .map(|(line, used)| format!("src/{}:{line}: {layer} uses {used}", file.path))
        .collect()
}

/// What is wrong with the packages that a file names.
fn strangers(file: &File) -> Vec<String> {
    let mut wrong = Vec::new();
    for (package, home) in HOMES {
        let named = Regex::new(&format!(
            r"(^|[^\w.:])(::)?{package}::|\buse (::)?{package}\b"
        ))
        .expect("a pattern");
        if file.layer() != *home {
            let lines = file.code().filter(|(_, line)| named.is_match(line));
            wrong.extend(lines.map(|(line, _)| {
                format!(
                    "src/{}:{line}: names {package}, which is {home}'s",
                    file.path
                )
            }));
        }
    }
    wrong
}

#[track_caller]
fn assert_none(what: &str, wrong: impl IntoIterator<Item = String>) {
    let wrong: Vec<String> = wrong.into_iter().collect();
    assert!(wrong.is_empty(), "{what}:\n{}", wrong.join("\n"));
}

fn file(path: &str, text: &str) -> File {
    File {
        path: path.into(),
        text: text.into(),
    }
}

#[test]
fn no_layer_uses_a_higher_one() {
    assert_none("upward edges", files().iter().flat_map(upward_edges));
}

#[test]
fn an_upward_edge_would_be_found() {
    for (path, text) in [
        ("net/poll.rs", "use crate::script::show;"),
        ("net/socket/mod.rs", "fn f() { crate::console::watch(); }"),
        ("net/socket/mod.rs", "use super::super::lab::Lab;"),
        ("net/poll.rs", "use super::super::lab::Lab;"),
        (
            "script/show.rs",
            "use crate::{net::error::Cause, lesson::parse};",
        ),
        ("lab/mod.rs", "use crate::script::engine::Engine;"),
        ("prompt/editor.rs", "use crate::commands::Command;"),
        ("lesson/run.rs", "use crate::lab::Lab;"),
        ("console/mod.rs", "    let lab = crate::lab::Lab::new(&[]);"),
        ("trace/mod.rs", "pub(crate) use crate::net::error::Cause;"),
        ("console.rs", "use super::prompt;"),
        ("novelty/mod.rs", ""),
    ] {
        assert_eq!(upward_edges(&file(path, text)).len(), 1, "{path}: {text}");
    }
    for (path, text) in [
        ("net/socket/mod.rs", "use super::error::Cause;"),
        (
            "net/socket/mod.rs",
            "use crate::net::error::Cause; // crate::net is below",
        ),
        ("net/poll.rs", "/// See [`crate::script`]."),
        ("commands/lesson/run.rs", "use crate::lab::Lab;"),
        ("main.rs", "fn main() -> ExitCode { socklab::cli::main() }"),
    ] {
        assert_none(path, upward_edges(&file(path, text)));
    }
}

#[test]
fn the_table_of_layers_has_no_cycle() {
    // Each row uses only rows below it.
    for (at, (layer, allowed)) in LAYERS.iter().enumerate() {
        for used in *allowed {
            let below = LAYERS[at + 1..].iter().any(|(name, _)| name == used);
            assert!(
                below,
                "`{layer}` may use `{used}`, which does not stand below it"
            );
        }
    }
}

#[test]
fn every_layer_of_the_library_is_in_the_table() {
    let lib = files()
        .into_iter()
        .find(|file| file.path == "lib.rs")
        .expect("src/lib.rs");
    let modules = Regex::new(r"(?m)^(?:pub(?:\(crate\))? )?mod (\w+);").expect("a pattern");
    let modules: BTreeSet<String> = modules
        .captures_iter(&lib.text)
        .map(|m| m[1].to_string())
        .collect();
    let table: BTreeSet<String> = LAYERS
        .iter()
        .map(|(layer, _)| (*layer).to_string())
        .collect();
    assert_eq!(modules, table);
}

#[test]
fn only_commands_build_labs() {
    let wrong = files()
        .into_iter()
        .filter(|file| !["commands", "lab"].contains(&file.layer()));
    assert_none(
        "labs built elsewhere",
        wrong.flat_map(|file| {
            let lines: Vec<usize> = file
                .code()
                .filter(|(_, line)| line.contains("Lab::new("))
                .map(|(n, _)| n)
                .collect();
            lines
                .into_iter()
                .map(move |line| format!("src/{}:{line}", file.path))
                .collect::<Vec<_>>()
        }),
    );
}

#[test]
fn each_package_is_named_in_its_home_only() {
    assert_none(
        "packages outside their homes",
        files().iter().flat_map(strangers),
    );
}

#[test]
fn a_package_outside_its_home_would_be_found() {
    for (path, text) in [
        ("net/poll.rs", "use rhai::Dynamic;"),
        ("script/show.rs", "    let fd: libc::c_int = 3;"),
        ("cli.rs", "use rustyline;"),
        ("lab/dns.rs", "use socket2::{Domain, Socket};"),
        ("console/mod.rs", "use ::libc::poll;"),
    ] {
        assert_eq!(strangers(&file(path, text)).len(), 1, "{path}: {text}");
    }
    for (path, text) in [
        ("script/show.rs", "use rhai::Dynamic;"),
        ("lesson/run.rs", "const ENDING: &str = \".rhai\";"),
        ("net/poll.rs", "// As rhai::Engine does."),
        ("script/engine.rs", "crate::script::rhai::x();"),
    ] {
        assert_none(path, strangers(&file(path, text)));
    }
}

#[test]
fn unsafe_stands_in_net_only_and_each_says_why() {
    let keyword = Regex::new(r"\bunsafe\b(\s*\{|\s+(fn|impl|extern)\b)").expect("a pattern");
    let mut wrong = Vec::new();
    for file in files() {
        let lines: Vec<&str> = file.text.lines().collect();
        for (number, line) in file.code().filter(|(_, line)| keyword.is_match(line)) {
            let before = lines[number.saturating_sub(8)..number].iter();
            let says_why = before.clone().any(|line| line.contains("SAFETY:"));
            // A declaration is no code that could go wrong; the blocks inside say why.
            let declares = line.contains("extern") || line.contains("unsafe fn");
            if file.layer() != "net" || !(says_why || declares) {
                wrong.push(format!("src/{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    assert_none("unsafe code", wrong);
}

#[test]
fn a_file_over_500_lines_has_a_reason() {
    let files = files();
    let long: Vec<&File> = files
        .iter()
        .filter(|file| file.text.lines().count() > 500)
        .collect();
    let listed = |file: &File| LONG.iter().any(|(path, _)| *path == file.path);
    assert_none(
        "long files",
        long.iter().filter(|file| !listed(file)).map(|file| {
            format!(
                "src/{}: {} lines, and no reason in LONG",
                file.path,
                file.text.lines().count()
            )
        }),
    );
    let stale = LONG
        .iter()
        .filter(|(path, _)| !long.iter().any(|file| file.path == *path));
    assert_none(
        "reasons that nothing needs",
        stale.map(|(path, _)| (*path).to_string()),
    );
}

#[test]
fn every_file_opens_with_its_responsibility() {
    let silent = files()
        .into_iter()
        .filter(|file| !file.text.starts_with("//! "));
    assert_none(
        "files without a first line",
        silent.map(|file| format!("src/{}", file.path)),
    );
}

#[test]
fn no_file_is_a_drawer_for_anything() {
    let drawers = Regex::new(r"(^|/)(util|utils|helper|helpers|misc|common)(\.rs|/)|manager")
        .expect("a pattern");
    let found = files()
        .into_iter()
        .filter(|file| drawers.is_match(&file.path));
    assert_none("drawers", found.map(|file| file.path));
}

#[test]
fn imports_name_what_they_take() {
    let glob = Regex::new(r"^\s*(pub(\(\w+\))? )?use .*\*[;,}]").expect("a pattern");
    assert_none(
        "glob imports",
        files().iter().flat_map(|file| {
            file.code()
                // Whose authors mean it to be taken whole.
                .filter(|(_, line)| glob.is_match(line) && !line.contains("proptest::prelude::*"))
                .map(|(line, text)| format!("src/{}:{line}: {}", file.path, text.trim()))
                .collect::<Vec<_>>()
        }),
    );
}

#[test]
fn only_main_ends_the_process_and_nothing_looks_whether_it_is_tested() {
    let calls =
        Regex::new(r"process::(exit|abort)\(|cfg!\(test\)|SOCKLAB_TEST").expect("a pattern");
    assert_none(
        "calls",
        files().iter().flat_map(|file| {
            file.code()
                .filter(|(_, line)| calls.is_match(line))
                .map(|(line, text)| format!("src/{}:{line}: {}", file.path, text.trim()))
                .collect::<Vec<_>>()
        }),
    );
}
