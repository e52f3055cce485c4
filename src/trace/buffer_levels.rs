//! The bytes between two programs, of one direction: where they are.

use std::sync::Arc;

use super::CallRecord;
use super::conversation::{Charset, Tone, TonedText};
use super::traced_socket::{Choice, TracedSockets};
use crate::repr::Repr;

/// The signs of a bar.
const BAR: usize = 20;
/// `MSG_PEEK`, the same number on Linux and macOS: what it gives stays in the queue.
const PEEK: i64 = 2;

/// One direction of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BufferLevels {
    /// Who sends, and who receives.
    pub(crate) from: String,
    pub(crate) to: String,
    /// Bytes that the system took from the sender; none where nobody recorded them.
    pub(crate) sent: Option<usize>,
    /// Bytes that the peer has not acknowledged, and the sender's room (`SO_SNDBUF`).
    pub(crate) unacknowledged: Option<(usize, usize)>,
    /// Bytes that wait for `recv`, and the receiver's room (`SO_RCVBUF`).
    pub(crate) queued: Option<(usize, usize)>,
    /// Bytes that `recv` took.
    pub(crate) taken: Option<usize>,
}

/// How many bytes a socket sent and received, as far as is recorded.
pub(crate) fn bytes_of(calls: &[Arc<CallRecord>], choice: &Choice) -> Option<(usize, usize)> {
    let Choice::Socket(console, fd) = choice else {
        return None;
    };
    let sockets = TracedSockets::of(calls);
    let mut all = sockets.0.iter();
    let socket = all.rfind(|socket| socket.console == *console && socket.fd == *fd)?;
    let (mut sent, mut taken) = (0, 0);
    for call in socket.calls.iter().map(|place| &calls[*place]) {
        sent += call.sent.as_ref().map_or(0, |sent| sent.count);
        if !looks_only(call) {
            taken += call.received.as_ref().map_or(0, |got| got.count);
        }
    }
    Some((sent, taken))
}

fn looks_only(call: &CallRecord) -> bool {
    let mut arguments = call.arguments.iter();
    arguments.any(|(name, value)| {
        *name == "flags" && matches!(value, Repr::Int(flags) if flags & PEEK != 0)
    })
}

/// Draws a direction.
pub(crate) fn buffer_rows(levels: &BufferLevels, charset: Charset) -> Vec<Vec<TonedText>> {
    let arrow = match charset {
        Charset::Unicode => "→",
        Charset::Ascii => "->",
    };
    let head = format!("{} {arrow} {}", levels.from, levels.to);
    let mut rows = vec![vec![(Tone::Name, head)]];
    let mut row = |what: &str, count: Option<usize>, room: Option<usize>| {
        let Some(count) = count else { return };
        let text = format!("  {what:<22} {count:>9} bytes");
        let mut pieces = vec![(Tone::Call, text)];
        if let Some(room) = room {
            let (full, empty) = bar(count, room, charset);
            pieces.push((Tone::Data, format!("  {full}")));
            pieces.push((Tone::Frame, format!("{empty}  room {room}")));
        }
        rows.push(pieces);
    };
    let count = |level: Option<(usize, usize)>| level.map(|(count, _)| count);
    let room = |level: Option<(usize, usize)>| level.map(|(_, room)| room);
    row("sent by the program", levels.sent, None);
    let open = levels.unacknowledged;
    row("not yet acknowledged", count(open), room(open));
    row(
        "in the receive queue",
        count(levels.queued),
        room(levels.queued),
    );
    row("taken by recv", levels.taken, None);
    rows
}

/// The full and the empty part of a bar. A few bytes show, however much room there is.
fn bar(count: usize, room: usize, charset: Charset) -> (String, String) {
    let (on, off) = match charset {
        Charset::Unicode => ("█", "·"),
        Charset::Ascii => ("#", "."),
    };
    let full = (count.saturating_mul(BAR)).div_ceil(room.max(1)).min(BAR);
    (on.repeat(full), off.repeat(BAR - full))
}

#[cfg(test)]
mod tests {
    use super::{BufferLevels, buffer_rows, bytes_of};
    use crate::repr::Repr;
    use crate::trace::conversation::{Charset, plain_text};
    use crate::trace::sample::{Sample, socket_value};
    use crate::trace::traced_socket::Choice;

    #[test]
    fn a_direction_shows_where_its_bytes_are() {
        let levels = BufferLevels {
            from: "client".into(),
            to: "server".into(),
            sent: Some(12),
            unacknowledged: Some((0, 1000)),
            queued: Some((500, 1000)),
            taken: Some(7),
        };
        let text = plain_text(&buffer_rows(&levels, Charset::Ascii));
        assert_eq!(
            text.lines().collect::<Vec<_>>(),
            [
                "client -> server",
                "  sent by the program           12 bytes",
                "  not yet acknowledged           0 bytes  ....................  room 1000",
                "  in the receive queue         500 bytes  ##########..........  room 1000",
                "  taken by recv                  7 bytes",
            ]
        );
    }

    #[test]
    fn what_was_only_looked_at_was_not_taken() {
        let mut sample = Sample::default();
        sample
            .call("main", "socket", 3, (0, 1))
            .returns(socket_value(3));
        sample.call("main", "send", 3, (2, 3)).sent(b"Hello");
        sample.call("main", "recv", 3, (4, 5)).received(b"abc");
        sample
            .call("main", "recv", 3, (6, 7))
            .named("flags", Repr::Int(2))
            .received(b"abcdef");
        let choice = Choice::Socket("main".into(), 3);
        assert_eq!(bytes_of(&sample.records(), &choice), Some((5, 3)));
    }
}
