//! The canonical text of a value: one line where it fits, else one element a line.

use std::borrow::Cow;
use std::fmt::Write;

use rhai::{Array, Blob, Dynamic, Engine, FnPtr, ImmutableString, Map, Variant};
use unicode_width::UnicodeWidthStr;

use crate::script::values::{Bytes, Shown, find_kind};

/// The columns of a line, indentation and trailing comma counted.
pub(crate) const WIDTH: usize = 76;

/// How deep values may stand in each other; deeper ones are shown as `...`.
const DEPTH: usize = 64;

/// How many values one text shows; further ones are shown as `...`.
const MOST: usize = 1 << 20;

/// The characters of a value in an error message.
const SHORT: usize = 40;

/// The canonical text of a value; none for `()`, of which the prompt shows nothing.
pub(crate) fn show(value: &Dynamic) -> Option<String> {
    (!value.is_unit()).then(|| canonical(value))
}

/// The canonical text of any value: `()` is shown too, as within an array.
pub(crate) fn canonical(value: &Dynamic) -> String {
    let piece = Builder::default().build(value);
    let mut text = String::new();
    piece.render(&mut text, 0, 0);
    text
}

/// What `print` makes of a value: a text as it is, nothing of `()`, else the canonical text.
pub(crate) fn printed(value: &Dynamic) -> String {
    if value.is_unit() {
        return String::new();
    }
    if let Ok(c) = value.as_char() {
        return c.to_string();
    }
    match value.as_immutable_string_ref() {
        Ok(text) => text.to_string(),
        Err(_) => canonical(value),
    }
}

/// A part of the layout, with the width that it takes on one line.
enum Piece {
    Leaf(String, usize),
    Group {
        open: &'static str,
        close: &'static str,
        items: Vec<(String, Piece)>,
        width: usize,
    },
}

impl Piece {
    fn leaf(text: impl Into<String>) -> Self {
        let text = text.into();
        let width = text.width();
        Self::Leaf(text, width)
    }

    fn group(open: &'static str, close: &'static str, items: Vec<(String, Self)>) -> Self {
        let separators = 2 * items.len().saturating_sub(1);
        let inner: usize = items
            .iter()
            .map(|(key, item)| key.width() + item.width())
            .sum();
        Self::Group {
            open,
            close,
            items,
            width: open.len() + close.len() + separators + inner,
        }
    }

    fn width(&self) -> usize {
        match self {
            Self::Leaf(_, width) | Self::Group { width, .. } => *width,
        }
    }

    /// Writes the piece. `column` is where the line has come to, the trailing comma included.
    fn render(&self, text: &mut String, indent: usize, column: usize) {
        match self {
            Self::Leaf(leaf, _) => text.push_str(leaf),
            Self::Group {
                open,
                close,
                items,
                width,
            } => {
                text.push_str(open);
                if column + width <= WIDTH || items.is_empty() {
                    for (index, (key, item)) in items.iter().enumerate() {
                        text.push_str(if index == 0 { "" } else { ", " });
                        text.push_str(key);
                        // Inside a line that fits everything fits.
                        item.render(text, indent, 0);
                    }
                } else {
                    let inner = indent + 2;
                    text.push('\n');
                    for (key, item) in items {
                        text.extend(std::iter::repeat_n(' ', inner));
                        text.push_str(key);
                        item.render(text, inner, inner + key.width() + 1);
                        text.push_str(",\n");
                    }
                    text.extend(std::iter::repeat_n(' ', indent));
                }
                text.push_str(close);
            }
        }
    }
}

/// Makes the pieces of a value. Values may contain themselves through shared variables.
#[derive(Default)]
struct Builder {
    /// The shared arrays and maps that are being shown, by their place in memory.
    open: Vec<usize>,
    depth: usize,
    count: usize,
}

impl Builder {
    fn build(&mut self, value: &Dynamic) -> Piece {
        self.count += 1;
        if self.depth >= DEPTH || self.count > MOST {
            return Piece::leaf("...");
        }
        self.depth += 1;
        let piece = self.build_any(value);
        self.depth -= 1;
        piece
    }

    fn build_any(&mut self, value: &Dynamic) -> Piece {
        if let Some(kind) = find_kind(value) {
            return match (kind.shown)(value) {
                Some(Shown::Line(line)) => Piece::leaf(line),
                Some(Shown::List(items)) => self.list(&items),
                Some(Shown::Table(rows)) => {
                    self.table("{", rows.iter().map(|(k, v)| (k.clone(), v)))
                }
                None => Piece::leaf("..."),
            };
        }
        if let Some(array) = value.read_lock::<Array>() {
            let place = std::ptr::from_ref::<Array>(&array).addr();
            return self.once(place, value.is_shared(), "[...]", |builder| {
                builder.list(&array)
            });
        }
        if let Some(map) = value.read_lock::<Map>() {
            let place = std::ptr::from_ref::<Map>(&map).addr();
            return self.once(place, value.is_shared(), "#{...}", |builder| {
                builder.table("#{", map.iter().map(|(key, item)| (map_key(key), item)))
            });
        }
        Piece::leaf(scalar(value))
    }

    /// Shows a shared value unless it is being shown already, further out.
    fn once(
        &mut self,
        place: usize,
        shared: bool,
        again: &str,
        show: impl FnOnce(&mut Self) -> Piece,
    ) -> Piece {
        if !shared {
            return show(self);
        }
        if self.open.contains(&place) {
            return Piece::leaf(again);
        }
        self.open.push(place);
        let piece = show(self);
        self.open.pop();
        piece
    }

    fn list(&mut self, items: &[Dynamic]) -> Piece {
        let mut pieces = Vec::new();
        for item in items {
            pieces.push((String::new(), self.build(item)));
            if self.count > MOST {
                break;
            }
        }
        Piece::group("[", "]", pieces)
    }

    fn table<'a>(
        &mut self,
        open: &'static str,
        rows: impl Iterator<Item = (String, &'a Dynamic)>,
    ) -> Piece {
        let mut pieces = Vec::new();
        for (key, item) in rows {
            pieces.push((format!("{key}: "), self.build(item)));
            if self.count > MOST {
                break;
            }
        }
        Piece::group(open, "}", pieces)
    }
}

/// A value without parts.
fn scalar(value: &Dynamic) -> String {
    if let Ok(text) = value.as_immutable_string_ref() {
        return quoted(&text);
    }
    if let Ok(c) = value.as_char() {
        return quoted(&c.to_string());
    }
    if let Some(blob) = value.read_lock::<Blob>() {
        return Bytes::new(blob.clone()).literal();
    }
    if let Some(function) = value.read_lock::<FnPtr>() {
        return if function.is_anonymous() {
            "<function>".into()
        } else {
            format!("<function {}>", printable(function.fn_name()))
        };
    }
    if let Some(range) = value.read_lock::<std::ops::Range<i64>>() {
        return format!("{}..{}", range.start, range.end);
    }
    if let Some(range) = value.read_lock::<std::ops::RangeInclusive<i64>>() {
        return format!("{}..={}", range.start(), range.end());
    }
    if value.is_unit() {
        return "()".into();
    }
    if value.is_int() || value.is_float() || value.is_bool() {
        // A shared number would say that it is shared.
        return value.flatten_clone().to_string();
    }
    format!("<{}>", type_name(value))
}

fn map_key(key: &str) -> String {
    let mut chars = key.chars();
    let first = chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if first && chars.all(|c| c.is_ascii_alphanumeric() || c == '_') {
        key.into()
    } else {
        quoted(key)
    }
}

/// A text in double quotes, with the escapes that a script would need to write it.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if is_unsafe(c) => escape(&mut quoted, c),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
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

/// A value's type in a learner's word, without an article: `"text"`, `"integer"`, `"socket"`.
pub(crate) fn type_name(value: &Dynamic) -> &'static str {
    if let Some(kind) = find_kind(value) {
        return kind.name;
    }
    if value.is_unit() {
        "nothing"
    } else if value.is_int() {
        "integer"
    } else if value.is_float() {
        "float"
    } else if value.is_bool() {
        "boolean"
    } else if value.is_string() || value.is_char() {
        "text"
    } else if value.is_array() {
        "array"
    } else if value.is_map() {
        "map"
    } else if value.is_blob() {
        "bytes"
    } else if value.is_fnptr() {
        "function"
    } else if value.is_timestamp() {
        "timestamp"
    } else if value.flatten_clone().type_name().contains("Range") {
        "range"
    } else {
        "value"
    }
}

/// A value in an error message: "the text `\"80\"`", "the number 5", "an array of 2".
pub(crate) fn describe(value: &Dynamic) -> String {
    if let Some(array) = value.read_lock::<Array>() {
        return format!("an array of {}", array.len());
    }
    let shown = || brief(value);
    match type_name(value) {
        "nothing" => "nothing".into(),
        "integer" | "float" => format!("the number {}", shown()),
        "boolean" => format!("`{}`", shown()),
        "text" => format!("the text `{}`", shown()),
        "bytes" => format!("the bytes `{}`", shown()),
        "range" => format!("the range `{}`", shown()),
        "address info" => "an address info".into(),
        name => format!("a {name}"),
    }
}

/// A value in one short line.
pub(crate) fn brief(value: &Dynamic) -> String {
    match (value.as_immutable_string_ref(), value.read_lock::<Bytes>()) {
        // Of a long one only the beginning is laid out.
        (Ok(text), _) => {
            let start: String = text.chars().take(2 * SHORT).collect();
            short(&quoted(&start))
        }
        (_, Some(bytes)) => short(&bytes.part(0, 64).literal()),
        _ => short(&canonical(value)),
    }
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

/// Makes every way in which a script turns a `T` into text agree with the canonical text:
/// `print`, `to_string`, interpolation, `debug` and `to_debug`.
pub(crate) fn register<T: Variant + Clone>(engine: &mut Engine) {
    for name in ["print", "to_string"] {
        engine.register_fn(name, |value: &mut T| -> ImmutableString {
            printed(&Dynamic::from(value.clone())).into()
        });
    }
    for name in ["debug", "to_debug"] {
        engine.register_fn(name, |value: &mut T| -> ImmutableString {
            canonical(&Dynamic::from(value.clone())).into()
        });
    }
}

/// [`register`] for rhai's own types.
pub(crate) fn register_builtin(engine: &mut Engine) {
    register::<Array>(engine);
    register::<Map>(engine);
    register::<Blob>(engine);
    register::<FnPtr>(engine);
    register::<std::ops::Range<i64>>(engine);
    register::<std::ops::RangeInclusive<i64>>(engine);
    // Texts and characters print as they are; only their canonical text is ours.
    for name in ["debug", "to_debug"] {
        engine.register_fn(name, |text: &mut ImmutableString| -> ImmutableString {
            quoted(text).into()
        });
        engine.register_fn(name, |c: char| -> ImmutableString {
            quoted(&c.to_string()).into()
        });
    }
}

#[cfg(test)]
mod tests;
