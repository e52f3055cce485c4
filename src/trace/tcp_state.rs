//! The states of a TCP connection's end, and what leads from one to the next (RFC 9293, section 3.3.2).

use super::packet::TcpSegment;

/// A state, by the name that netstat and the kernel have for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TcpState {
    Closed,
    Listen,
    SynSent,
    SynReceived,
    Established,
    FinWait1,
    FinWait2,
    Closing,
    TimeWait,
    CloseWait,
    LastAck,
}

impl TcpState {
    /// Every state.
    pub(crate) const ALL: [Self; 11] = [
        Self::Closed,
        Self::Listen,
        Self::SynSent,
        Self::SynReceived,
        Self::Established,
        Self::FinWait1,
        Self::FinWait2,
        Self::Closing,
        Self::TimeWait,
        Self::CloseWait,
        Self::LastAck,
    ];

    /// `ESTABLISHED`
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Closed => "CLOSED",
            Self::Listen => "LISTEN",
            Self::SynSent => "SYN_SENT",
            Self::SynReceived => "SYN_RECV",
            Self::Established => "ESTABLISHED",
            Self::FinWait1 => "FIN_WAIT1",
            Self::FinWait2 => "FIN_WAIT2",
            Self::Closing => "CLOSING",
            Self::TimeWait => "TIME_WAIT",
            Self::CloseWait => "CLOSE_WAIT",
            Self::LastAck => "LAST_ACK",
        }
    }

    /// The state of this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// One end of a connection, led from state to state by the segments that it sends and gets.
#[derive(Debug, Clone)]
pub(super) struct TcpEnd {
    pub(super) state: TcpState,
    /// The number after our FIN, once it was sent.
    after_fin: Option<u32>,
}

impl Default for TcpEnd {
    fn default() -> Self {
        Self {
            state: TcpState::Closed,
            after_fin: None,
        }
    }
}

impl TcpEnd {
    /// It sends a segment.
    pub(super) fn sends(&mut self, segment: &TcpSegment) {
        let (flags, state) = (segment.flags, self.state);
        if flags.rst {
            self.state = TcpState::Closed;
        } else if flags.syn && !flags.ack {
            self.state = TcpState::SynSent;
            self.after_fin = None;
        } else if flags.fin {
            #[allow(clippy::cast_possible_truncation, reason = "a segment is short")]
            let after = segment.sequence.wrapping_add(segment.length as u32 + 1);
            self.after_fin = Some(after);
            self.state = match state {
                TcpState::Established | TcpState::SynReceived => TcpState::FinWait1,
                TcpState::CloseWait => TcpState::LastAck,
                other => other,
            };
        }
    }

    /// It gets a segment.
    pub(super) fn receives(&mut self, segment: &TcpSegment) {
        let flags = segment.flags;
        if flags.rst {
            self.state = TcpState::Closed;
            return;
        }
        if flags.syn {
            self.state = match (flags.ack, self.state) {
                (true, TcpState::SynSent) => TcpState::Established,
                (false, _) => TcpState::SynReceived,
                (true, other) => other,
            };
            return;
        }
        let acknowledges = |number: u32| segment.acknowledgement.is_some_and(|ack| ack >= number);
        let ours_arrived = self.after_fin.is_some_and(acknowledges);
        if flags.ack {
            self.state = match self.state {
                TcpState::SynReceived => TcpState::Established,
                TcpState::FinWait1 if ours_arrived => TcpState::FinWait2,
                TcpState::Closing if ours_arrived => TcpState::TimeWait,
                TcpState::LastAck if ours_arrived => TcpState::Closed,
                other => other,
            };
        }
        if flags.fin {
            self.state = match self.state {
                TcpState::Established => TcpState::CloseWait,
                TcpState::FinWait1 => TcpState::Closing,
                TcpState::FinWait2 => TcpState::TimeWait,
                other => other,
            };
        }
    }

    /// It ends its direction of a connection whose packets nobody sees; `peer` is the other end.
    pub(super) fn closes(&mut self, peer: &mut Self) {
        (self.state, peer.state) = match (self.state, peer.state) {
            (TcpState::Established, TcpState::Established) => {
                (TcpState::FinWait2, TcpState::CloseWait)
            }
            (TcpState::CloseWait, TcpState::FinWait2) => (TcpState::Closed, TcpState::TimeWait),
            as_they_are => as_they_are,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::{TcpEnd, TcpState};
    use crate::trace::packet::{TcpFlags, TcpSegment};

    /// A segment: flags of `SAFR`, sequence, acknowledgement.
    fn segment(flags: &str, sequence: u32, ack: u32) -> TcpSegment {
        let has = |flag| flags.contains(flag);
        TcpSegment {
            flags: TcpFlags {
                syn: has('S'),
                ack: has('A'),
                fin: has('F'),
                rst: has('R'),
                psh: false,
            },
            sequence,
            acknowledgement: has('A').then_some(ack),
            window: 0,
            length: 0,
            again: false,
            late: false,
        }
    }

    #[test]
    fn a_connection_goes_the_way_of_the_rfc() {
        let (mut client, mut server) = (TcpEnd::default(), TcpEnd::default());
        let steps = [
            (true, segment("S", 0, 0), "SYN_SENT", "SYN_RECV"),
            (false, segment("SA", 0, 1), "ESTABLISHED", "SYN_RECV"),
            (true, segment("A", 1, 1), "ESTABLISHED", "ESTABLISHED"),
            (false, segment("FA", 1, 1), "CLOSE_WAIT", "FIN_WAIT1"),
            (true, segment("A", 1, 2), "CLOSE_WAIT", "FIN_WAIT2"),
            (true, segment("FA", 1, 2), "LAST_ACK", "TIME_WAIT"),
            (false, segment("A", 2, 2), "CLOSED", "TIME_WAIT"),
        ];
        for (from_client, segment, ours, theirs) in steps {
            let (from, to) = if from_client {
                (&mut client, &mut server)
            } else {
                (&mut server, &mut client)
            };
            from.sends(&segment);
            to.receives(&segment);
            assert_eq!((client.state.name(), server.state.name()), (ours, theirs));
        }
    }

    #[test]
    fn a_reset_ends_it_and_who_closes_first_waits() {
        let mut end = TcpEnd::default();
        end.sends(&segment("S", 0, 0));
        end.receives(&segment("RA", 0, 1));
        assert_eq!(end.state, TcpState::Closed);
        let open = TcpEnd {
            state: TcpState::Established,
            after_fin: None,
        };
        let (mut first, mut second) = (open.clone(), open);
        first.closes(&mut second);
        assert_eq!(second.state, TcpState::CloseWait);
        second.closes(&mut first);
        assert_eq!(
            (first.state, second.state),
            (TcpState::TimeWait, TcpState::Closed)
        );
    }

    #[test]
    fn every_state_is_found_by_its_name() {
        for state in TcpState::ALL {
            assert_eq!(TcpState::from_name(state.name()), Some(state));
        }
    }
}
