//! The packets that a step's line caused, drawn below it.

use std::thread;
use std::time::{Duration, Instant};

use super::Lead;
use crate::lesson::format::model::{Statement, Step};
use crate::lesson::format::packet_lines::{PacketHoles, picture_of};
use crate::term::painting::{charset, painted};
use crate::trace::seen_packets;

/// How long late packets are waited for, where those that the lesson says do not come.
const LATE: Duration = Duration::from_millis(300);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(2);

impl Lead<'_, '_> {
    /// The last packet before a line that is run now; none where the step says nothing of packets, or
    /// there are none to see.
    pub(crate) fn last_packet(&mut self, statement: &Statement) -> Option<u64> {
        statement.packets.as_ref()?;
        let session = self.front.session();
        session.network().sees_packets().ok()?;
        Some(session.journal().last_packet())
    }

    /// Draws the packets since then, as soon as those that the lesson says have come.
    pub(crate) fn draw_packets(&mut self, step: &Step, since: Option<u64>) {
        let lines = step.statement().and_then(|it| it.packets.as_ref());
        let (Some(lines), Some(since)) = (lines, since) else {
            return;
        };
        let holes = PacketHoles {
            console: &step.console,
            exprs: &[],
            captures: &self.stage.captures,
        };
        let journal = self.front.session().journal();
        let end = Instant::now() + LATE;
        let seen = loop {
            let seen = seen_packets(&journal.after(0), &journal.packets_after(since));
            if lines.compare(&seen, holes).is_same || Instant::now() >= end {
                break seen;
            }
            thread::sleep(LOOK);
        };
        let drawn = picture_of(&seen, &step.console);
        if !drawn.rows.is_empty() {
            let screen = self.page.screen;
            screen.raw(&painted(screen, &drawn, charset(false)));
        }
    }
}
