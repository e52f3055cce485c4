//! Bytes: what travels over a socket.

use std::fmt;
use std::ops::Range;
use std::rc::Rc;

use rhai::{Blob, Dynamic, ImmutableString};

use super::{Bytearray, Property, Value, ValueType, property, size};
use crate::repr::{Repr, ReprBuilder};

/// A sequence of bytes, cheap to copy: copies share their content until one of them grows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Bytes(Rc<Vec<u8>>);

/// How bytes and text are turned into each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8 (RFC 3629).
    Utf8,
    /// The 128 characters of ASCII (RFC 20).
    Ascii,
    /// ISO 8859-1: each byte is the character of that number.
    Latin1,
}

/// Why bytes are not a text, or a text not bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ByteMismatch {
    /// This byte stands at this place, where no character has it.
    Byte {
        /// The byte.
        byte: u8,
        /// Its place, counted from 0.
        at: usize,
    },
    /// The last bytes begin a character that does not end.
    Split {
        /// Where the character begins, counted from 0.
        at: usize,
    },
    /// The encoding has no bytes for this character.
    Character(char),
}

impl Encoding {
    /// The encoding of a name as Python writes it: `"utf-8"`, `"ASCII"`, `"latin1"`.
    pub(crate) fn find(name: &str) -> Option<Self> {
        let name: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        match name.as_str() {
            "utf8" => Some(Self::Utf8),
            "ascii" | "usascii" => Some(Self::Ascii),
            "latin1" | "iso88591" => Some(Self::Latin1),
            _ => None,
        }
    }

    /// The name as Python writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Ascii => "ascii",
            Self::Latin1 => "latin-1",
        }
    }

    /// The bytes of a text.
    pub(crate) fn encode(self, text: &str) -> Result<Bytes, ByteMismatch> {
        let limit = match self {
            Self::Utf8 => return Ok(Bytes::from(text)),
            Self::Ascii => 0x7f,
            Self::Latin1 => 0xff,
        };
        text.chars()
            .map(|c| {
                u8::try_from(u32::from(c))
                    .ok()
                    .filter(|byte| *byte <= limit)
                    .ok_or(ByteMismatch::Character(c))
            })
            .collect::<Result<Vec<u8>, _>>()
            .map(Bytes::new)
    }

    /// The text of some bytes.
    pub(crate) fn decode(self, bytes: &[u8]) -> Result<ImmutableString, ByteMismatch> {
        match self {
            Self::Latin1 => Ok(bytes.iter().map(|byte| char::from(*byte)).collect()),
            Self::Ascii => match bytes.iter().position(|byte| !byte.is_ascii()) {
                Some(at) => Err(ByteMismatch::Byte {
                    byte: bytes[at],
                    at,
                }),
                None => Ok(bytes.iter().map(|byte| char::from(*byte)).collect()),
            },
            Self::Utf8 => std::str::from_utf8(bytes).map(Into::into).map_err(|error| {
                let at = error.valid_up_to();
                match (error.error_len(), bytes.get(at)) {
                    (Some(_), Some(byte)) => ByteMismatch::Byte { byte: *byte, at },
                    _ => ByteMismatch::Split { at },
                }
            }),
        }
    }
}

impl fmt::Display for ByteMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Byte { byte, at } => write!(f, "byte `\\x{byte:02x}` at place {at} is not text"),
            Self::Split { at } => write!(f, "the character that begins at place {at} is cut off"),
            Self::Character(c) => write!(f, "the encoding has no byte for `{c}`"),
        }
    }
}

impl Bytes {
    /// The most bytes that an operation may make: 256 MiB.
    pub(crate) const LONGEST: usize = 1 << 30;

    /// The bytes of `data`, which is not copied.
    pub(crate) fn new(data: Vec<u8>) -> Self {
        Self(Rc::new(data))
    }

    /// The bytes as a slice.
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Our own bytes, a Blob, or a text as UTF-8; none for any other value.
    pub(crate) fn from_dynamic(value: &Dynamic) -> Option<Self> {
        if let Some(bytes) = value.read_lock::<Self>() {
            Some(bytes.clone())
        } else if let Some(blob) = value.read_lock::<Blob>() {
            Some(Self::new(blob.clone()))
        } else if let Ok(text) = value.as_immutable_string_ref() {
            Some(Self::from(text.as_str()))
        } else if let Some(room) = value.read_lock::<Bytearray>() {
            Some(room.bytes())
        } else {
            value
                .as_char()
                .ok()
                .map(|c| Self::from(c.to_string().as_str()))
        }
    }

    /// Adds more at the end: in place where nobody else holds these bytes.
    pub(crate) fn extend(&mut self, more: &[u8]) {
        /// Beyond this, room grows by a quarter instead of doubling.
        const LARGE: usize = 64 << 20;
        let data = Rc::make_mut(&mut self.0);
        if data.capacity() > LARGE && data.capacity() - data.len() < more.len() {
            data.reserve_exact(more.len().max(data.len() / 4));
        }
        data.extend_from_slice(more);
    }

    /// The byte at a place; negative places count from the end.
    pub(crate) fn get(&self, index: i64) -> Option<u8> {
        self.0.get(place(index, self.len())?).copied()
    }

    /// The part between two places, cut to what there is, as Python's slices are.
    #[must_use]
    pub(crate) fn part(&self, from: i64, to: i64) -> Self {
        Self::new(self.0[clamp(from, to, self.len())].to_vec())
    }

    /// Where `part` first stands at or after `start`.
    pub(crate) fn find(&self, part: &[u8], start: usize) -> Option<usize> {
        find(self.0.get(start..)?, part).map(|at| at + start)
    }

    /// The pieces between the separators, at most `limit` cuts. The separator is not empty.
    pub(crate) fn split(&self, separator: &[u8], limit: usize) -> Vec<Self> {
        let mut pieces = Vec::new();
        let mut rest = self.as_slice();
        while pieces.len() < limit {
            let Some(at) = find(rest, separator).filter(|_| !separator.is_empty()) else {
                break;
            };
            pieces.push(Self::new(rest[..at].to_vec()));
            rest = &rest[at + separator.len()..];
        }
        pieces.push(Self::new(rest.to_vec()));
        pieces
    }

    /// Two hexadecimal digits for each byte, `between` two of them.
    pub(crate) fn hex(&self, between: &str) -> String {
        let digits: Vec<String> = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        digits.join(between)
    }

    /// Three columns: the offset, 16 bytes in hexadecimal in two groups, and as ASCII. A last line
    /// gives the length, as hexdump(1) does.
    pub(crate) fn hexdump(&self) -> String {
        let mut lines = Vec::with_capacity(self.len() / 16 + 2);
        for (row, chunk) in self.0.chunks(16).enumerate() {
            let half = |part: &[u8]| {
                let digits: Vec<String> = part.iter().map(|byte| format!("{byte:02x}")).collect();
                digits.join(" ")
            };
            let (left, right) = chunk.split_at(chunk.len().min(8));
            let text: String = chunk
                .iter()
                .map(|byte| match byte {
                    0x20..0x7f => char::from(*byte),
                    _ => '.',
                })
                .collect();
            let offset = row * 16;
            let (left, right) = (half(left), half(right));
            lines.push(format!("{offset:08x}  {left:<23}  {right:<23}  |{text}|"));
        }
        lines.push(format!("{:08x}", self.len()));
        lines.join("\n")
    }
}

impl From<&str> for Bytes {
    fn from(text: &str) -> Self {
        Self::new(text.as_bytes().to_vec())
    }
}

impl IntoIterator for Bytes {
    type Item = i64;
    type IntoIter = std::vec::IntoIter<i64>;

    fn into_iter(self) -> Self::IntoIter {
        let numbers: Vec<i64> = self.0.iter().map(|byte| i64::from(*byte)).collect();
        numbers.into_iter()
    }
}

impl Value for Bytes {
    const TYPE: ValueType = ValueType::Bytes;
    const PROPERTIES: &'static [Property<Self>] = &[
        property("is_empty", ValueType::Boolean, |bytes| {
            bytes.is_empty().into()
        }),
        property("len", ValueType::Integer, |bytes| size(bytes.len())),
    ];

    fn repr(&self, builder: &mut ReprBuilder) -> Repr {
        Repr::Bytes(builder.bytes(&self.0))
    }
}

/// The place that `index` means among `len`; negative ones count from the end.
fn place(index: i64, len: usize) -> Option<usize> {
    let place = if index < 0 {
        usize::try_from(index.unsigned_abs())
            .ok()
            .and_then(|back| len.checked_sub(back))?
    } else {
        usize::try_from(index).ok()?
    };
    (place < len).then_some(place)
}

/// A place that may count from the end, as one that counts from the start.
pub(crate) fn from_start(place: i64, len: usize) -> usize {
    let magnitude = usize::try_from(place.unsigned_abs()).unwrap_or(usize::MAX);
    if place < 0 {
        len.saturating_sub(magnitude)
    } else {
        magnitude
    }
}

/// The places from `from` up to `to`, cut to `len`; negative ones count from the end.
fn clamp(from: i64, to: i64, len: usize) -> Range<usize> {
    let [from, to] = [from, to].map(|place| from_start(place, len).min(len));
    from..to.max(from)
}

/// Where `part` first stands in `whole`, in time that grows with their sum.
fn find(whole: &[u8], part: &[u8]) -> Option<usize> {
    let Some(first) = part.first() else {
        return Some(0);
    };
    if part.len() == 1 {
        return whole.iter().position(|byte| byte == first);
    }
    // Knuth, Morris and Pratt: `back[i]` is how much of the part still fits after a mismatch at i.
    let mut back = vec![0_usize; part.len()];
    let mut fits = 0;
    for at in 1..part.len() {
        while fits > 0 && part[at] != part[fits] {
            fits = back[fits - 1];
        }
        fits += usize::from(part[at] == part[fits]);
        back[at] = fits;
    }
    fits = 0;
    for (at, byte) in whole.iter().enumerate() {
        while fits > 0 && *byte != part[fits] {
            fits = back[fits - 1];
        }
        fits += usize::from(*byte == part[fits]);
        if fits == part.len() {
            return Some(at + 1 - fits);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{ByteMismatch, Bytes, Encoding, find};

    #[test]
    fn a_bad_byte_is_named_with_its_place() {
        let error = Encoding::Utf8.decode(b"ab\xffc");
        assert_eq!(error, Err(ByteMismatch::Byte { byte: 0xff, at: 2 }));
        assert_eq!(
            Encoding::Utf8.decode(b"ab\xc3"),
            Err(ByteMismatch::Split { at: 2 })
        );
    }

    #[test]
    fn the_hexdump_has_three_columns() {
        let bytes = Bytes::from("GET / HTTP/1.1\r\nHost: a");
        assert_eq!(
            bytes.hexdump(),
            "00000000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  |GET / HTTP/1.1..|\n\
             00000010  48 6f 73 74 3a 20 61                              |Host: a|\n\
             00000017"
        );
    }

    #[test]
    fn a_part_is_found_even_after_a_false_start() {
        assert_eq!(find(b"aabaabaaab", b"aaab"), Some(6));
        assert_eq!(find(b"\r\r\n\r\n", b"\r\n\r\n"), Some(1));
        assert_eq!(find(b"abc", b"abcd"), None);
        assert_eq!(find(b"abc", b""), Some(0));
    }

    #[test]
    fn growing_one_copy_leaves_the_other_alone() {
        let first = Bytes::from("ab");
        let mut second = first.clone();
        second.extend(b"c");
        assert_eq!((first.len(), second.len()), (2, 3));
    }
}
