//! A tree as text: one line where it fits, else one element a line, two blanks deeper.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use super::escape::{printable, push_bytes, push_quoted, quoted};
use super::{Cut, Repr};

/// The columns of a line of canonical text, indentation and trailing comma counted.
pub(crate) const WIDTH: usize = 76;

/// Texts of more bytes than this are not measured: no line has room for them.
const LONGEST: usize = 4096;

/// What a piece of the text is; colour follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// A map's key.
    Key,
    /// A text or bytes.
    Text,
    /// A number or a range.
    Number,
    /// `true`, `false`, `()`.
    Constant,
    /// A function, a socket, a file.
    Object,
    /// How much was left out.
    Left,
    /// A word that stands for itself.
    Word,
}

/// How trees become text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    /// The columns of a line, indentation and trailing comma counted.
    pub(crate) width: usize,
    /// What is written before and after a piece, such as the codes of a colour.
    pub(crate) around: fn(Ink) -> (&'static str, &'static str),
}

impl View {
    /// The canonical text's, the same on every screen.
    pub(crate) const CANONICAL: Self = Self {
        width: WIDTH,
        around: |_| ("", ""),
    };

    /// The text of a tree.
    pub(crate) fn text(self, tree: &Repr) -> String {
        let mut page = ReprPage {
            text: String::new(),
            view: self,
        };
        page.put(tree, 0, 0);
        page.text
    }
}

/// The elements of a value that may take several lines.
struct ReprGroup<'a> {
    open: &'static str,
    close: &'static str,
    /// Each with the text of its key, where it has one.
    items: Box<dyn Iterator<Item = (Option<Cow<'a, str>>, &'a Repr)> + 'a>,
    left: usize,
}

impl<'a> ReprGroup<'a> {
    fn of(tree: &'a Repr) -> Option<Self> {
        Some(match tree {
            Repr::Array(items) => {
                let items_of = items.kept.iter().map(|item| (None, item));
                Self::new("[", "]", items_of, items.left)
            }
            Repr::Record(fields) => {
                Self::new("[", "]", fields.iter().map(|(_, field)| (None, field)), 0)
            }
            Repr::Map(rows) => {
                let row = |(key, item): &'a (Box<str>, Repr)| (Some(map_key(key)), item);
                Self::new("#{", "}", rows.kept.iter().map(row), rows.left)
            }
            Repr::Dict(rows) => {
                let row = |(key, item): &'a (Repr, Repr)| (Some(in_line(key).into()), item);
                Self::new("{", "}", rows.kept.iter().map(row), rows.left)
            }
            _ => return None,
        })
    }

    fn new(
        open: &'static str,
        close: &'static str,
        items: impl Iterator<Item = (Option<Cow<'a, str>>, &'a Repr)> + 'a,
        left: usize,
    ) -> Self {
        Self {
            open,
            close,
            items: Box::new(items),
            left,
        }
    }
}

/// The columns of a line that are left after `tree`; none where it needs more than `room`.
fn measure(tree: &Repr, room: usize) -> Option<usize> {
    let Some(group) = ReprGroup::of(tree) else {
        return match tree {
            Repr::Text(Cut { kept, .. }) if kept.len() > LONGEST => None,
            Repr::Bytes(Cut { kept, .. }) | Repr::Bytearray(Cut { kept, .. })
                if kept.len() > LONGEST =>
            {
                None
            }
            leaf => {
                let mut text = String::new();
                push_leaf(&mut text, leaf);
                let left = left_of(leaf).map_or(0, |left| 1 + more(left, " bytes").width());
                room.checked_sub(text.width() + left)
            }
        };
    };
    let mut room = room.checked_sub(group.open.len() + group.close.len())?;
    let mut separator = 0;
    for (key, item) in group.items {
        let key = key.map_or(0, |key| key.width() + 2);
        room = measure(item, room.checked_sub(separator + key)?)?;
        separator = 2;
    }
    match group.left {
        0 => Some(room),
        left => room.checked_sub(separator + more(left, "").width()),
    }
}

/// The text that a tree is put on.
struct ReprPage {
    text: String,
    view: View,
}

impl ReprPage {
    /// Puts a tree. `column` is where the line has come to, the trailing comma included.
    fn put(&mut self, tree: &Repr, indent: usize, column: usize) {
        let Some(group) = ReprGroup::of(tree) else {
            return self.leaf(tree);
        };
        if measure(tree, self.view.width.saturating_sub(column)).is_some() {
            return self.in_line(tree);
        }
        let inner = indent + 2;
        self.text.push_str(group.open);
        let mut is_empty = true;
        for (key, item) in group.items {
            is_empty = false;
            self.new_line(inner);
            let key = key.map_or(0, |key| self.key(&key));
            self.put(item, inner, inner + key + 1);
            self.text.push(',');
        }
        if group.left > 0 {
            self.new_line(inner);
            self.inked(Ink::Left, |text| text.push_str(&more(group.left, "")));
            is_empty = false;
        }
        if !is_empty {
            self.new_line(indent);
        }
        self.text.push_str(group.close);
    }

    fn in_line(&mut self, tree: &Repr) {
        let Some(group) = ReprGroup::of(tree) else {
            return self.leaf(tree);
        };
        self.text.push_str(group.open);
        let mut separator = "";
        for (key, item) in group.items {
            self.text.push_str(separator);
            if let Some(key) = key {
                self.key(&key);
            }
            self.in_line(item);
            separator = ", ";
        }
        if group.left > 0 {
            self.text.push_str(separator);
            self.inked(Ink::Left, |text| text.push_str(&more(group.left, "")));
        }
        self.text.push_str(group.close);
    }

    fn new_line(&mut self, indent: usize) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n(' ', indent));
    }

    /// Puts a key with its colon, and says how wide they are.
    fn key(&mut self, key: &str) -> usize {
        self.inked(Ink::Key, |text| text.push_str(key));
        self.text.push_str(": ");
        key.width() + 2
    }

    fn leaf(&mut self, tree: &Repr) {
        self.inked(ink(tree), |text| push_leaf(text, tree));
        if let Some(left) = left_of(tree) {
            self.text.push(' ');
            self.inked(Ink::Left, |text| text.push_str(&more(left, " bytes")));
        }
    }

    fn inked(&mut self, ink: Ink, put: impl FnOnce(&mut String)) {
        let (before, after) = (self.view.around)(ink);
        self.text.push_str(before);
        put(&mut self.text);
        self.text.push_str(after);
    }
}

/// The text of a tree on one line, however long.
fn in_line(tree: &Repr) -> String {
    let mut page = ReprPage {
        text: String::new(),
        view: View::CANONICAL,
    };
    page.in_line(tree);
    page.text
}

fn ink(tree: &Repr) -> Ink {
    match tree {
        Repr::Text(_) | Repr::Bytes(_) | Repr::Bytearray(_) => Ink::Text,
        Repr::Int(_) | Repr::Float(_) | Repr::Range { .. } => Ink::Number,
        Repr::Bool(_) | Repr::Unit => Ink::Constant,
        Repr::Object { .. } | Repr::Function(_) => Ink::Object,
        _ => Ink::Word,
    }
}

/// The bytes that were left out of a text or of bytes, if any were.
fn left_of(tree: &Repr) -> Option<usize> {
    let left = match tree {
        Repr::Text(text) => text.left,
        Repr::Bytes(bytes) | Repr::Bytearray(bytes) => bytes.left,
        _ => 0,
    };
    (left > 0).then_some(left)
}

/// `… 8,413 more bytes`
fn more(left: usize, what: &str) -> String {
    let digits = left.to_string();
    let mut text = String::from("… ");
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text.push_str(" more");
    text.push_str(what);
    text
}

/// A key as a script writes it: a name as it is, any other text in quotes.
fn map_key(key: &str) -> Cow<'_, str> {
    let mut chars = key.chars();
    let first = chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if first && chars.all(|c| c.is_ascii_alphanumeric() || c == '_') {
        key.into()
    } else {
        quoted(key).into()
    }
}

/// A value that is never broken, without what was left out of it.
fn push_leaf(text: &mut String, tree: &Repr) {
    // Writing to a text cannot fail.
    let _ = match tree {
        Repr::Unit => write!(text, "()"),
        Repr::Bool(value) => write!(text, "{value}"),
        Repr::Int(value) => write!(text, "{value}"),
        Repr::Float(value) => write!(text, "{}", float(*value)),
        Repr::Range {
            start,
            end,
            inclusive,
        } => write!(text, "{start}..{}{end}", if *inclusive { "=" } else { "" }),
        Repr::Text(value) => return push_quoted(text, &value.kept),
        Repr::Bytes(value) => return push_bytes(text, &value.kept),
        Repr::Bytearray(value) => {
            text.push_str("bytearray(");
            push_bytes(text, &value.kept);
            write!(text, ")")
        }
        Repr::Function(None) => write!(text, "<function>"),
        Repr::Function(Some(name)) => write!(text, "<function {}>", printable(name)),
        Repr::Object { kind, fields } => write!(text, "<{kind}").and_then(|()| {
            for (label, field) in fields {
                let equals = if label.is_empty() { "" } else { "=" };
                write!(text, " {label}{equals}{}", in_line(field))?;
            }
            write!(text, ">")
        }),
        Repr::Word(word) => write!(text, "{word}"),
        Repr::Array(_) | Repr::Record(_) | Repr::Map(_) | Repr::Dict(_) => Ok(()),
    };
}

/// A float as the script's engine writes it, whose bounds are single floats.
fn float(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 {
        "0.0".into()
    } else if size > f64::from(1e13_f32) || size < f64::from(1e-13_f32) {
        format!("{value:e}")
    } else if size.fract() == 0.0 {
        format!("{value}.0")
    } else {
        value.to_string()
    }
}
