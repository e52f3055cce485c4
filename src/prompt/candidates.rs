//! What can stand in the place of what was typed, gathered by name.

use std::collections::BTreeMap;

use crate::repr::escape::printable;
use crate::term::wrap::cut;

/// More candidates than this show without what they mean, so that they stand in columns.
const EXPLAINED: usize = 20;

/// A candidate with what it means is no wider than this.
const WIDEST: usize = 78;

/// What can stand in the place of what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// The text that is inserted.
    pub(crate) text: String,
    /// The text in the list.
    pub(crate) shown: String,
}

/// A list of candidates by name: the inserted text, and what it means.
#[derive(Default)]
pub(crate) struct List(BTreeMap<String, (String, String)>);

impl List {
    /// Adds a name with its kind, type or value; an earlier one of this name stays.
    pub(crate) fn name(&mut self, name: &str, meaning: &str) {
        self.put(name, name.into(), format!("{name}  {meaning}"));
    }

    /// Adds a function: its bracket is inserted with it.
    pub(crate) fn function(&mut self, name: &str, signature: &str) {
        let opened = if signature.ends_with("()") { "()" } else { "(" };
        self.put(name, format!("{name}{opened}"), signature.into());
    }

    /// Adds a name with the text that is inserted and the one that is shown.
    pub(crate) fn put(&mut self, name: &str, text: String, shown: String) {
        let shown = cut(printable(&shown).trim_end(), WIDEST);
        self.0.entry(name.into()).or_insert((text, shown));
    }

    /// The names alone.
    pub(crate) fn into_names(self) -> impl Iterator<Item = String> {
        self.0.into_keys()
    }

    /// Those that begin with `typed`; in any case of letters where none has its own.
    pub(crate) fn beginning(self, typed: &str, called: bool) -> Vec<Candidate> {
        let lower = typed.to_lowercase();
        let same: Vec<_> = self
            .0
            .iter()
            .filter(|(name, _)| name.starts_with(typed))
            .collect();
        let alike = || {
            self.0
                .iter()
                .filter(|(name, _)| name.to_lowercase().starts_with(&lower))
        };
        let found = if same.is_empty() {
            alike().collect()
        } else {
            same
        };
        let explain = found.len() <= EXPLAINED;
        let candidate = |(name, (text, shown)): (&String, &(String, String))| Candidate {
            text: if called { name.clone() } else { text.clone() },
            shown: if explain { shown.clone() } else { name.clone() },
        };
        found.into_iter().map(candidate).collect()
    }
}
