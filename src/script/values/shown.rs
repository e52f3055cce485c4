//! The shown form of a script's values, and the words for them in messages.

use std::any::TypeId;

use rhai::{Array, Blob, Dynamic, Engine, FnPtr, ImmutableString, Map, Variant};

use super::{Bytes, ValueType, find_kind};
use crate::repr::escape::{quoted, short};
use crate::repr::{Bounds, Cut, Repr, ReprBuilder};

/// What a statement shows of its value; none for `()`, of which the prompt shows nothing.
pub(crate) fn show(value: &Dynamic) -> Option<Repr> {
    (!value.is_unit()).then(|| tree(value, Bounds::SHOWN))
}

/// The tree of any value: `()` has one too, as within an array.
pub(crate) fn tree(value: &Dynamic, bounds: Bounds) -> Repr {
    build(value, &mut ReprBuilder::new(bounds))
}

/// The canonical text of any value.
pub(crate) fn canonical(value: &Dynamic) -> String {
    tree(value, Bounds::TEXT).to_string()
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

/// The value that a tree shows; none where it has no literal, or is not here whole.
pub(crate) fn value_of(tree: &Repr) -> Option<Dynamic> {
    Some(match tree {
        Repr::Unit => Dynamic::UNIT,
        Repr::Bool(truth) => (*truth).into(),
        Repr::Int(number) => (*number).into(),
        Repr::Float(number) => (*number).into(),
        Repr::Text(Cut { kept, left: 0 }) => kept.as_ref().into(),
        Repr::Bytes(Cut { kept, left: 0 }) => Dynamic::from(Bytes::new(kept.to_vec())),
        Repr::Array(Cut { kept, left: 0 }) => {
            kept.iter().map(value_of).collect::<Option<Array>>()?.into()
        }
        _ => return None,
    })
}

/// The tree of a value within another.
pub(crate) fn build(value: &Dynamic, builder: &mut ReprBuilder) -> Repr {
    builder.nested(|builder| {
        if let Some(kind) = find_kind(value) {
            // None where the value is being changed just now.
            return (kind.repr)(value, builder).unwrap_or(Repr::word("..."));
        }
        if let Some(array) = value.read_lock::<Array>() {
            let place = std::ptr::from_ref::<Array>(&array).addr();
            let made = |builder: &mut ReprBuilder| {
                Repr::Array(builder.gather(array.iter(), |builder, item| build(item, builder)))
            };
            return once(value, place, "[...]", builder, made);
        }
        if let Some(map) = value.read_lock::<Map>() {
            let place = std::ptr::from_ref::<Map>(&map).addr();
            let made = |builder: &mut ReprBuilder| {
                Repr::Map(builder.gather(map.iter(), |builder, (key, item)| {
                    (builder.key(key), build(item, builder))
                }))
            };
            return once(value, place, "#{...}", builder, made);
        }
        scalar(value, builder)
    })
}

/// A shared value may contain itself.
fn once(
    value: &Dynamic,
    place: usize,
    again: &'static str,
    builder: &mut ReprBuilder,
    make: impl FnOnce(&mut ReprBuilder) -> Repr,
) -> Repr {
    if value.is_shared() {
        builder.once(place, again, make)
    } else {
        make(builder)
    }
}

/// A value without parts.
fn scalar(value: &Dynamic, builder: &mut ReprBuilder) -> Repr {
    if let Ok(text) = value.as_immutable_string_ref() {
        return builder.text(&text);
    }
    if let Ok(c) = value.as_char() {
        return builder.text(&c.to_string());
    }
    if let Some(blob) = value.read_lock::<Blob>() {
        return Repr::Bytes(builder.bytes(&blob));
    }
    if let Some(function) = value.read_lock::<FnPtr>() {
        let name = (!function.is_anonymous()).then(|| function.fn_name().into());
        return Repr::Function(name);
    }
    if let Some(range) = value.read_lock::<std::ops::Range<i64>>() {
        return Repr::Range {
            start: range.start,
            end: range.end,
            inclusive: false,
        };
    }
    if let Some(range) = value.read_lock::<std::ops::RangeInclusive<i64>>() {
        return Repr::Range {
            start: *range.start(),
            end: *range.end(),
            inclusive: true,
        };
    }
    if value.is_unit() {
        return Repr::Unit;
    }
    if let Ok(number) = value.as_int() {
        return Repr::Int(number);
    }
    if let Ok(number) = value.as_float() {
        return Repr::Float(number);
    }
    if let Ok(truth) = value.as_bool() {
        return Repr::Bool(truth);
    }
    Repr::Object {
        kind: ValueType::of(value).word(),
        fields: Vec::new(),
    }
}

/// A value in an error message: "the text `\"80\"`", "the number 5", "an array of 2".
pub(crate) fn describe(value: &Dynamic) -> String {
    if let Some(array) = value.read_lock::<Array>() {
        return format!("an array of {}", array.len());
    }
    let shown = || brief(value);
    match ValueType::of(value) {
        ValueType::Integer | ValueType::Float => format!("the number {}", shown()),
        ValueType::Boolean => format!("`{}`", shown()),
        of @ (ValueType::Text | ValueType::Bytes | ValueType::Range) => {
            format!("the {} `{}`", of.word(), shown())
        }
        of => of.phrase().into(),
    }
}

/// A value in one short line.
pub(crate) fn brief(value: &Dynamic) -> String {
    short(&tree(value, Bounds::BRIEF).to_string())
}

/// Makes every way in which a script turns a `T` into text agree with the canonical text:
/// `print`, `to_string`, interpolation, `debug` and `to_debug`.
pub(crate) fn register<T: Variant + Clone>(engine: &mut Engine) {
    let mut add = |name: &str, text: fn(&Dynamic) -> String| {
        // A raw function sees the value itself: a copy of an array may be large.
        engine.register_raw_fn(name, [TypeId::of::<T>()], move |_, args| {
            let text = args.first().map(|value| text(value));
            Ok(ImmutableString::from(text.unwrap_or_default()))
        });
    };
    add("print", printed);
    add("to_string", printed);
    add("debug", canonical);
    add("to_debug", canonical);
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
