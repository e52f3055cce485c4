//! The deliberate differences, as `differences.md` lists them.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::Case;
use crate::normal::Normal;

const LIST: &str = include_str!("differences.md");

/// The list, and which of its rows were met.
pub(crate) struct Differences {
    ours: BTreeMap<String, String>,
    met: BTreeSet<String>,
}

/// What to say of a case, if anything.
pub(crate) struct Verdict {
    pub(crate) complaint: Option<String>,
}

impl Differences {
    /// Reads rows `` | `id` | CPython | `socklab` | why | ``.
    pub(crate) fn read() -> Self {
        let mut ours = BTreeMap::new();
        for line in LIST.lines().filter(|line| line.starts_with("| `")) {
            let cells: Vec<&str> = line
                .split(" | ")
                .map(|cell| cell.trim_matches([' ', '|']))
                .collect();
            let &[id, _, answer, why] = cells.as_slice() else {
                panic!("differences.md: four cells, please: {line}");
            };
            assert!(!why.is_empty(), "differences.md: no reason: {line}");
            let bare = |cell: &str| cell.trim_matches('`').to_string();
            ours.insert(bare(id), bare(answer));
        }
        Self {
            ours,
            met: BTreeSet::new(),
        }
    }

    /// A case fails when it differs without being listed, when it is listed and differs no longer,
    /// and when our side of the difference is not the listed one.
    pub(crate) fn judge(&mut self, id: &str, agree: bool, ours: &Normal) -> Verdict {
        let brief = ours.brief();
        let listed = self.ours.get(id);
        if listed.is_some() {
            self.met.insert(id.into());
        } else if !agree && let Some(row) = self.kind_of(id, &brief) {
            self.met.insert(row);
            return Verdict { complaint: None };
        }
        let complaint = match listed {
            None if agree => None,
            None => Some("differs".to_string()),
            Some(_) if agree => Some("is listed in differences.md, but differs no longer".into()),
            Some(listed) if *listed == brief => None,
            Some(listed) => Some(format!(
                "differences.md says `{listed}`, now it is `{brief}`"
            )),
        };
        Verdict { complaint }
    }

    /// The row of a kind of cases, `kind-*-true`, that a case which differs like this is of.
    fn kind_of(&self, id: &str, brief: &str) -> Option<String> {
        let row = self.ours.iter().find(|(row, answer)| {
            row.split_once('*')
                .is_some_and(|(start, end)| id.starts_with(start) && id.ends_with(end))
                && *answer == brief
        });
        row.map(|(row, _)| row.clone())
    }

    /// How many rows were met.
    pub(crate) fn seen(&self) -> usize {
        self.met.len()
    }

    /// Rows that no case has, the skipped ones included.
    pub(crate) fn unknown(&self, skipped: &[Case]) -> Vec<&String> {
        let known =
            |id: &String| self.met.contains(id) || skipped.iter().any(|case| case.id == *id);
        self.ours.keys().filter(|id| !known(id)).collect()
    }
}
