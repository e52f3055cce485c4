//! Accepting what a run showed: transcripts that differ are rewritten, everything else stays.

use crate::lesson::format::model::{Lines, Step};
use crate::lesson::format::packet_lines::{PACKET_SIGN, PacketComparison};
use crate::lesson::format::parse;
use crate::lesson::format::pattern::Mismatch;
use crate::lesson::library::Entry;
use crate::lesson::output::report;
use crate::lesson::results::Report;
use crate::lesson::results::{Event, Reason, Source, Verdict};
use crate::lesson::run::compare;
use crate::lesson::run::compare::{DiffLine, LineKind, SignedLines};
use crate::lesson::run::host::{self, NetworkChoice, RunHost};

/// A transcript that differs, and what would accept it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    /// The line of the statement, and its words for people.
    line: usize,
    title: String,
    block: SignedLines,
    texts: Vec<String>,
    captures: bool,
}

/// Listens to a run and remembers what would have to change.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    changes: Vec<Change>,
    /// Why a step fell short for another reason: its line, its title, the reason.
    others: Vec<String>,
    path: String,
    not_here: Option<String>,
}

impl Report for Findings {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Begun(source, _) => self.path.clone_from(&source.path),
            Event::Step(step) => match step.verdict {
                Verdict::Failed(Reason::Differs(mismatch)) => {
                    self.changes
                        .extend(change(step.step, step.transcript, mismatch));
                }
                Verdict::Failed(Reason::PacketsDiffer(packets)) => {
                    self.changes.extend(packet_change(step.step, packets));
                }
                Verdict::Failed(reason) => {
                    let place = format!("{}:{}", self.path, step.step.line());
                    let why = report::plainly(step.step, reason);
                    let title = step.step.title();
                    self.others.push(format!("{place}  {title}\n{why}"));
                }
                _ => {}
            },
            Event::Ended(summary) => self.not_here.clone_from(&summary.not_here),
            _ => {}
        }
    }
}

fn change(step: &Step, actual: &str, mismatch: &Mismatch) -> Option<Change> {
    let statement = step.statement()?;
    let transcript = statement.transcript.as_ref();
    let texts = compare::accepted(transcript, actual, &mismatch.exprs, &mismatch.captures);
    Some(Change {
        line: step.line(),
        title: step.title(),
        block: SignedLines {
            sign: "//>",
            after: statement.lines.last,
            replaced: transcript.map(|transcript| transcript.lines),
        },
        texts,
        captures: transcript.is_some_and(|t| t.pattern.captured().next().is_some()),
    })
}

fn packet_change(step: &Step, packets: &PacketComparison) -> Option<Change> {
    let statement = step.statement()?;
    let written = statement.packets.as_ref()?;
    let lines = Lines {
        first: written.first,
        last: written.last(),
    };
    Some(Change {
        line: step.line(),
        title: step.title(),
        block: SignedLines {
            sign: PACKET_SIGN,
            after: lines.first - 1,
            replaced: Some(lines),
        },
        texts: packets.accepted.clone(),
        captures: false,
    })
}

/// How accepting ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Accepted {
    /// Every transcript is as the run shows it.
    Nothing,
    /// The new text of the lesson; it passes.
    Text(String),
    /// The lesson falls short for another reason, told in words.
    FellShort(String),
    /// These steps show something else every time: their lines and titles.
    Unsteady(Vec<String>),
    /// The lesson is for other machines: why.
    NotHere(String),
    /// The text that came about cannot be read any more.
    Unreadable,
}

/// How often a lesson is run until it stays the same: once for each capture that moved, at most.
const MOST_RUNS: usize = 50;

/// Rewrites the transcripts of a lesson in a library until it passes.
pub(crate) fn accept_entry(entry: &Entry, source: &Source, host: &dyn RunHost) -> Accepted {
    let confined = entry.confines(source.text.as_bytes());
    accept(source, &mut |text, findings| {
        let Ok(mut lesson) = parse::parse(text) else {
            return false;
        };
        lesson.header.confined = confined;
        let source = Source {
            text: text.into(),
            ..source.clone()
        };
        host::run(
            host,
            &source,
            &lesson,
            Some(entry),
            NetworkChoice::Lab,
            findings,
        );
        true
    })
}

/// Rewrites the transcripts of a lesson until it passes.
///
/// `run` runs a lesson's text and tells the findings about it; none when the text cannot be
/// read. A transcript that captures is accepted before those behind it are looked at: they may
/// only differ because the capture is missing.
pub(crate) fn accept(
    source: &Source,
    run: &mut dyn FnMut(&str, &mut Findings) -> bool,
) -> Accepted {
    let mut text = source.text.clone();
    let mut last: Vec<usize> = Vec::new();
    for _ in 0..MOST_RUNS {
        let mut found = Findings::default();
        if !run(&text, &mut found) {
            return Accepted::Unreadable;
        }
        if let Some(why) = found.not_here {
            return Accepted::NotHere(why);
        }
        if found.changes.is_empty() {
            return match found.others.first() {
                Some(why) => Accepted::FellShort(why.clone()),
                None if text == source.text => Accepted::Nothing,
                None => Accepted::Text(text),
            };
        }
        found.changes.sort_by_key(|change| change.line);
        let until = found.changes.iter().position(|change| change.captures);
        found
            .changes
            .truncate(until.map_or(usize::MAX, |at| at + 1));
        let lines: Vec<usize> = found.changes.iter().map(|change| change.line).collect();
        let fresh = apply(&text, &found.changes);
        // All before the first one passes, and it was accepted already: it never shows the same.
        if lines.first() == last.first() {
            let named = |c: &Change| format!("{}:{}  {}", source.path, c.line, c.title);
            return Accepted::Unsteady(found.changes.iter().map(named).collect());
        }
        last = lines;
        text = fresh;
    }
    Accepted::Unsteady(vec![source.path.clone()])
}

/// The text with the changes in it, from the last to the first.
fn apply(text: &str, changes: &[Change]) -> String {
    let mut text = text.to_owned();
    for change in changes.iter().rev() {
        text = compare::splice(&text, change.block, &change.texts);
    }
    text
}

/// How many lines are shown around a change.
const AROUND: usize = 2;

/// What accepting changes: the parts of the file around each change, with the line of the old
/// file at which each part begins. What is shown is safe for the terminal.
pub(crate) fn difference(old: &str, new: &str) -> Vec<(usize, Vec<DiffLine>)> {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let all = compare::between(&lines(old), &lines(new));
    let changed: Vec<usize> = (0..all.len())
        .filter(|&at| all[at].kind != LineKind::Same)
        .collect();
    let near = |at: usize| {
        let next = changed.partition_point(|&place| place + AROUND < at);
        changed.get(next).is_some_and(|&place| place <= at + AROUND)
    };
    let mut parts: Vec<(usize, Vec<DiffLine>)> = Vec::new();
    let (mut number, mut open) = (1, false);
    for (at, line) in all.into_iter().enumerate() {
        let old_line = line.kind != LineKind::Actual;
        if near(at) {
            if !open {
                parts.push((number, Vec::new()));
            }
            if let Some((_, part)) = parts.last_mut() {
                part.push(line);
            }
        }
        open = near(at);
        number += usize::from(old_line);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::difference;
    use crate::lesson::run::compare::plain;

    #[test]
    fn the_difference_shows_only_what_is_around_a_change() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let parts = difference(old, "1\n2\n3\n4\nfive\nmore\n6\n7\n8\n9\n");
        assert_eq!(parts.len(), 1);
        assert_eq!(parts[0].0, 3);
        let text = plain(&parts[0].1);
        assert_eq!(text, "  3\n  4\n- 5\n+ five\n+ more\n  6\n  7\n");
        assert!(difference(old, old).is_empty());
    }
}
