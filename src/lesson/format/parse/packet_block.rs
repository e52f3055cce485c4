//! The `//~` lines after a statement and its transcript.

use super::Reader;
use crate::lesson::format::packet_lines::{PACKET_SIGN, PacketLine, PacketLines};
use crate::script::failure::Place;

impl Reader<'_> {
    /// The `//~` lines at the reader's place.
    pub(crate) fn packet_lines(&mut self) -> Option<PacketLines> {
        let first = self.place(self.at).line;
        let mut text = Vec::new();
        let mut columns = Vec::new();
        while self.at < self.text.len() {
            let Some(shown) = self.line_at(self.at).strip_prefix(PACKET_SIGN) else {
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
        match PacketLines::parse(first, text) {
            Ok(read) => {
                for (at, line) in read.expected.iter().enumerate() {
                    if let PacketLine::Packet { what, column, .. } = line {
                        self.names(what, first + at, &[columns[at] + column]);
                    }
                }
                Some(read)
            }
            Err(flaws) => {
                for flaw in flaws {
                    let place = Place {
                        line: first + flaw.line,
                        column: flaw.column + columns.get(flaw.line).copied().unwrap_or(3),
                    };
                    self.error(place, flaw.length, flaw.message, flaw.mend);
                }
                None
            }
        }
    }

    /// Packet lines at a place where no statement is to cause the packets.
    pub(super) fn stray_packets(&mut self, place: Place) {
        let length = self.line_at(self.at).chars().count();
        let (message, mend) = (
            "no statement causes these packets",
            "put them directly under the statement that does, below its `//>` lines",
        );
        self.error(place, length, message, mend);
        while self.at < self.text.len() && self.line_at(self.at).starts_with(PACKET_SIGN) {
            self.next_line();
        }
    }
}
