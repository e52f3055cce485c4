//! What becomes of a packet on a link with manners: the same packets are lost each time.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use crate::net::link_manners::{LinkManners, WHOLE};
use crate::trace::{PacketContent, PacketRecord};

/// By how much a packet that others overtake is late, where the link has no delay.
const OVERTAKEN: Duration = Duration::from_millis(20);

/// What is sent so often again comes through.
const SENT_AGAIN: u64 = 2;
/// The kinds of a [`PacketIdentity`]: data, what opens and ends a connection, what only acknowledges, all else.
const DATA: u64 = 0;
const OPENS: u64 = 1;
const ENDS: u64 = 2;
const ACKNOWLEDGES: u64 = 3;
const DATAGRAM: u64 = 4;

/// From which machine a packet goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum LinkDirection {
    FromLearner,
    ToLearner,
}

/// What becomes of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PacketFate {
    /// How long it is on its way.
    pub(super) delay: Duration,
    pub(super) is_lost: bool,
    pub(super) is_doubled: bool,
    /// Whether those after it may overtake it.
    pub(super) is_late: bool,
}

/// What a packet is among those of its host, so that it is the same one when all is done again: the
/// acknowledgements between them may be more or fewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct PacketIdentity {
    direction: LinkDirection,
    /// The connection, in the order in which they began.
    connection: u64,
    kind: u64,
    /// Of data the number of its first byte.
    sequence: u64,
}

/// The packets of one host that were seen so far.
#[derive(Debug, Default)]
pub(super) struct Chances {
    connections: HashMap<(SocketAddr, SocketAddr), u64>,
    counts: HashMap<PacketIdentity, u64>,
}

impl Chances {
    /// What becomes of the next packet. `learner` and `host` are its ends.
    pub(super) fn next(
        &mut self,
        manners: &LinkManners,
        direction: LinkDirection,
        packet: &PacketRecord,
    ) -> PacketFate {
        let place = self.place(direction, packet);
        let count = self.counts.entry(place).or_default();
        *count += 1;
        let draw = |what: u64| {
            let parts = [
                what,
                *count,
                place.sequence,
                place.kind,
                place.connection,
                direction as u64,
            ];
            let mixed = parts
                .iter()
                .fold(manners.seed, |mixed, part| mix(mixed ^ mix(*part)));
            u32::try_from(mixed % u64::from(WHOLE)).unwrap_or_default()
        };
        // Who waits for it waits twice as long each time: nobody learns from minutes of that.
        let is_spared = place.kind < ACKNOWLEDGES && *count > SENT_AGAIN;
        let is_late = draw(2) < manners.reorder;
        let jitter = manners.jitter * 2 * draw(3) / WHOLE;
        let mut delay = (manners.delay + jitter).saturating_sub(manners.jitter);
        if is_late {
            delay += manners.delay.max(OVERTAKEN);
        }
        PacketFate {
            delay,
            is_lost: manners.is_cut || !is_spared && draw(0) < manners.loss,
            is_doubled: draw(1) < manners.duplicate,
            is_late,
        }
    }

    fn place(&mut self, direction: LinkDirection, packet: &PacketRecord) -> PacketIdentity {
        let next = self.connections.len() as u64;
        let connection = match packet.ends {
            Some((from, to)) => {
                let ends = match direction {
                    LinkDirection::FromLearner => (from, to),
                    LinkDirection::ToLearner => (to, from),
                };
                *self.connections.entry(ends).or_insert(next)
            }
            None => 0,
        };
        let (kind, sequence) = match &packet.content {
            PacketContent::Tcp(segment) if segment.length > 0 => (DATA, segment.sequence.into()),
            PacketContent::Tcp(segment) if segment.flags.syn => (OPENS, 0),
            PacketContent::Tcp(segment) if segment.flags.fin => (ENDS, 0),
            PacketContent::Tcp(_) => (ACKNOWLEDGES, 0),
            _ => (DATAGRAM, 0),
        };
        PacketIdentity {
            direction,
            connection,
            kind,
            sequence,
        }
    }
}

/// Sixty-four bits that look like any others (Steele, Lea, Flood: `SplitMix`).
fn mix(bits: u64) -> u64 {
    let mut mixed = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Chances, LinkDirection, PacketFate};
    use crate::net::link_manners::LinkRule;
    use crate::trace::{Card, PacketContent, PacketRecord};

    fn datagram() -> PacketRecord {
        PacketRecord {
            number: 1,
            at: Instant::now(),
            card: Card::Wire,
            frame: Box::default(),
            length: 42,
            ends: Some((
                "10.29.144.178:5000".parse().unwrap(),
                "192.0.2.7:7".parse().unwrap(),
            )),
            content: PacketContent::Udp(5),
            is_lost: false,
        }
    }

    fn fates(rule: &str, count: usize) -> Vec<PacketFate> {
        let rule = LinkRule::parse(rule.split_whitespace()).unwrap();
        let mut chances = Chances::default();
        let mut next = || {
            chances.next(
                &rule.manners.unwrap(),
                LinkDirection::FromLearner,
                &datagram(),
            )
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn the_same_seed_loses_the_same_and_another_one_others() {
        let lost =
            |rule| -> Vec<bool> { fates(rule, 1_000).iter().map(|fate| fate.is_lost).collect() };
        let one = lost("a.test loss 20% seed 7");
        assert_eq!(one, lost("a.test loss 20% seed 7"));
        assert_ne!(one, lost("a.test loss 20% seed 8"));
        let count = one.iter().filter(|lost| **lost).count();
        assert!((150..250).contains(&count), "{count}");
    }

    #[test]
    fn nothing_passes_a_cut_link_and_all_that_has_no_faults() {
        assert!(fates("a.test cut", 100).iter().all(|fate| fate.is_lost));
        let whole = fates("a.test loss 0% seed 3", 100);
        let unharmed =
            |fate: &PacketFate| !fate.is_lost && !fate.is_doubled && fate.delay.is_zero();
        assert!(whole.iter().all(unharmed));
    }

    #[test]
    fn a_delay_varies_by_its_jitter() {
        for fate in fates("a.test delay 50ms jitter 10ms", 200) {
            let (least, most) = (Duration::from_millis(40), Duration::from_millis(60));
            assert!((least..=most).contains(&fate.delay), "{fate:?}");
        }
    }
}
