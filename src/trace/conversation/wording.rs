//! What is written beside the lines of a ladder, and on its arrows.

use super::Tone;
use super::moment::Carried;
use crate::repr::Repr;
use crate::trace::call_line::{brief, call_text, result_text, time_text};
use crate::trace::packet::{PacketContent, TcpSegment};
use crate::trace::{CallRecord, PacketRecord};

/// So many groups of equal pieces are told one by one.
const GROUPS: usize = 3;

/// What a call ended in, after it was held: `= socket fd=5, after 3.2 s`.
pub(super) fn ending(call: &CallRecord) -> String {
    let took = time_text(call.time.end - call.time.start);
    match short_result(call) {
        result if result.is_empty() => format!("{} is done, after {took}", call.call),
        result => format!("= {result}, after {took}"),
    }
}

/// What came of a call; of `accept` the socket, for the arrow tells from where.
fn short_result(call: &CallRecord) -> String {
    match &call.outcome {
        Ok(Repr::Array(pair)) if call.call == "accept" => {
            pair.kept.first().map_or_else(String::new, brief)
        }
        _ => result_text(call),
    }
}

/// A call with what came of it.
pub(super) fn whole_text(calls: &[&CallRecord]) -> String {
    let call = calls[0];
    let within = call
        .within
        .map_or_else(String::new, |within| format!("{within}: "));
    let mut text = format!("{within}{}", call_text(call));
    if calls.len() > 1 {
        let moved = |call: &&CallRecord| {
            let moved = call.received.as_ref().or(call.sent.as_ref());
            moved.map(|payload| payload.count)
        };
        let bytes = calls.iter().filter_map(moved);
        text.push_str(&format!(" × {} = {}", calls.len(), count_text(bytes.sum())));
        return text;
    }
    let result = short_result(call);
    if !result.is_empty() {
        text.push_str(&format!(" = {result}"));
    }
    text
}

pub(super) fn count_text(count: usize) -> String {
    match count {
        1 => "1 byte".into(),
        count => format!("{count} bytes"),
    }
}

pub(super) fn bytes_label(counts: &[usize]) -> String {
    match counts {
        [0] => "end".into(),
        _ => counts_label(counts),
    }
}

/// How many bytes, in which pieces: `13 × 1448 + 603 bytes`.
pub(super) fn counts_label(counts: &[usize]) -> String {
    let groups: Vec<&[usize]> = counts.chunk_by(|one, next| one == next).collect();
    if groups.len() > GROUPS {
        let all = count_text(counts.iter().sum());
        return format!("{all} in {} pieces", counts.len());
    }
    if let [count] = counts {
        return count_text(*count);
    }
    let group = |group: &&[usize]| match group {
        [count] => count.to_string(),
        equal => format!("{} × {}", equal.len(), equal[0]),
    };
    let groups: Vec<String> = groups.iter().map(group).collect();
    format!("{} bytes", groups.join(" + "))
}

/// A label with a word behind it, if there is one.
pub(super) fn with_mark(label: String, mark: &str) -> String {
    match mark {
        "" => label,
        mark => format!("{label} {mark}"),
    }
}

/// What stands on a packet's arrow, what kind it is, and what it carries where it may be told with
/// others.
pub(super) fn packet_label(packet: &PacketRecord) -> (String, Tone, Option<Carried>) {
    let (parts, kind, bytes, mark) = match &packet.content {
        PacketContent::Tcp(segment) => {
            let mark = match (segment.again, segment.late) {
                (true, _) => "again",
                (_, true) => "late",
                _ => "",
            };
            let (parts, kind) = segment_parts(segment);
            (parts, kind, segment.length, mark)
        }
        PacketContent::Udp(length) => (count_text(*length), Tone::Data, *length, ""),
        PacketContent::Icmp(words) => (words.clone(), Tone::Failed, 0, ""),
        PacketContent::Arp { .. } | PacketContent::Other => ("?".into(), Tone::Quiet, 0, ""),
    };
    let mark = match (packet.is_lost, mark) {
        (true, "") => "lost",
        (true, _) => "again, lost",
        (false, mark) => mark,
    };
    let is_foldable = match kind {
        Tone::Data => true,
        Tone::Quiet => mark.is_empty(),
        _ => false,
    };
    let carried = Carried { bytes, mark };
    let kind = if packet.is_lost { Tone::Failed } else { kind };
    (with_mark(parts, mark), kind, is_foldable.then_some(carried))
}

/// The flags and the bytes of a segment.
fn segment_parts(segment: &TcpSegment) -> (String, Tone) {
    let flags = segment.flags;
    let mut parts: Vec<String> = Vec::new();
    if flags.syn {
        parts.push(if flags.ack { "SYN ACK" } else { "SYN" }.into());
    }
    if segment.length > 0 {
        parts.push(count_text(segment.length));
    }
    if flags.fin {
        parts.push("FIN".into());
    }
    if flags.rst {
        parts.push("RST".into());
    }
    let kind = match (flags.rst, flags.syn || flags.fin, segment.length) {
        (true, ..) => Tone::Failed,
        (_, true, _) => Tone::Control,
        (_, _, 0) => Tone::Quiet,
        _ => Tone::Data,
    };
    if parts.is_empty() {
        parts.push("ACK".into());
    }
    (parts.join(" "), kind)
}
