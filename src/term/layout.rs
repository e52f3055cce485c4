//! A value's canonical text on a screen: laid out for its width, coloured by kind. Text in, text
//! out; what does not read as a value comes back as it is.

use unicode_width::UnicodeWidthStr;

use crate::script::repr::WIDTH;

/// Deeper nests are shown as they came; the canonical text has none.
const DEPTH: usize = 100;
/// The narrowest layout that still helps.
const NARROWEST: usize = 16;

/// Lays a canonical text out for a terminal of so many columns, with colours if wanted. It never
/// gets wider than the canonical text, so that a wide screen shows what a transcript shows.
pub(crate) fn lay_out(canonical: &str, columns: Option<usize>, colour: bool) -> String {
    let width = columns.map_or(WIDTH, |columns| {
        columns.saturating_sub(1).clamp(NARROWEST, WIDTH)
    });
    if width == WIDTH && !colour {
        return canonical.into();
    }
    let mut reader = Reader {
        text: canonical,
        at: 0,
    };
    let whole = reader.item(0).filter(|_| reader.at == canonical.len());
    let Some(node) = whole else {
        return canonical.into();
    };
    let mut page = Page {
        text: String::with_capacity(canonical.len()),
        width,
        colour,
    };
    page.put(&node, 0, 0);
    page.text
}

/// A part of a value's text.
enum Node<'a> {
    Leaf(&'a str),
    Group {
        open: &'a str,
        close: &'a str,
        items: Vec<(Option<&'a str>, Node<'a>)>,
        width: usize,
    },
}

impl Node<'_> {
    fn width(&self) -> usize {
        match self {
            Self::Leaf(text) => text.width(),
            Self::Group { width, .. } => *width,
        }
    }
}

/// Reads the canonical text; every method gives none where the text is not one.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn take(&mut self, length: usize) -> &'a str {
        let taken = &self.rest()[..length];
        self.at += length;
        taken
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn item(&mut self, depth: usize) -> Option<Node<'a>> {
        if depth > DEPTH {
            return None;
        }
        let rest = self.rest();
        let group = [("#{", "}"), ("{", "}"), ("[", "]")];
        match group.iter().find(|(open, _)| rest.starts_with(open)) {
            Some((open, close)) => self.group(open.len(), close, depth),
            None => {
                let length = leaf_length(rest).filter(|length| *length > 0)?;
                Some(Node::Leaf(self.take(length)))
            }
        }
    }

    fn group(&mut self, open: usize, close: &'static str, depth: usize) -> Option<Node<'a>> {
        let open = self.take(open);
        let mut items = Vec::new();
        let mut width = open.len() + close.len();
        loop {
            self.skip_blanks();
            if self.rest().starts_with(close) {
                let close = self.take(close.len());
                width += 2 * items.len().saturating_sub(1);
                return Some(Node::Group {
                    open,
                    close,
                    items,
                    width,
                });
            }
            let mut item = self.item(depth + 1)?;
            let mut key = None;
            if let (Node::Leaf(text), true) = (&item, self.rest().starts_with(": ")) {
                key = Some(*text);
                width += text.width() + 2;
                self.take(2);
                item = self.item(depth + 1)?;
            }
            width += item.width();
            items.push((key, item));
            match self.rest().bytes().next()? {
                b',' => drop(self.take(1)),
                _ => {
                    self.skip_blanks();
                    self.rest().starts_with(close).then_some(())?;
                }
            }
        }
    }
}

/// The length of a text in quotes, of a `<socket …>`, or of a word; none where it never ends.
fn leaf_length(text: &str) -> Option<usize> {
    let quoted = text.strip_prefix('b').unwrap_or(text);
    if quoted.starts_with('"') {
        return quote_length(quoted).map(|length| text.len() - quoted.len() + length);
    }
    if text.starts_with('<') {
        return angle_length(text);
    }
    let end = |c: char| matches!(c, ',' | ':' | ']' | '}' | '\n');
    Some(text.find(end).unwrap_or(text.len()))
}

fn quote_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn angle_length(text: &str) -> Option<usize> {
    let mut at = 1;
    let mut open = 1;
    while open > 0 {
        match text.as_bytes().get(at)? {
            b'<' => open += 1,
            b'>' => open -= 1,
            b'"' => at += quote_length(&text[at..])? - 1,
            _ => {}
        }
        at += 1;
    }
    Some(at)
}

/// The page that nodes are put on.
struct Page {
    text: String,
    width: usize,
    colour: bool,
}

impl Page {
    fn put(&mut self, node: &Node<'_>, indent: usize, column: usize) {
        let (open, close, items, width) = match node {
            Node::Leaf(text) => return self.leaf(text),
            Node::Group {
                open,
                close,
                items,
                width,
            } => (open, close, items, *width),
        };
        self.text.push_str(open);
        if column + width <= self.width || items.is_empty() {
            for (index, (key, item)) in items.iter().enumerate() {
                self.text.push_str(if index == 0 { "" } else { ", " });
                self.key(*key);
                // Inside a line that fits everything fits.
                self.put(item, indent, 0);
            }
        } else {
            let inner = indent + 2;
            self.text.push('\n');
            for (key, item) in items {
                self.text.extend(std::iter::repeat_n(' ', inner));
                self.key(*key);
                let key = key.map_or(0, |key| key.width() + 2);
                self.put(item, inner, inner + key + 1);
                self.text.push_str(",\n");
            }
            self.text.extend(std::iter::repeat_n(' ', indent));
        }
        self.text.push_str(close);
    }

    fn key(&mut self, key: Option<&str>) {
        if let Some(key) = key {
            self.coloured(key, "34");
            self.text.push_str(": ");
        }
    }

    fn leaf(&mut self, text: &str) {
        let code = match text.as_bytes() {
            [b'"', ..] | [b'b', b'"', ..] => "32",
            [b'0'..=b'9', ..] | [b'-', b'0'..=b'9', ..] => "36",
            [b'<', ..] => "33",
            b"true" | b"false" | b"()" => "35",
            _ => "",
        };
        self.coloured(text, code);
    }

    fn coloured(&mut self, text: &str, code: &str) {
        if self.colour && !code.is_empty() {
            self.text.push_str(&format!("\x1b[{code}m{text}\x1b[0m"));
        } else {
            self.text.push_str(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::lay_out;

    const INFOS: &str = "[\n  [2, 1, 6, \"\", [\"108.59.11.99\", 80]],\n  [2, 2, 17, \"\", [\"108.59.11.99\", 80]],\n  [2, 3, 0, \"\", [\"108.59.11.99\", 80]],\n]";

    fn plain(text: &str) -> String {
        let mut plain = String::new();
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            if letter == '\x1b' {
                let _ = letters.find(|letter| *letter == 'm');
            } else {
                plain.push(letter);
            }
        }
        plain
    }

    #[test]
    fn a_wide_screen_shows_the_canonical_text() {
        for text in [
            INFOS,
            "5",
            "-3.5",
            "[]",
            "#{}",
            "()",
            "0..3",
            "\"a, [b\"",
            "b\"GET /\\r\\n\\xff\"",
            "#{kind: \"a\", \"two words\": [1, 2]}",
            "{0: \"AF_UNSPEC\", 1: \"AF_UNIX\"}",
            "<socket fd=3 family=AF_INET laddr=[\"0.0.0.0\", 0]>",
            "[<socket [closed]>, 1]",
            "[1, [...], #{...}]",
            "...",
        ] {
            assert_eq!(lay_out(text, Some(200), false), text);
            assert_eq!(plain(&lay_out(text, Some(200), true)), text, "{text}");
            assert_eq!(plain(&lay_out(text, None, true)), text, "{text}");
        }
    }

    #[test]
    fn a_narrow_screen_gets_one_part_a_line() {
        let shown = lay_out("[\"127.0.0.1\", 80, \"and more\"]", Some(20), false);
        assert_eq!(shown, "[\n  \"127.0.0.1\",\n  80,\n  \"and more\",\n]");
        let shown = lay_out(INFOS, Some(32), false);
        assert!(shown.contains("\n  [\n    2,\n    1,\n"), "{shown}");
    }

    #[test]
    fn kinds_have_colours_and_texts_stay_whole() {
        let shown = lay_out("[1, \"a]b\", true]", None, true);
        assert_eq!(
            shown,
            "[\x1b[36m1\x1b[0m, \x1b[32m\"a]b\"\x1b[0m, \x1b[35mtrue\x1b[0m]"
        );
    }

    #[test]
    fn what_is_no_value_stays_as_it_is() {
        for text in ["[1, 2", "\"open", "<socket", "a]b]", "", "]", ", ,"] {
            assert_eq!(lay_out(text, Some(20), true).replace("\x1b[0m", ""), text);
        }
        let deep = "[".repeat(100_000);
        assert_eq!(lay_out(&deep, Some(20), true), deep);
    }
}
