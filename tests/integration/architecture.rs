//! The code's own rules: who may use whom, which package is named where, and how files are kept.

mod circles;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use regex::Regex;

use circles::{circles, imports};
use source::{FILES, File};

/// Each layer with those it may use, the lower ones only: the map of `src/lib.rs` as a table.
const LAYERS: &[(&str, &[&str])] = &[
    (
        "cli",
        &["commands", "prompt", "console", "term", "net", "error"],
    ),
    (
        "commands",
        &[
            "prompt", "lesson", "console", "script", "term", "lab", "net", "trace", "repr",
            "files", "error",
        ],
    ),
    (
        "prompt",
        &["console", "script", "term", "repr", "files", "error"],
    ),
    (
        "lesson",
        &["console", "script", "term", "net", "trace", "repr", "files"],
    ),
    ("console", &["script", "term", "net", "trace", "repr"]),
    ("term", &["script", "net", "trace", "repr"]),
    ("script", &["net", "trace", "repr"]),
    ("lab", &["net", "trace"]),
    ("error", &[]),
    ("files", &["net"]),
    ("net", &["trace", "repr"]),
    ("trace", &["repr"]),
    ("repr", &[]),
];

/// The packages that only one module names.
const HOMES: &[(&str, &str)] = &[
    ("rhai", "script"),
    ("rustyline", "prompt"),
    ("socket2", "net"),
    ("landlock", "net"),
    ("dns_lookup", "net"),
    ("libc", "net/sys"),
    ("domain", "lab"),
    ("etherparse", "trace"),
    ("pcap_file", "trace"),
    ("netlink_packet_core", "lab"),
    ("netlink_packet_route", "lab"),
    ("hyper", "lab"),
    ("tokio", "lab"),
    ("textwrap", "term"),
    ("terminal_size", "term"),
];

/// Files over 500 lines, each with its reason.
const LONG: &[(&str, &str)] = &[];

/// Names that several types share on purpose.
const FAMILIES: &[(&str, &str)] = &[
    ("Args", "what a command takes, one for each command"),
    ("Error", "a layer's own: `crate::Error` sums them up"),
    ("Ioctl", "what Linux and macOS have apart"),
    ("ThreadNumber", "what Linux and macOS have apart"),
];

/// Folders whose files of one name are parallels, each with what the two are.
const PARALLELS: &[(&str, &str, &str)] = &[
    ("commands", "", "a command, and the layer that it shows"),
    ("bin", "", "a program, and the layer that it begins"),
    (
        "commands/lesson",
        "lesson",
        "a word of `lesson`, and what it does",
    ),
    (
        "commands/lesson",
        "lesson/authoring",
        "a word of `lesson`, and what it does",
    ),
    (
        "commands",
        "commands/lesson",
        "a command, and the word of `lesson`",
    ),
    (
        "commands",
        "lesson",
        "a command, and what it does with a lesson",
    ),
    (
        "commands",
        "prompt",
        "what the editor asks for, and who answers",
    ),
    (
        "commands",
        "script/builtins",
        "a command, and the function of its name",
    ),
    (
        "commands",
        "script/functions",
        "a command, and the functions of its subject",
    ),
    (
        "commands/lesson",
        "script",
        "a lesson's, and the language's",
    ),
    (
        "script/values",
        "script/builtins",
        "a type, and its functions",
    ),
    (
        "script/values",
        "script/functions",
        "a type, and its functions",
    ),
    (
        "script/values",
        "net",
        "a script's value, and what it holds",
    ),
    (
        "script/functions",
        "net/socket",
        "a function, and the system's call",
    ),
    ("script/builtins", "net", "a function, and what it computes"),
    ("net/sys/constants", "net", "the constants of these calls"),
    (
        "net/sys/constants",
        "net/socket",
        "the constants of these calls",
    ),
    ("net", "lab", "of the machine, and of the lab"),
    ("net", "", "of the calls, and of the program"),
    ("console", "lesson/tutor", "of consoles, and of a learner"),
    (
        "lesson",
        "term",
        "what a lesson's readers get, and standard output",
    ),
    (
        "lesson/output/handout",
        "term",
        "Markdown written, and Markdown shown",
    ),
    ("repr", "term", "the canonical layout, and the terminal's"),
];

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
    let named = file.paths.iter().filter_map(|named| {
        let used = named.path.first()?;
        let upward = is_layer(used) && *used != layer && !allowed.contains(&used.as_str());
        upward.then(|| format!("src/{}:{}: {layer} uses {used}", file.path, named.line))
    });
    named.collect()
}

/// What is wrong with the packages that a file names.
fn strangers(file: &File) -> Vec<String> {
    let foreign = HOMES.iter().filter(|(_, home)| !file.is_within(home));
    let lines = foreign.flat_map(|(package, home)| {
        let lines = file.names_package(package).into_iter();
        lines.map(move |line| {
            format!(
                "src/{}:{line}: names {package}, which is {home}'s",
                file.path
            )
        })
    });
    lines.collect()
}

#[track_caller]
fn assert_none(what: &str, wrong: impl IntoIterator<Item = String>) {
    let wrong: Vec<String> = wrong.into_iter().collect();
    assert!(wrong.is_empty(), "{what}:\n{}", wrong.join("\n"));
}

/// The lines of code, in some of the files, that match a pattern, each with its place.
fn matching(pattern: &str, of: fn(&File) -> bool) -> impl Iterator<Item = String> {
    let pattern = Regex::new(pattern).expect("a pattern");
    FILES
        .iter()
        .filter(move |file| of(file))
        .flat_map(move |file| {
            let numbered = file.text.lines().zip(1..);
            let found = numbered
                .filter(|(line, _)| !line.trim_start().starts_with("//") && pattern.is_match(line));
            let found =
                found.map(|(line, number)| format!("src/{}:{number}: {}", file.path, line.trim()));
            found.collect::<Vec<_>>()
        })
}

fn file(path: &str, text: &str) -> File {
    File::new(path, text.into())
}

#[test]
fn no_layer_uses_a_higher_one() {
    assert_none("upward edges", FILES.iter().flat_map(upward_edges));
}

#[test]
fn an_upward_edge_would_be_found() {
    for (path, text) in [
        ("net/poll.rs", "use crate::script::show;"),
        ("net/socket.rs", "fn f() { crate::console::watch(); }"),
        ("net/socket.rs", "use super::super::lab::Lab;"),
        ("net/poll.rs", "use super::super::lab::Lab;"),
        (
            "script/show.rs",
            "use crate::{net::error::Cause, lesson::parse};",
        ),
        ("lab.rs", "use crate::script::engine::Engine;"),
        ("prompt/editor.rs", "use crate::commands::Command;"),
        ("lesson/run.rs", "use crate::lab::Lab;"),
        ("console.rs", "    let lab = crate::lab::Lab::new(&[]);"),
        ("trace.rs", "pub(crate) use crate::net::error::Cause;"),
        ("console.rs", "use super::prompt;"),
        ("novelty.rs", ""),
    ] {
        assert_eq!(upward_edges(&file(path, text)).len(), 1, "{path}: {text}");
    }
    for (path, text) in [
        ("net/socket.rs", "use super::error::Cause;"),
        (
            "net/socket.rs",
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
    let lib = FILES.iter().find(|file| file.path == "lib.rs");
    let lib = lib.expect("src/lib.rs");
    let modules = Regex::new(r"(?m)^(?:pub(?:\(crate\))? )?mod (\w+);").expect("a pattern");
    let modules = modules.captures_iter(&lib.text).map(|m| m[1].to_string());
    let modules: BTreeSet<String> = modules
        .filter(|name| !lib.test_modules.contains(name))
        .collect();
    let table: BTreeSet<String> = LAYERS
        .iter()
        .map(|(layer, _)| (*layer).to_string())
        .collect();
    assert_eq!(modules, table);
}

#[test]
fn no_circle_of_files_is_wider_than_parent_and_child() {
    let found = circles(&imports(&FILES));
    assert!(found.is_empty(), "files import each other: {found:#?}");
}

#[test]
fn a_circle_of_files_would_be_found() {
    let circles_of = |files: &[(&str, &str)]| {
        let files: Vec<File> = files.iter().map(|(path, text)| file(path, text)).collect();
        circles(&imports(&files))
    };
    let round = [
        ("net/a.rs", "use super::b::B;"),
        ("net/b.rs", "use crate::{net::c, trace};"),
        ("net/c.rs", "fn f() { crate::net::a::f(); }"),
        ("net/d.rs", "use super::a::A;"),
    ];
    assert_eq!(circles_of(&round), [["net/a.rs", "net/b.rs", "net/c.rs"]]);
    let family = [
        ("net/a.rs", "mod b; use self::b::B;"),
        (
            "net/a/b.rs",
            "use super::A; mod tests { use super::super::c::C; }",
        ),
        ("net/a/c.rs", "use super::A;"),
    ];
    assert_eq!(circles_of(&family), [[""; 0]; 0]);
}

#[test]
fn one_name_is_one_type() {
    let mut homes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for file in FILES.iter().filter(|file| !file.is_test(&FILES)) {
        for (line, name) in &file.types {
            let place = format!("src/{}:{line}", file.path);
            homes.entry(name).or_default().push(place);
        }
    }
    homes.retain(|name, places| places.len() > 1 && !FAMILIES.iter().any(|(of, _)| of == name));
    assert!(homes.is_empty(), "names that are several types: {homes:#?}");
}

#[test]
fn two_files_of_one_name_have_a_reason() {
    let mut places: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in FILES.iter().filter(|file| !file.is_test(&FILES)) {
        let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        places.entry(name).or_default().push(folder);
    }
    let are_parallel = |one: &str, other: &str| {
        let listed = |(a, b, _): &(&str, &str, &str)| [*a, *b] == [one, other];
        PARALLELS
            .iter()
            .any(|row| listed(row) || listed(&(row.1, row.0, row.2)))
    };
    places.retain(|_, folders| {
        let has_parallel = |at: usize| {
            let others = folders.iter().enumerate().filter(|(other, _)| *other != at);
            let mut others = others.map(|(_, other)| *other);
            others.any(|other| are_parallel(folders[at], other))
        };
        folders.len() > 1 && !(0..folders.len()).all(has_parallel)
    });
    assert!(places.is_empty(), "names of several files: {places:#?}");
}

#[test]
fn only_commands_build_labs() {
    let found = matching(r"\bLab::(new|mapped)\(", |file| {
        !["commands", "lab"].contains(&file.layer().as_str())
    });
    assert_none("labs built elsewhere", found);
}

#[test]
fn each_package_is_named_in_its_home_only() {
    assert_none(
        "packages outside their homes",
        FILES.iter().flat_map(strangers),
    );
}

#[test]
fn a_package_outside_its_home_would_be_found() {
    for (path, text) in [
        ("net/poll.rs", "use rhai::Dynamic;"),
        ("script/show.rs", "const FD: libc::c_int = 3;"),
        ("net/poll.rs", "const FD: libc::c_int = 3;"),
        ("cli.rs", "use rustyline;"),
        ("lab/dns.rs", "use socket2::{Domain, Socket};"),
        ("console.rs", "use ::libc::poll;"),
    ] {
        assert_eq!(strangers(&file(path, text)).len(), 1, "{path}: {text}");
    }
    for (path, text) in [
        ("script/show.rs", "use rhai::Dynamic;"),
        ("lesson/run.rs", "const ENDING: &str = \".rhai\";"),
        ("net/poll.rs", "// As rhai::Engine does."),
        ("net/sys/unix.rs", "use libc::poll;"),
        ("script/engine.rs", "fn f() { crate::script::rhai::x(); }"),
    ] {
        assert_none(path, strangers(&file(path, text)));
    }
}

#[test]
fn unsafe_is_in_net_sys_only_and_each_says_why() {
    let mut wrong = Vec::new();
    for file in FILES.iter() {
        let lines: Vec<&str> = file.text.lines().collect();
        for (number, after) in file.unsafe_places() {
            let mut before = lines[number.saturating_sub(8)..number].iter();
            // A declaration is no code that could go wrong; the blocks inside say why.
            let declares = ["extern", "fn"].contains(&after);
            let says_why = declares || before.any(|line| line.contains("SAFETY:"));
            if !file.is_within("net/sys") || !says_why {
                wrong.push(format!(
                    "src/{}:{number}: {}",
                    file.path,
                    lines[number - 1].trim()
                ));
            }
        }
    }
    assert_none("unsafe code", wrong);
}

#[test]
fn a_file_over_500_lines_has_a_reason() {
    let length = |file: &File| file.text.lines().count();
    let long: Vec<&File> = FILES.iter().filter(|file| length(file) > 500).collect();
    let listed = |file: &File| LONG.iter().any(|(path, _)| *path == file.path);
    assert_none(
        "long files without a reason in LONG",
        long.iter()
            .filter(|file| !listed(file))
            .map(|file| format!("src/{}: {} lines", file.path, length(file))),
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
    let silent = FILES.iter().filter(|file| !file.text.starts_with("//! "));
    assert_none(
        "files without a first line",
        silent.map(|file| format!("src/{}", file.path)),
    );
}

#[test]
fn no_file_is_a_drawer_for_anything() {
    let drawers = Regex::new(r"(^|/)(util|utils|helper|helpers|misc|common|mod)(\.rs|/)|manager")
        .expect("a pattern");
    let found = FILES.iter().filter(|file| drawers.is_match(&file.path));
    assert_none("drawers", found.map(|file| file.path.clone()));
}

#[test]
fn imports_name_what_they_take() {
    // But for what its authors mean to be taken whole.
    let found = matching(r"^\s*(pub(\(\w+\))? )?use .*\*[;,}]", |_| true)
        .filter(|place| !place.contains("proptest::prelude::*"));
    assert_none("glob imports", found);
}

#[test]
fn only_main_ends_the_process_and_nothing_looks_whether_it_is_tested() {
    let found = matching(r"process::(exit|abort)\(|cfg!\(test\)|SOCKLAB_TEST", |_| {
        true
    });
    assert_none("calls", found);
}

#[test]
fn the_map_names_places_that_exist() {
    let map = fs::read_to_string("CONTRIBUTING.md").expect("CONTRIBUTING.md");
    let path = Regex::new(r"`((?:src|tests|lessons|benches|docs)/[\w./-]*)`").expect("a pattern");
    let named = path.captures_iter(&map).filter_map(|found| found.get(1));
    let gone: Vec<&str> = named
        .map(|path| path.as_str())
        .filter(|path| !path.contains(char::is_uppercase) && !Path::new(path).exists())
        .collect();
    assert!(gone.is_empty(), "CONTRIBUTING.md names {gone:?}");
}

#[test]
fn each_package_says_what_it_is_for() {
    let manifest = fs::read_to_string("Cargo.toml").expect("Cargo.toml");
    let (mut section, mut before, mut silent) = ("", "", Vec::new());
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.contains("dependencies]") && line.contains(" = ") {
            let says = before.starts_with('#') && before.ends_with('.');
            silent.extend((!says).then_some(line));
        }
        before = line;
    }
    assert!(silent.is_empty(), "a comment above says why: {silent:?}");
}
