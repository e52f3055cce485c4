//! File names that begin as what was typed.

use std::fs;
use std::path::PathBuf;

use super::candidates::Candidate;
use crate::repr::escape::printable;

/// More names of one folder are not read.
const MOST: usize = 2_000;

/// The files and folders whose path begins so; folders end in `/`. Hidden ones only where the
/// name's point was typed.
pub(crate) fn beginning(typed: &str) -> Vec<Candidate> {
    let (folder, name) = typed
        .rsplit_once('/')
        .map_or(("", typed), |(folder, name)| {
            (&typed[..=folder.len()], name)
        });
    let Ok(entries) = fs::read_dir(place(folder)) else {
        return Vec::new();
    };
    let mut found: Vec<Candidate> = entries
        .take(MOST)
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let file = entry.file_name().into_string().ok()?;
            let hidden = file.starts_with('.') && !name.starts_with('.');
            // A name that would steer the terminal cannot be typed anyway.
            if hidden || printable(&file) != file || !file.starts_with(name) {
                return None;
            }
            let slash = if entry.path().is_dir() { "/" } else { "" };
            Some(Candidate {
                text: format!("{folder}{file}{slash}"),
                shown: format!("{file}{slash}"),
            })
        })
        .collect();
    found.sort_by(|a, b| a.text.cmp(&b.text));
    found
}

/// Where a typed folder is.
fn place(folder: &str) -> PathBuf {
    match folder.strip_prefix("~/") {
        Some(rest) => etcetera::home_dir().unwrap_or_default().join(rest),
        None if folder.is_empty() => PathBuf::from("."),
        None => PathBuf::from(folder),
    }
}
