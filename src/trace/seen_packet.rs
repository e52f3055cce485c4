//! The packets of our sockets in a person's words, one after another: runs of data folded, flags
//! apart from data. What a lesson says of packets is compared with these.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use super::looked_up::names;
use super::packet::{PacketContent, TcpSegment};
use super::traced_socket::{TracedSocket, TracedSockets, covers};
use super::{CallRecord, End, PacketRecord};

/// So many groups of equal pieces are told one by one.
const GROUPS: usize = 3;

/// One packet, or a run of segments that carry data the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenPacket {
    /// When the first of them was on the wire.
    pub(crate) at: Instant,
    /// Who sent it, and to whom.
    pub(crate) from: PacketEnd,
    pub(crate) to: PacketEnd,
    /// What it is, with all its data as one number: `SYN ACK`, `19427 bytes`, `1 byte again`.
    pub(crate) whole: String,
    /// The same with the run's pieces: `13 x 1448 + 603 bytes`.
    pub(crate) pieces: String,
    /// Whether it only acknowledges.
    pub(crate) is_acknowledgement: bool,
    /// Whether it ends the handshake of a connection.
    pub(crate) ends_handshake: bool,
}

/// One end of a packet's way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PacketEnd {
    pub(crate) address: SocketAddr,
    /// The console whose socket this is; none for others.
    pub(crate) console: Option<Arc<str>>,
    /// Whether that socket takes callers, or came from one that does.
    pub(crate) serves: bool,
    /// The names by which consoles found the address.
    pub(crate) names: BTreeSet<String>,
}

impl PacketEnd {
    /// How a lesson names it: by the console, the host's only name, or the address.
    pub(crate) fn word(&self) -> String {
        match (&self.console, self.names.first()) {
            (Some(console), _) => console.to_string(),
            (None, Some(name)) if self.names.len() == 1 => name.clone(),
            _ => self.ip().to_string(),
        }
    }

    /// Whether a lesson's word means it.
    pub(crate) fn is_called(&self, word: &str) -> bool {
        match &self.console {
            Some(console) => **console == *word,
            None => {
                let named = self
                    .names
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case(word));
                named || word.parse().is_ok_and(|ip: IpAddr| ip == self.ip())
            }
        }
    }

    fn ip(&self) -> IpAddr {
        self.address.ip().to_canonical()
    }
}

impl SeenPacket {
    /// Whether a console's socket sent it.
    pub(crate) fn is_from(&self, console: &str) -> bool {
        self.from.console.as_deref() == Some(console)
    }

    /// Whether it says that its sender sends nothing more.
    pub(crate) fn is_goodbye(&self) -> bool {
        self.whole.starts_with("FIN") || self.whole.starts_with("RST")
    }

    /// Both addresses of its connection, whichever way it goes.
    pub(crate) fn connection(&self) -> (SocketAddr, SocketAddr) {
        let (one, other) = (self.from.address, self.to.address);
        (one.min(other), one.max(other))
    }
}

/// A packet, or a part of one, before runs are folded.
struct PacketPart {
    at: Instant,
    from: PacketEnd,
    to: PacketEnd,
    /// The bytes of data that it carries, in the segments of its run; none for flags alone.
    data: Vec<usize>,
    /// Its flags; what ICMP says.
    flags: &'static str,
    message: String,
    /// How it fared: `again`; mostly nothing.
    mark: &'static str,
    /// Whether others may be told with it.
    is_stream: bool,
}

/// Tells the packets that sockets of these calls sent and got, in their order.
pub(crate) fn seen_packets(
    calls: &[Arc<CallRecord>],
    packets: &[Arc<PacketRecord>],
) -> Vec<SeenPacket> {
    let sockets = TracedSockets::of(calls);
    let names = names(calls);
    let mut pieces: Vec<PacketPart> = Vec::new();
    for packet in packets {
        let Some((from, to)) = packet.ends else {
            continue;
        };
        let owners = (
            owner(&sockets, (from, to), packet.at),
            owner(&sockets, (to, from), packet.at),
        );
        if owners.0.is_none() && owners.1.is_none() {
            continue;
        }
        let end = |address: SocketAddr, owner: Option<&TracedSocket>| PacketEnd {
            address,
            console: owner.map(|socket| Arc::clone(&socket.console)),
            serves: owner.is_some_and(|socket| socket.listens || socket.listener.is_some()),
            names: names
                .get(&address.ip().to_canonical())
                .cloned()
                .unwrap_or_default(),
        };
        for piece in parts(packet, &end(from, owners.0), &end(to, owners.1)) {
            add(&mut pieces, piece);
        }
    }
    let mut agreed: BTreeSet<(SocketAddr, SocketAddr)> = BTreeSet::new();
    let told = pieces.into_iter().map(|piece| {
        let seen = seen(piece);
        let ways = (seen.from.address, seen.to.address);
        if seen.whole == "SYN ACK" {
            agreed.insert(ways);
        }
        let ends_handshake = seen.is_acknowledgement && agreed.remove(&(ways.1, ways.0));
        SeenPacket {
            ends_handshake,
            ..seen
        }
    });
    told.collect()
}

/// The socket with this address of its own and this peer, or that listens there; else the one that
/// called this peer then, for one that was refused keeps no address.
fn owner(
    sockets: &TracedSockets,
    (own, peer): (SocketAddr, SocketAddr),
    at: Instant,
) -> Option<&TracedSocket> {
    let (own, peer) = (End::Inet(own), End::Inet(peer));
    let has = |end: &Option<End>, asked| end.as_ref().is_some_and(|known| covers(known, asked));
    let is_it = |socket: &&TracedSocket| {
        has(&socket.own, &own) && (has(&socket.peer, &peer) || !socket.is_tcp || socket.listens)
    };
    // Of equals the newest: an address may have been used before. One that talks comes before one
    // that listens.
    let found = sockets.0.iter().filter(is_it);
    let found = found.max_by_key(|socket| (!socket.listens, socket.calls.last()));
    let tried = || {
        let tried = sockets.0.iter();
        let tried = tried.filter_map(|socket| Some((socket.tried(&peer, at)?, socket)));
        tried
            .min_by_key(|(apart, _)| *apart)
            .map(|(_, socket)| socket)
    };
    found.or_else(tried)
}

/// What a packet is: its data, and its flags as packets of their own, for it is chance whether a
/// system sends both together.
fn parts(packet: &PacketRecord, from: &PacketEnd, to: &PacketEnd) -> Vec<PacketPart> {
    let piece = |data: Vec<usize>, flags: &'static str, mark: &'static str| PacketPart {
        at: packet.at,
        from: from.clone(),
        to: to.clone(),
        data,
        flags,
        message: String::new(),
        mark,
        is_stream: false,
    };
    match &packet.content {
        PacketContent::Tcp(segment) => {
            let mark = mark(segment, packet.is_lost);
            let mut parts = Vec::new();
            if segment.flags.syn {
                let flags = if segment.flags.ack { "SYN ACK" } else { "SYN" };
                parts.push(piece(Vec::new(), flags, mark));
            }
            if segment.length > 0 {
                parts.push(PacketPart {
                    is_stream: true,
                    ..piece(vec![segment.length], "", mark)
                });
            }
            for (is_set, flags) in [(segment.flags.fin, "FIN"), (segment.flags.rst, "RST")] {
                if is_set {
                    parts.push(piece(Vec::new(), flags, mark));
                }
            }
            if parts.is_empty() {
                parts.push(piece(Vec::new(), "ACK", mark));
            }
            parts
        }
        PacketContent::Udp(length) => {
            let mark = if packet.is_lost { "lost" } else { "" };
            vec![piece(vec![*length], "", mark)]
        }
        PacketContent::Icmp(words) => vec![PacketPart {
            message: words.clone(),
            ..piece(Vec::new(), "", "")
        }],
        PacketContent::Arp { .. } | PacketContent::Other => Vec::new(),
    }
}

fn mark(segment: &TcpSegment, is_lost: bool) -> &'static str {
    match (segment.again, segment.late, is_lost) {
        (true, _, true) => "again, lost",
        (_, _, true) => "lost",
        (true, _, _) => "again",
        (_, true, _) => "late",
        _ => "",
    }
}

/// Adds a piece; data that goes on behind a run of its direction is told with it, whatever
/// acknowledged it meanwhile.
fn add(pieces: &mut Vec<PacketPart>, piece: PacketPart) {
    let same_way = |other: &PacketPart| {
        (other.from.address, other.to.address) == (piece.from.address, piece.to.address)
    };
    let answers = |other: &PacketPart| {
        let ways = (other.to.address, other.from.address);
        other.flags == "ACK" && ways == (piece.from.address, piece.to.address)
    };
    if piece.is_stream {
        let last = pieces.iter().rposition(|other| !answers(other));
        if let Some(run) = last.map(|at| &mut pieces[at])
            && run.is_stream
            && run.mark == piece.mark
            && same_way(run)
        {
            run.data.extend(piece.data);
            return;
        }
    }
    // One acknowledgement after another says no more than the last.
    let repeats = |last: &PacketPart| {
        piece.flags == "ACK" && last.flags == "ACK" && last.mark == piece.mark && same_way(last)
    };
    if !pieces.last().is_some_and(repeats) {
        pieces.push(piece);
    }
}

fn seen(piece: PacketPart) -> SeenPacket {
    let marked = |text: String| match piece.mark {
        "" => text,
        mark => format!("{text} {mark}"),
    };
    let (whole, pieces) = if piece.data.is_empty() {
        let text = format!("{}{}", piece.flags, piece.message);
        (text.clone(), text)
    } else {
        let all = bytes(piece.data.iter().sum());
        (all.clone(), groups(&piece.data).unwrap_or(all))
    };
    SeenPacket {
        at: piece.at,
        is_acknowledgement: piece.flags == "ACK",
        ends_handshake: false,
        whole: marked(whole),
        pieces: marked(pieces),
        from: piece.from,
        to: piece.to,
    }
}

fn bytes(count: usize) -> String {
    match count {
        1 => "1 byte".into(),
        count => format!("{count} bytes"),
    }
}

/// `13 x 1448 + 603 bytes`; none where so many different pieces would say little.
fn groups(counts: &[usize]) -> Option<String> {
    let groups: Vec<&[usize]> = counts.chunk_by(|one, next| one == next).collect();
    if counts.len() == 1 || groups.len() > GROUPS {
        return None;
    }
    let group = |group: &&[usize]| match group {
        [count] => count.to_string(),
        equal => format!("{} x {}", equal.len(), equal[0]),
    };
    let groups: Vec<String> = groups.iter().map(group).collect();
    Some(format!("{} bytes", groups.join(" + ")))
}

#[cfg(test)]
mod tests {
    use super::{SeenPacket, seen_packets};
    use crate::trace::sample::{datagrams, page};

    fn told(seen: &[SeenPacket]) -> Vec<String> {
        let way = |packet: &SeenPacket| format!("{} > {}", packet.from.word(), packet.to.word());
        let line = |packet: &SeenPacket| {
            let last = if packet.ends_handshake {
                " at last"
            } else {
                ""
            };
            format!("{}: {}{last}", way(packet), packet.pieces)
        };
        seen.iter().map(line).collect()
    }

    #[test]
    fn runs_of_segments_are_one_and_what_acknowledges_them_is_one() {
        let (sample, packets) = page(13);
        let seen = seen_packets(&sample.records(), &packets);
        assert_eq!(
            told(&seen),
            [
                "main > 108.59.11.99: SYN",
                "108.59.11.99 > main: SYN ACK",
                "main > 108.59.11.99: ACK at last",
                "108.59.11.99 > main: 13 x 1448 bytes",
                "main > 108.59.11.99: ACK",
                "108.59.11.99 > main: FIN",
            ]
        );
        assert_eq!(seen[3].whole, "18824 bytes");
        assert!(seen[0].is_from("main") && !seen[3].is_from("main"));
        assert_eq!(seen[0].connection(), seen[3].connection());
    }

    #[test]
    fn each_datagram_is_one_and_what_got_lost_says_so() {
        let (sample, packets) = datagrams();
        let seen = seen_packets(&sample.records(), &packets);
        assert_eq!(
            told(&seen),
            [
                "main > 108.59.11.99: 5 bytes",
                "main > 108.59.11.99: 5 bytes lost"
            ]
        );
        assert!(seen_packets(&[], &packets).is_empty(), "they are nobody's");
    }
}
