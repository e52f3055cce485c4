//! The `//>` lines after a statement: their pattern, and the names in it.

use std::collections::BTreeSet;

use super::{Code, Reader};
use crate::lesson::format::model::{Lines, Transcript};
use crate::lesson::format::pattern::Pattern;
use crate::lesson::format::problem::Problem;
use crate::script::failure::Place;

impl Reader<'_> {
    /// The `//>` lines at the reader's place.
    pub(crate) fn transcript(&mut self) -> Option<Transcript> {
        let first = self.place(self.at).line;
        let mut text = Vec::new();
        let mut columns = Vec::new();
        while self.at < self.text.len() {
            let Some(shown) = self.line_at(self.at).strip_prefix("//>") else {
                break;
            };
            let blank = shown.strip_prefix(' ');
            columns.push(if blank.is_some() { 4 } else { 3 });
            text.push(blank.unwrap_or(shown).to_owned());
            self.next_line();
        }
        if text.is_empty() {
            return None;
        }
        match Pattern::parse(&text) {
            Ok(pattern) => {
                self.names(&pattern, first, &columns);
                let lines = Lines {
                    first,
                    last: first + text.len() - 1,
                };
                Some(Transcript {
                    lines,
                    text,
                    pattern,
                })
            }
            Err(flaws) => {
                for flaw in flaws {
                    let column = flaw.column + columns[flaw.line];
                    let place = Place {
                        line: first + flaw.line,
                        column,
                    };
                    self.error(place, flaw.length, flaw.message, flaw.mend);
                }
                None
            }
        }
    }

    /// The captures and expressions of a transcript: what it recalls must have been captured.
    pub(super) fn names(&mut self, pattern: &Pattern, first: usize, columns: &[usize]) {
        self.captured
            .extend(pattern.captured().map(|(name, _)| name.to_owned()));
        for name in pattern
            .recalled()
            .filter(|name| !self.captured.contains(*name))
            .collect::<BTreeSet<_>>()
        {
            let hole = format!("{{={name}}}");
            let found = pattern
                .lines()
                .iter()
                .enumerate()
                .find_map(|(at, line)| Some((at, line.source.find(&hole)?)));
            let (at, byte) = found.unwrap_or_default();
            let column = pattern.lines()[at].source[..byte].chars().count() + 1 + columns[at];
            let message = format!("nothing was captured as `{name}` before");
            let mend = format!("capture it where it is first shown: `{{port:{name}}}`");
            let place = Place {
                line: first + at,
                column,
            };
            self.problems
                .push(Problem::error(place, hole.chars().count(), message, mend));
        }
        for expression in pattern.expressions() {
            let column = expression.column + columns[expression.line];
            let place = Place {
                line: first + expression.line,
                column,
            };
            self.expressions.push(Code {
                text: expression.text.clone(),
                place,
            });
        }
    }
}
