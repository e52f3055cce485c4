//! Text that is safe to show: escapes for what a terminal would obey or a reader be misled by.

use std::borrow::Cow;
use std::fmt::Write;

/// The characters of a value in a message.
const SHORT: usize = 40;

/// A text in double quotes, with the escapes that a script would need to write it.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    push_quoted(&mut quoted, text);
    quoted
}

/// [`quoted`], at the end of a text.
pub(crate) fn push_quoted(quoted: &mut String, text: &str) {
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if is_unsafe(c) => escape(quoted, c),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
}

/// `b"GET /\r\n\xff"`
pub(crate) fn bytes_literal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 3);
    push_bytes(&mut text, bytes);
    text
}

/// [`bytes_literal`], at the end of a text.
pub(crate) fn push_bytes(text: &mut String, bytes: &[u8]) {
    text.push_str("b\"");
    for byte in bytes {
        match byte {
            b'\r' => text.push_str("\\r"),
            b'\n' => text.push_str("\\n"),
            b'\t' => text.push_str("\\t"),
            b'\\' => text.push_str("\\\\"),
            b'"' => text.push_str("\\\""),
            0x20..0x7f => text.push(char::from(*byte)),
            _ => {
                const DIGITS: &[u8; 16] = b"0123456789abcdef";
                text.push_str("\\x");
                text.push(char::from(DIGITS[usize::from(byte >> 4)]));
                text.push(char::from(DIGITS[usize::from(byte & 15)]));
            }
        }
    }
    text.push('"');
}

/// Text that is safe for a terminal: control characters and those that turn the direction of
/// writing are shown as escapes; line ends and tabs stay. Applying it twice changes nothing more.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let harmful = |c: char| c != '\n' && c != '\t' && is_unsafe(c);
    if !text.contains(harmful) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if harmful(c) {
            escape(&mut safe, c);
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// [`printable`] where one line is meant: line ends are escapes too.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    let safe = printable(text);
    if safe.contains('\n') {
        return Cow::Owned(safe.replace('\n', "\\n"));
    }
    safe
}

/// Whether a terminal would obey the character, or readers be misled by it (Unicode TR 36).
pub(crate) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn escape(text: &mut String, c: char) {
    let number = u32::from(c);
    // Writing to a text cannot fail.
    let _ = match c {
        '\r' => write!(text, "\\r"),
        _ if number < 0x100 => write!(text, "\\x{number:02x}"),
        _ => write!(text, "\\u{number:04x}"),
    };
}

/// The beginning of a text that may be long, or all of a short one.
pub(crate) fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.len() == text.len() && text.chars().nth(SHORT).is_none() {
        return text.into();
    }
    let mut start: String = line.chars().take(SHORT - 3).collect();
    start.push_str("...");
    start
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{bytes_literal, is_unsafe, one_line, printable, quoted};

    #[test]
    fn what_would_steer_a_terminal_is_escaped() {
        assert_eq!(printable("a\tb\nc"), "a\tb\nc");
        assert_eq!(printable("\x1b[31mred\x07\r"), "\\x1b[31mred\\x07\\r");
        assert_eq!(printable("\u{9b}2J\u{202e}x\u{7f}"), "\\x9b2J\\u202ex\\x7f");
        assert_eq!(quoted("\x1b]0;\u{2066}"), "\"\\x1b]0;\\u2066\"");
    }

    #[test]
    fn what_is_to_be_one_line_is_one() {
        assert_eq!(one_line("a\n::error::b"), "a\\n::error::b");
        assert_eq!(one_line("a\tb"), "a\tb");
    }

    #[test]
    fn bytes_show_printable_ascii_as_it_is_and_escape_the_rest() {
        let text = bytes_literal(b"GET /\r\n\t\"\\\x00\x7f\xff");
        assert_eq!(text, r#"b"GET /\r\n\t\"\\\x00\x7f\xff""#);
    }

    proptest! {
        #[test]
        fn shown_text_is_safe_and_escaping_it_changes_nothing(text in any::<String>()) {
            let shown = quoted(&text);
            assert!(!shown.chars().any(is_unsafe));
            assert_eq!(printable(&shown), shown.as_str());
            assert!(!printable(&text).chars().any(|c| is_unsafe(c) && c != '\n' && c != '\t'));
        }
    }
}
