//! What was sent and what came back, for people: sizes, beginnings, and the first difference.

use crate::repr::escape;
use crate::script::failure::Evidence;

/// How many bytes of a message are shown beside its length.
const SHOWN: usize = 32;
/// The bytes of a row of the dump.
const ROW: usize = 16;

/// The lines that tell a check's evidence.
pub(crate) fn lines(evidence: &Evidence) -> Vec<String> {
    let mut lines = Vec::new();
    let parts = [
        ("sent", &evidence.sent),
        ("expected", &evidence.expected),
        ("got", &evidence.got),
    ];
    for (name, bytes) in parts {
        if let Some(bytes) = bytes {
            lines.push(format!("{name:<9} {}", summary(bytes)));
        }
    }
    let wanted = evidence.expected.as_ref().or(evidence.sent.as_ref());
    if let (Some(wanted), Some(got)) = (wanted, &evidence.got)
        && let Some(at) = first_difference(wanted, got)
        && !(wanted.is_empty() || got.is_empty())
    {
        lines.extend(window(wanted, got, at));
    }
    lines
}

/// "40 bytes  b"This message…"…"
fn summary(bytes: &[u8]) -> String {
    let count = match bytes.len() {
        0 => return "nothing".into(),
        1 => "1 byte".into(),
        count => format!("{count} bytes"),
    };
    let shown = escape::bytes_literal(&bytes[..bytes.len().min(SHOWN)]);
    let more = if bytes.len() > SHOWN { "…" } else { "" };
    format!("{count}  {shown}{more}")
}

/// The place of the first byte that differs, or where one of them ends.
pub(crate) fn first_difference(wanted: &[u8], got: &[u8]) -> Option<usize> {
    let same = wanted.iter().zip(got).take_while(|(a, b)| a == b).count();
    (same < wanted.len() || same < got.len()).then_some(same)
}

/// The rows of both around a place, and a mark below it.
fn window(wanted: &[u8], got: &[u8], at: usize) -> Vec<String> {
    let row = at / ROW;
    let mut lines = vec![format!("the first difference is at byte {at}:")];
    for row in row.saturating_sub(1)..=row {
        lines.push(format!("  expected  {}", dump(wanted, row)));
        lines.push(format!("  got       {}", dump(got, row)));
    }
    let within = at % ROW;
    let column = 12 + 10 + within * 3 + usize::from(within >= ROW / 2);
    lines.push(format!("{}^^", " ".repeat(column)));
    lines
}

/// One row: `00000010  47 45 …  |GE|`, and where nothing is left, that.
fn dump(bytes: &[u8], row: usize) -> String {
    let start = (row * ROW).min(bytes.len());
    let part = &bytes[start..bytes.len().min(start + ROW)];
    let mut text = format!("{:08x}  ", row * ROW);
    for at in 0..ROW {
        if at == ROW / 2 {
            text.push(' ');
        }
        match part.get(at) {
            Some(byte) => text.push_str(&format!("{byte:02x} ")),
            None => text.push_str("   "),
        }
    }
    let letters: String = part
        .iter()
        .map(|&byte| match byte {
            b' '..=b'~' => char::from(byte),
            _ => '.',
        })
        .collect();
    format!("{text} |{letters}|")
}

#[cfg(test)]
mod tests {
    use super::lines;
    use crate::script::failure::Evidence;

    fn told(sent: &[u8], got: &[u8]) -> String {
        let evidence = Evidence {
            sent: Some(sent.to_vec()),
            expected: None,
            got: Some(got.to_vec()),
            seen: None,
        };
        lines(&evidence).join("\n")
    }

    #[test]
    fn a_changed_byte_is_marked_in_its_row() {
        let text = told(b"0123456789abcdefghijkl", b"0123456789abcdefghIjkl");
        assert_eq!(
            text,
            "sent      22 bytes  b\"0123456789abcdefghijkl\"\n\
             got       22 bytes  b\"0123456789abcdefghIjkl\"\n\
             the first difference is at byte 18:\n  \
             expected  00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|\n  \
             got       00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|\n  \
             expected  00000010  67 68 69 6a 6b 6c                                 |ghijkl|\n  \
             got       00000010  67 68 49 6a 6b 6c                                 |ghIjkl|\n                            ^^"
        );
    }

    #[test]
    fn a_missing_end_and_nothing_at_all_are_told() {
        assert!(told(b"abc", b"ab").contains("the first difference is at byte 2:"));
        assert_eq!(
            told(b"abc", b""),
            "sent      3 bytes  b\"abc\"\ngot       nothing"
        );
        assert!(!told(b"abc", b"abc").contains("difference"));
    }

    #[test]
    fn a_long_message_shows_only_its_beginning() {
        let text = told(&vec![b'x'; 1 << 20], &vec![b'x'; 1 << 19]);
        assert!(text.contains("1048576 bytes") && text.len() < 600, "{text}");
    }
}
