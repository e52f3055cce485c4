//! The picture of packets that a lesson says, drawn from its text alone.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{PacketLine, PacketLines, Way};
use crate::lesson::format::pattern::{Part, PatternLine};
use crate::trace::{Ladder, LadderRow, RowContent, SideNote, Tone};

/// Who stands at the other end where a lesson does not say it.
const PEER: &str = "the peer";

/// A picture as it grows.
struct PacketPicture {
    ladder: Ladder,
    /// Whose step it is.
    console: String,
}

impl PacketLines {
    /// The packets that the lines of a step in this console say. Where they say none, it is empty.
    pub(crate) fn picture(&self, console: &str) -> Ladder {
        let mut picture = PacketPicture::new(console);
        for (at, line) in self.expected.iter().enumerate() {
            match line {
                PacketLine::Any => picture.etc(),
                PacketLine::Packet { way, what, .. } => {
                    let exprs: Vec<&str> = what.exprs().collect();
                    let label = what.lines().first().map(|line| shown(line, &exprs));
                    let label = label.unwrap_or_else(|| self.text[at].clone());
                    let (from, to) = match way {
                        Way::Leaves => (console, PEER),
                        Way::Comes => (PEER, console),
                        Way::Between(from, to) => (from.as_str(), to.as_str()),
                    };
                    picture.arrow((from, to), label);
                }
            }
        }
        picture.ladder
    }
}

/// A line as a reader wants it: what varies is a word in angle brackets.
pub(crate) fn shown(line: &PatternLine, expressions: &[&str]) -> String {
    let mut text = String::new();
    for part in &line.parts {
        match part {
            Part::Text(literal) => text.push_str(literal),
            Part::Any | Part::AnyLines => text.push_str("..."),
            Part::Regex(_) => text.push('…'),
            Part::Hole(kind, None) => text.push_str(&format!("<{}>", kind.name())),
            Part::Hole(_, Some(name)) | Part::Recall(name) => text.push_str(&format!("<{name}>")),
            Part::Expr(at) => text.push_str(expressions.get(*at).copied().unwrap_or_default()),
        }
    }
    text
}

impl PacketPicture {
    fn new(console: &str) -> Self {
        Self {
            ladder: Ladder {
                lines: Vec::new(),
                rows: Vec::new(),
                calls_alone: false,
                has_times: false,
            },
            console: console.to_owned(),
        }
    }

    fn line(&mut self, name: &str) -> usize {
        let lines = &mut self.ladder.lines;
        if lines.is_empty() {
            lines.push(self.console.clone());
        }
        let known = lines.iter().position(|line| line == name);
        known.unwrap_or_else(|| {
            lines.push(name.to_owned());
            lines.len() - 1
        })
    }

    fn arrow(&mut self, (from, to): (&str, &str), label: String) {
        let (from, to) = (self.line(from), self.line(to));
        let (kind, is_lost) = look(&label);
        let label = label.replace(" x ", " × ");
        let content = if from == to {
            // A console that talks to itself.
            RowContent::Beside(vec![SideNote {
                line: from,
                text: label,
                kind,
            }])
        } else {
            RowContent::Arrow {
                from,
                to,
                label,
                kind,
                is_lost,
            }
        };
        self.push(content);
    }

    /// Any packets may come here.
    fn etc(&mut self) {
        let line = self.line(&self.console.clone());
        let note = SideNote {
            line,
            text: "…".into(),
            kind: Tone::Quiet,
        };
        self.push(RowContent::Beside(vec![note]));
    }

    fn push(&mut self, content: RowContent) {
        self.ladder.rows.push(LadderRow {
            at: Duration::ZERO,
            waiting: BTreeSet::new(),
            content,
        });
    }
}

/// The tone of a packet in words, and whether it got lost.
fn look(label: &str) -> (Tone, bool) {
    let is_lost = label.ends_with("lost");
    let tone = match label.split(' ').next() {
        _ if is_lost => Tone::Failed,
        Some("SYN" | "FIN") => Tone::Control,
        Some("RST") => Tone::Failed,
        Some("ACK") => Tone::Quiet,
        _ => Tone::Data,
    };
    (tone, is_lost)
}
