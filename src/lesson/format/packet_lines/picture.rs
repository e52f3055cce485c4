//! The picture of packets: of those that a lesson says, from its text alone, and of those that were
//! seen.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::{PacketLine, PacketLines, Way};
use crate::lesson::format::pattern::{Part, PatternLine};
use crate::trace::{Ladder, LadderRow, PacketEnd, RowContent, SeenPacket, SideNote, Tone};

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
        let mut picture = PacketPicture::new(console, false);
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
                    picture.arrow(Duration::ZERO, (from, to), label);
                }
            }
        }
        picture.ladder
    }
}

/// The packets that a step in this console caused, pure acknowledgements left out where they end no
/// handshake.
pub(crate) fn picture_of(seen: &[SeenPacket], console: &str) -> Ladder {
    let mut picture = PacketPicture::new(console, true);
    let worth = |packet: &&SeenPacket| !packet.is_acknowledgement || packet.ends_handshake;
    let mut begin: Option<Instant> = None;
    for packet in seen.iter().filter(worth) {
        let begin = *begin.get_or_insert(packet.at);
        let named = |end: &PacketEnd, other: &PacketEnd| match end.word() {
            // A console that talks to itself.
            word if word == other.word() => format!("{word} :{}", end.address.port()),
            word => word,
        };
        let ends = (
            named(&packet.from, &packet.to),
            named(&packet.to, &packet.from),
        );
        let at = packet.at.saturating_duration_since(begin);
        picture.arrow(at, (&ends.0, &ends.1), packet.pieces.clone());
    }
    picture.ladder
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
    fn new(console: &str, has_times: bool) -> Self {
        Self {
            ladder: Ladder {
                lines: Vec::new(),
                rows: Vec::new(),
                calls_alone: false,
                has_times,
            },
            console: console.to_owned(),
        }
    }

    fn line(&mut self, name: &str) -> usize {
        let lines = &mut self.ladder.lines;
        let is_end_of_it = name.starts_with(&format!("{} :", self.console));
        if lines.is_empty() && !is_end_of_it {
            lines.push(self.console.clone());
        }
        let known = lines.iter().position(|line| line == name);
        known.unwrap_or_else(|| {
            lines.push(name.to_owned());
            lines.len() - 1
        })
    }

    fn arrow(&mut self, at: Duration, (from, to): (&str, &str), label: String) {
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
        self.push(at, content);
    }

    /// Any packets may come here.
    fn etc(&mut self) {
        let line = self.line(&self.console.clone());
        let note = SideNote {
            line,
            text: "…".into(),
            kind: Tone::Quiet,
        };
        self.push(Duration::ZERO, RowContent::Beside(vec![note]));
    }

    fn push(&mut self, at: Duration, content: RowContent) {
        self.ladder.rows.push(LadderRow {
            at,
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
