//! A recorded call in a line, in the words of the script that made it.

use std::fmt::Write;
use std::time::Duration;

use super::{CallRecord, End};
use crate::repr::Repr;
use crate::repr::escape::{bytes_literal, quoted, short};

/// How many signs of a text, or bytes, show.
const FIRST: usize = 8;
/// How many elements of an array show.
const ELEMENTS: usize = 4;
/// A wait of this length is worth telling apart from the call.
const LONG: Duration = Duration::from_millis(10);

/// `sendall("GET / HT"…, 41 bytes) to 108.59.11.99:80  0.10 ms`
pub(crate) fn call_line(record: &CallRecord) -> String {
    let mut line = String::new();
    if let Some(within) = record.within {
        let _ = write!(line, "{within}: ");
    }
    line.push_str(&call_text(record));
    if let Some(place) = place(record) {
        let _ = write!(line, " {place}");
    }
    let result = result_text(record);
    if !result.is_empty() {
        let _ = write!(line, " = {result}");
    }
    let took = record.time.end - record.time.start;
    let waited = record.wait.as_ref().map(|wait| wait.end - wait.start);
    let word = if waited.is_some_and(|wait| wait >= LONG) {
        "waited "
    } else {
        ""
    };
    let _ = write!(line, "  {word}{}", time_text(took));
    line
}

/// `sendall("GET / HT"…, 41 bytes)`
pub(super) fn call_text(record: &CallRecord) -> String {
    let arguments: Vec<String> = record
        .arguments
        .iter()
        .map(|(_, value)| brief(value))
        .collect();
    format!("{}({})", record.call, arguments.join(", "))
}

/// What came of it, empty for nothing: `b"HTTP/1.1"…, 1448 bytes`, `ECONNREFUSED`.
pub(super) fn result_text(record: &CallRecord) -> String {
    match &record.outcome {
        Ok(Repr::Unit) => String::new(),
        Ok(value) => brief(value),
        Err(error) => error.name.unwrap_or(error.kind).into(),
    }
}

/// With whom: `to 108.59.11.99:80`.
fn place(record: &CallRecord) -> Option<String> {
    let peer = record.peer.as_ref().and_then(end_text);
    if record.sent.is_some() {
        Some(format!("to {}", peer?))
    } else if record.received.is_some() {
        Some(format!("from {}", peer?))
    } else if record.call == "accept" {
        Some(format!("on {}", record.own.as_ref().and_then(end_text)?))
    } else {
        None
    }
}

/// An address in a line; none for a socket without a name.
pub(super) fn end_text(end: &End) -> Option<String> {
    match end {
        End::Inet(address) => Some(address.to_string()),
        End::Unix(path) if path.is_empty() => None,
        End::Unix(path) => {
            let text = bytes_literal(path);
            Some(text[2..text.len() - 1].into())
        }
        End::Other(family) => Some(format!("family {family}")),
    }
}

/// A value in a few signs.
pub(super) fn brief(value: &Repr) -> String {
    match value {
        Repr::Text(text) => {
            let all = text.kept.len() + text.left;
            let first: String = text.kept.chars().take(FIRST).collect();
            if first.len() == all {
                return quoted(&first);
            }
            // A name is worth reading; what is sent is worth counting.
            if all <= 3 * FIRST {
                return quoted(&text.kept);
            }
            format!("{}…, {all} bytes", quoted(&first))
        }
        Repr::Bytes(bytes) | Repr::Bytearray(bytes) => {
            let all = bytes.kept.len() + bytes.left;
            let first = &bytes.kept[..bytes.kept.len().min(FIRST)];
            if first.len() == all {
                return bytes_literal(first);
            }
            format!("{}…, {all} bytes", bytes_literal(first))
        }
        Repr::Array(array) => {
            let mut parts: Vec<String> = array.kept.iter().take(ELEMENTS).map(brief).collect();
            if array.kept.len() + array.left > ELEMENTS {
                parts.push("…".into());
            }
            format!("[{}]", parts.join(", "))
        }
        Repr::Record(parts) => {
            let parts: Vec<String> = parts.iter().map(|(_, part)| brief(part)).collect();
            format!("[{}]", parts.join(", "))
        }
        Repr::Object { kind, fields } => match fields.iter().find(|(label, _)| *label == "fd") {
            Some((_, fd)) => format!("{kind} fd={fd}"),
            None => format!("<{kind}>"),
        },
        other => short(&other.to_string()),
    }
}

/// Two digits and a unit: `0.10 ms`, `12 ms`, `3.2 s`.
pub(super) fn time_text(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1e3;
    match milliseconds {
        ms if ms >= 9_950.0 => format!("{:.0} s", ms / 1e3),
        ms if ms >= 999.5 => format!("{:.1} s", ms / 1e3),
        ms if ms >= 9.95 => format!("{ms:.0} ms"),
        ms if ms >= 0.995 => format!("{ms:.1} ms"),
        ms => format!("{ms:.2} ms"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{call_line, time_text};
    use crate::repr::{Cut, Repr};
    use crate::trace::sample::Sample;

    const HERE: &str = "10.29.144.178:45330";
    const WEB: &str = "108.59.11.99:80";

    #[test]
    fn a_call_is_one_line_in_the_scripts_words() {
        let request = format!("GET / HTTP/1.1\r\n{}", "x".repeat(25));
        let mut sample = Sample::default();
        sample
            .call("main", "sendall", 3, (100, 200))
            .argument(Repr::text(&request, 256))
            .ends(HERE, WEB)
            .sent(request.as_bytes());
        sample
            .call("main", "recv", 3, (300, 12_300))
            .argument(Repr::Int(4096))
            .ends(HERE, WEB)
            .waited()
            .received(&[b'x'; 1448]);
        sample
            .call("main", "connect", 3, (0, 50))
            .argument(Repr::text("no.test", 256))
            .argument(Repr::Int(80))
            .fails("ECONNREFUSED");
        let lines: Vec<String> = sample.calls.iter().map(call_line).collect();
        assert_eq!(
            lines,
            [
                "sendall(\"GET / HT\"…, 41 bytes) to 108.59.11.99:80  0.10 ms",
                "recv(4096) from 108.59.11.99:80 = b\"xxxxxxxx\"…, 1448 bytes  waited 12 ms",
                "connect(\"no.test\", 80) = ECONNREFUSED  0.05 ms",
            ]
        );
    }

    #[test]
    fn what_a_peer_sent_steers_no_terminal() {
        let mut sample = Sample::default();
        let evil = Cut::whole(Box::<[u8]>::from(&b"\x1b[2J\x07"[..]));
        sample
            .call("main", "recv", 3, (0, 1))
            .returns(Repr::Bytes(evil));
        assert_eq!(
            call_line(&sample.calls[0]),
            "recv() = b\"\\x1b[2J\\x07\"  0.00 ms"
        );
    }

    #[test]
    fn a_time_has_two_digits_and_a_unit() {
        for (micros, text) in [
            (0, "0.00 ms"),
            (100, "0.10 ms"),
            (1_234, "1.2 ms"),
            (12_345, "12 ms"),
            (3_210_000, "3.2 s"),
            (75_000_000, "75 s"),
        ] {
            assert_eq!(time_text(Duration::from_micros(micros)), text);
        }
    }
}
