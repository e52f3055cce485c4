//! A step's packets, compared with what its `//~` lines say.

use std::thread;
use std::time::{Duration, Instant};

use super::Run;
use crate::lesson::format::model::Step;
use crate::lesson::format::packet_lines::PacketHoles;
use crate::lesson::results::{Reason, UncheckedPackets};
use crate::trace::seen_packets;

/// Between two looks at what was seen.
const LOOK: Duration = Duration::from_millis(2);
/// Packets that are late come within this time of the one before: what is lost is sent again after one
/// second at most.
const SILENCE: Duration = Duration::from_millis(1_500);

/// The same where it is not said yet which packets come.
const SOON: Duration = Duration::from_millis(300);

/// Since which packet of the journal a step's packets are its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PacketMark(u64);

impl Run<'_, '_> {
    /// Has calls and packets recorded, if the lesson says anything of them or has them drawn.
    pub(crate) fn watch_packets(&mut self) {
        if self.report.wants_pictures() {
            self.session.keep_record();
        }
        if self.lesson.has_packet_lines() {
            self.session.keep_record();
            self.watched = Some(self.session.network().sees_packets());
        }
    }

    /// Where the packets of a step that begins now begin; none where nobody looks.
    pub(crate) fn packet_mark(&self, step: &Step) -> Option<PacketMark> {
        step.statement()?.packets.as_ref()?;
        let watched = matches!(self.watched, Some(Ok(())));
        watched.then(|| PacketMark(self.session.journal().last_packet()))
    }

    /// Compares the packets since a step began with its lines, as soon as they have come.
    pub(crate) fn check_packets(
        &mut self,
        step: &Step,
        since: Option<PacketMark>,
    ) -> Result<(), Reason> {
        let Some(lines) = step.statement().and_then(|s| s.packets.as_ref()) else {
            return Ok(());
        };
        let Some(PacketMark(since)) = since else {
            if let Some(Err(why)) = &self.watched {
                let unchecked = self.summary.unchecked.get_or_insert(UncheckedPackets {
                    lines: 0,
                    why: why.clone(),
                });
                unchecked.lines += lines.text.len();
            }
            return Ok(());
        };
        let mut exprs = Vec::new();
        for expression in lines.exprs() {
            exprs.push(self.value_of(step, "hole", expression)?.to_string());
        }
        let holes = PacketHoles {
            console: &step.console,
            exprs: &exprs,
            captures: &self.captures,
        };
        let end = Instant::now() + self.limit(step);
        let mut last = (usize::MAX, Instant::now());
        loop {
            let packets = self.session.journal().packets_after(since);
            if packets.len() != last.0 {
                last = (packets.len(), Instant::now());
            }
            let seen = seen_packets(&self.session.journal().after(0), &packets);
            let compared = lines.compare(&seen, holes);
            if compared.is_same {
                return Ok(());
            }
            let silence = if lines.is_open() { SOON } else { SILENCE };
            let is_silent = last.1.elapsed() > silence || Instant::now() > end;
            if is_silent || self.session.interrupt_target().was_interrupted() {
                return Err(Reason::PacketsDiffer(compared));
            }
            thread::sleep(LOOK);
        }
    }
}
