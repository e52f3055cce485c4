//! Which files import which, and the circles among them.

use std::collections::{BTreeMap, BTreeSet};

use super::source::File;

/// The files that each file imports from, parents and children left out: those two may know each
/// other.
pub(crate) type Imports = BTreeMap<String, BTreeSet<String>>;

pub(crate) fn imports(files: &[File]) -> Imports {
    let modules: BTreeMap<Vec<String>, &str> = files
        .iter()
        .filter(|file| file.path != "main.rs" && !file.path.starts_with("bin/"))
        .map(|file| (file.module(), file.path.as_str()))
        .collect();
    let mut imports = Imports::new();
    for (module, path) in &modules {
        let file = files.iter().find(|file| file.path == *path);
        let uses = imports.entry((*path).to_string()).or_default();
        for named in file.into_iter().flat_map(|file| &file.paths) {
            let home = (0..=named.path.len())
                .rev()
                .find_map(|depth| modules.get_key_value(&named.path[..depth]));
            let Some((other, home)) = home else { continue };
            if !related(module, other) {
                uses.insert((*home).to_string());
            }
        }
    }
    imports
}

/// Whether two modules are one, or parent and child.
fn related(one: &[String], other: &[String]) -> bool {
    let (short, long) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    long.starts_with(short) && long.len() - short.len() <= 1
}

/// The files that reach each other, each set once.
pub(crate) fn circles(imports: &Imports) -> Vec<Vec<String>> {
    let reach: BTreeMap<&String, BTreeSet<&String>> = imports
        .keys()
        .map(|file| (file, reachable(imports, file)))
        .collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (file, reached) in &reach {
        if !reached.contains(file) || !seen.insert(*file) {
            continue;
        }
        let members = reached.iter().filter(|other| reach[*other].contains(file));
        let circle: Vec<String> = members.map(|member| (*member).clone()).collect();
        seen.extend(reached.iter().filter(|other| circle.contains(**other)));
        found.push(circle);
    }
    found
}

fn reachable<'a>(imports: &'a Imports, from: &String) -> BTreeSet<&'a String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&String> = imports[from].iter().collect();
    while let Some(next) = open.pop() {
        if reached.insert(next) {
            open.extend(imports.get(next).into_iter().flatten());
        }
    }
    reached
}
