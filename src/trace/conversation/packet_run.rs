//! Packets with data in a row, told as one, with what acknowledged them meanwhile.

use std::time::Instant;

use super::Tone;
use super::moment::{Carried, Happening, Moment};
use super::wording::{counts_label, with_mark};

/// Two packets or more at the start of some moments, or data and what acknowledges it.
pub(super) struct PacketRun<'a> {
    pub(super) moments: &'a [Moment],
}

/// The ends, the tone and the load of a packet that may be told with others.
fn packet(moment: &Moment) -> Option<((usize, usize), Tone, Carried)> {
    match &moment.what {
        Happening::Arrow {
            from,
            to,
            kind: Tone::Failed,
            carried: Some(carried),
            is_lost: true,
            ..
        } => Some(((*from, *to), Tone::Data, *carried)),
        Happening::Arrow {
            from,
            to,
            kind,
            carried: Some(carried),
            ..
        } => Some(((*from, *to), *kind, *carried)),
        _ => None,
    }
}

impl<'a> PacketRun<'a> {
    /// The run that moments begin with; none where the first stands alone.
    pub(super) fn at_start_of(moments: &'a [Moment]) -> Option<Self> {
        let ((from, to), Tone::Data, first) = packet(moments.first()?)? else {
            return None;
        };
        let fits = |moment: &&Moment| {
            packet(moment).is_some_and(|(ends, kind, carried)| match kind {
                Tone::Data => ends == (from, to) && carried.mark == first.mark,
                Tone::Quiet => ends == (to, from),
                _ => false,
            })
        };
        let count = moments.iter().take_while(fits).count();
        (count > 1).then(|| Self {
            moments: &moments[..count],
        })
    }

    fn of(&self, tone: Tone) -> impl Iterator<Item = (&'a Moment, (usize, usize), Carried)> {
        self.moments.iter().filter_map(move |moment| {
            let (ends, kind, carried) = packet(moment)?;
            (kind == tone).then_some((moment, ends, carried))
        })
    }

    /// When the first packet was seen.
    pub(super) fn at(&self) -> Instant {
        self.moments[0].at
    }

    /// From where its data goes to where.
    pub(super) fn ends(&self) -> (usize, usize) {
        self.of(Tone::Data)
            .next()
            .map_or((0, 0), |(_, ends, _)| ends)
    }

    /// Its tone, and whether it was lost.
    pub(super) fn look(&self) -> (Tone, bool) {
        match &self.moments[0].what {
            Happening::Arrow { kind, is_lost, .. } => (*kind, *is_lost),
            _ => (Tone::Data, false),
        }
    }

    /// `13 × 1448 + 603 bytes`
    pub(super) fn label(&self) -> String {
        let data: Vec<Carried> = self.of(Tone::Data).map(|(.., carried)| carried).collect();
        let counts: Vec<usize> = data.iter().map(|carried| carried.bytes).collect();
        with_mark(
            counts_label(&counts),
            data.first().map_or("", |carried| carried.mark),
        )
    }

    /// When the last acknowledgement was seen, its ends, and all of them: `14 × ACK`.
    pub(super) fn acknowledged(&self) -> Option<(Instant, (usize, usize), String)> {
        let (last, ends, _) = self.of(Tone::Quiet).last()?;
        let label = match self.of(Tone::Quiet).count() {
            1 => "ACK".into(),
            count => format!("{count} × ACK"),
        };
        Some((last.at, ends, label))
    }
}
