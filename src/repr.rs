//! The shown form of a value as data: a tree that may cross threads, bounded in depth and size, so
//! that showing costs what is shown. Text is a view of it: see [`layout`].

mod builder;
pub(crate) mod escape;
pub(crate) mod layout;

use std::borrow::Cow;
use std::fmt;

pub(crate) use builder::ReprBuilder;
use layout::View;

/// As much of something as a tree holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Cut<T> {
    /// The beginning, or all of it.
    pub(crate) kept: T,
    /// How many bytes or elements follow that were left out.
    pub(crate) left: usize,
}

/// A value's shown form.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Repr {
    /// rhai's `()`.
    Unit,
    /// `true`
    Bool(bool),
    /// `80`
    Int(i64),
    /// `0.5`
    Float(f64),
    /// `0..3`, and `0..=3` where the end belongs to it.
    Range {
        /// Where it begins.
        start: i64,
        /// Where it ends.
        end: i64,
        /// Whether the end belongs to it.
        inclusive: bool,
    },
    /// `"GET /\r\n"`
    Text(Cut<Box<str>>),
    /// `b"GET /\r\n\xff"`
    Bytes(Cut<Box<[u8]>>),
    /// `bytearray(b"GET /")`
    Bytearray(Cut<Box<[u8]>>),
    /// `[1, 2]`
    Array(Cut<Vec<Repr>>),
    /// An array whose parts have names, shown like any other: an address info.
    Record(Vec<(&'static str, Repr)>),
    /// `#{kind: "a", "two words": 1}`
    Map(Cut<Vec<(Box<str>, Repr)>>),
    /// `{0: "AF_UNSPEC"}`, the keys integers or texts.
    Dict(Cut<Vec<(Repr, Repr)>>),
    /// `<function double>`; a closure has no name.
    Function(Option<Box<str>>),
    /// What has no literal: `<socket fd=3 family=AF_INET>`.
    Object {
        /// Its type in a learner's word.
        kind: &'static str,
        /// What is told of it, each with its label; some parts have none.
        fields: Vec<(&'static str, Repr)>,
    },
    /// A word that stands for itself: `AF_INET`, `[closed]`.
    Word(Cow<'static, str>),
}

/// How much of a value a tree takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// How deep values may lie in each other; deeper ones become `...`.
    pub(crate) depth: usize,
    /// How many values in all.
    pub(crate) values: usize,
    /// How many bytes of texts, bytes and keys in all.
    pub(crate) bytes: usize,
}

impl Bounds {
    /// What a statement shows.
    pub(crate) const SHOWN: Self = Self {
        depth: 64,
        values: 1 << 20,
        bytes: 4 << 20,
    };
    /// What a script turns into text.
    pub(crate) const TEXT: Self = Self {
        bytes: 16 << 20,
        ..Self::SHOWN
    };
    /// What the record of a call keeps of an argument or a result.
    pub(crate) const RECORD: Self = Self {
        depth: 4,
        values: 64,
        bytes: 256,
    };
    /// What goes into a message or a list: more than [`escape::short`] keeps.
    pub(crate) const BRIEF: Self = Self {
        depth: 64,
        values: 64,
        bytes: 192,
    };
}

impl<T> Cut<T> {
    /// All of something.
    pub(crate) fn whole(kept: T) -> Self {
        Self { kept, left: 0 }
    }

    /// The same where so many more follow.
    fn and_more(mut self, more: usize) -> Self {
        self.left += more;
        self
    }
}

impl Cut<Box<[u8]>> {
    /// At most `most` of some bytes.
    fn of_bytes(bytes: &[u8], most: usize) -> Self {
        let kept = &bytes[..bytes.len().min(most)];
        Self {
            kept: kept.into(),
            left: bytes.len() - kept.len(),
        }
    }
}

impl Repr {
    /// A text, of which at most `most` bytes are kept.
    pub(crate) fn text(text: &str, most: usize) -> Self {
        let kept = &text[..text.floor_char_boundary(most)];
        Self::Text(Cut {
            kept: kept.into(),
            left: text.len() - kept.len(),
        })
    }

    /// Bytes, of which at most `most` are kept.
    pub(crate) fn bytes(bytes: &[u8], most: usize) -> Self {
        Self::Bytes(Cut::of_bytes(bytes, most))
    }

    /// A word.
    pub(crate) fn word(word: impl Into<Cow<'static, str>>) -> Self {
        Self::Word(word.into())
    }

    /// An array that is here whole.
    pub(crate) fn array(items: Vec<Self>) -> Self {
        Self::Array(Cut::whole(items))
    }

    /// The text, where it is one and whole.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) if text.left == 0 => Some(&text.kept),
            _ => None,
        }
    }

    /// The value in one short line.
    pub(crate) fn brief(&self) -> String {
        escape::short(&self.within(Bounds::BRIEF).to_string())
    }

    /// The same value within other bounds.
    #[must_use]
    pub(crate) fn within(&self, bounds: Bounds) -> Self {
        self.copy(&mut ReprBuilder::new(bounds))
    }

    fn copy(&self, builder: &mut ReprBuilder) -> Self {
        builder.nested(|builder| match self {
            Self::Text(text) => match builder.text(&text.kept) {
                Self::Text(copy) => Self::Text(copy.and_more(text.left)),
                other => other,
            },
            Self::Bytes(bytes) => Self::Bytes(builder.bytes(&bytes.kept).and_more(bytes.left)),
            Self::Bytearray(bytes) => {
                Self::Bytearray(builder.bytes(&bytes.kept).and_more(bytes.left))
            }
            Self::Array(items) => {
                let copy = builder.gather(items.kept.iter(), |builder, item| item.copy(builder));
                Self::Array(copy.and_more(items.left))
            }
            Self::Map(rows) => {
                let copy = builder.gather(rows.kept.iter(), |builder, (key, item)| {
                    (builder.key(key), item.copy(builder))
                });
                Self::Map(copy.and_more(rows.left))
            }
            Self::Dict(rows) => {
                let copy = builder.gather(rows.kept.iter(), |builder, (key, item)| {
                    (key.copy(builder), item.copy(builder))
                });
                Self::Dict(copy.and_more(rows.left))
            }
            Self::Record(fields) => Self::Record(copy_fields(fields, builder)),
            Self::Object { kind, fields } => Self::Object {
                kind,
                fields: copy_fields(fields, builder),
            },
            other => other.clone(),
        })
    }

    /// How many bytes it takes in memory, about.
    pub(crate) fn weight(&self) -> usize {
        let inner = match self {
            Self::Text(text) => text.kept.len(),
            Self::Bytes(bytes) | Self::Bytearray(bytes) => bytes.kept.len(),
            Self::Array(items) => items.kept.iter().map(Self::weight).sum(),
            Self::Record(fields) | Self::Object { fields, .. } => {
                fields.iter().map(|(_, field)| field.weight()).sum()
            }
            Self::Map(rows) => rows
                .kept
                .iter()
                .map(|(key, item)| key.len() + item.weight())
                .sum(),
            Self::Dict(rows) => rows
                .kept
                .iter()
                .map(|(key, item)| key.weight() + item.weight())
                .sum(),
            _ => 0,
        };
        size_of::<Self>() + inner
    }
}

fn copy_fields(
    fields: &[(&'static str, Repr)],
    builder: &mut ReprBuilder,
) -> Vec<(&'static str, Repr)> {
    let copy = |(label, field): &(&'static str, Repr)| (*label, field.copy(builder));
    fields.iter().map(copy).collect()
}

impl fmt::Display for Repr {
    /// The canonical text: one line where it fits, else one element a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&View::CANONICAL.text(self))
    }
}

#[cfg(test)]
mod tests;
