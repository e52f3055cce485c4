//! Operators that bytes take part in: places, comparisons, sums and copies.

use rhai::{Blob, Dynamic, Engine, ImmutableString, NativeCallContext};

use super::{check_length, not_text};
use crate::net::error::{Cause, Fault};
use crate::script::failure::{Thrown, throw};
use crate::script::values::{Bytes, Encoding};

fn fail<T>(
    native: &NativeCallContext<'_>,
    name: &'static str,
    fault: impl Into<Fault>,
) -> Thrown<T> {
    Err(throw(fault.into().during(name), native.call_position()))
}

/// Registers the operators.
pub(crate) fn register(engine: &mut Engine) {
    register_indexers(engine);
    register_comparisons(engine);
    register_sums(engine);
    register_products(engine);
}

fn register_indexers(engine: &mut Engine) {
    engine.register_indexer_get(
        |native: NativeCallContext<'_>, bytes: &mut Bytes, index: i64| -> Thrown<i64> {
            match bytes.get(index) {
                Some(byte) => Ok(i64::from(byte)),
                None => fail(&native, "bytes", outside(index, bytes.len())),
            }
        },
    );
    engine.register_indexer_get(|bytes: &mut Bytes, range: std::ops::Range<i64>| {
        bytes.part(range.start, range.end)
    });
    engine.register_indexer_get(|bytes: &mut Bytes, range: std::ops::RangeInclusive<i64>| {
        let end = match *range.end() {
            // The last place is -1: what follows it has no negative number.
            -1 => i64::MAX,
            end => end.saturating_add(1),
        };
        bytes.part(*range.start(), end)
    });
    engine.register_indexer_set(
        |native: NativeCallContext<'_>, _: &mut Bytes, _: i64, _: Dynamic| -> Thrown<()> {
            let cause = Cause::Type("bytes do not change in place".into());
            fail(
                &native,
                "bytes",
                cause.noting("change an array, then `bytes(array)`; `b.to_array()` makes one"),
            )
        },
    );
}

/// "index 5 is outside: the last place is 2".
fn outside(index: i64, len: usize) -> Cause {
    Cause::Range(match len {
        0 => format!("no place {index}: there is nothing in it"),
        len => format!(
            "no place {index}: the places are 0 to {}, or -{len} to -1",
            len - 1
        ),
    })
}

fn register_comparisons(engine: &mut Engine) {
    engine.register_fn("==", |a: Bytes, b: Bytes| a == b);
    engine.register_fn("!=", |a: Bytes, b: Bytes| a != b);
    engine.register_fn("<", |a: Bytes, b: Bytes| a < b);
    engine.register_fn("<=", |a: Bytes, b: Bytes| a <= b);
    engine.register_fn(">", |a: Bytes, b: Bytes| a > b);
    engine.register_fn(">=", |a: Bytes, b: Bytes| a >= b);
    // A text is equal to bytes that are its UTF-8: what was sent is what arrives.
    engine.register_fn("==", |a: Bytes, b: ImmutableString| {
        a.as_slice() == b.as_bytes()
    });
    engine.register_fn("==", |a: ImmutableString, b: Bytes| {
        a.as_bytes() == b.as_slice()
    });
    engine.register_fn("!=", |a: Bytes, b: ImmutableString| {
        a.as_slice() != b.as_bytes()
    });
    engine.register_fn("!=", |a: ImmutableString, b: Bytes| {
        a.as_bytes() != b.as_slice()
    });
}

/// What `bytes + other` and `bytes += other` make.
fn append(native: &NativeCallContext<'_>, bytes: &mut Bytes, more: &[u8]) -> Thrown<()> {
    match check_length(bytes.len().saturating_add(more.len())) {
        Ok(()) => {
            bytes.extend(more);
            Ok(())
        }
        Err(fault) => fail(native, "+", fault),
    }
}

/// So many copies, one after the other; none for less than one, as in Python.
fn repeated(native: &NativeCallContext<'_>, bytes: &[u8], times: i64) -> Thrown<Vec<u8>> {
    let times = usize::try_from(times.max(0)).unwrap_or(usize::MAX);
    match check_length(bytes.len().saturating_mul(times)) {
        Ok(()) if bytes.is_empty() => Ok(Vec::new()),
        Ok(()) => Ok(bytes.repeat(times)),
        Err(fault) => fail(native, "*", fault),
    }
}

fn register_products(engine: &mut Engine) {
    engine.register_fn(
        "*",
        |native: NativeCallContext<'_>, bytes: Bytes, times: i64| -> Thrown<Bytes> {
            repeated(&native, bytes.as_slice(), times).map(Bytes::new)
        },
    );
    engine.register_fn(
        "*",
        |native: NativeCallContext<'_>, text: ImmutableString, times: i64| -> Thrown<String> {
            let bytes = repeated(&native, text.as_bytes(), times)?;
            // Copies of a text are text.
            Ok(String::from_utf8(bytes).unwrap_or_default())
        },
    );
}

/// What `text + bytes` and `text += bytes` make: the bytes must be text. A character of several
/// bytes that is split between two parts is an error too, since a text cannot hold half of one.
fn append_text(
    native: &NativeCallContext<'_>,
    text: &mut ImmutableString,
    more: &Bytes,
) -> Thrown<()> {
    match Encoding::Utf8.decode(more.as_slice()) {
        Ok(more) => {
            *text += more.as_str();
            Ok(())
        }
        Err(mismatch) => {
            let mut fault = not_text(&mismatch, Encoding::Utf8);
            fault.note.get_or_insert_with(|| {
                "gather bytes as bytes: `let all = bytes(); all += part`".into()
            });
            fail(native, "+", fault)
        }
    }
}

fn register_sums(engine: &mut Engine) {
    engine.register_fn(
        "+=",
        |native: NativeCallContext<'_>, bytes: &mut Bytes, more: Bytes| -> Thrown<()> {
            append(&native, bytes, more.as_slice())
        },
    );
    engine.register_fn(
        "+",
        |native: NativeCallContext<'_>, mut bytes: Bytes, more: Bytes| -> Thrown<Bytes> {
            append(&native, &mut bytes, more.as_slice()).map(|()| bytes)
        },
    );
    engine.register_fn(
        "+=",
        |native: NativeCallContext<'_>, bytes: &mut Bytes, more: ImmutableString| -> Thrown<()> {
            append(&native, bytes, more.as_bytes())
        },
    );
    engine.register_fn(
        "+",
        |native: NativeCallContext<'_>, mut bytes: Bytes, more: ImmutableString| -> Thrown<Bytes> {
            append(&native, &mut bytes, more.as_bytes()).map(|()| bytes)
        },
    );
    engine.register_fn(
        "+=",
        |native: NativeCallContext<'_>, bytes: &mut Bytes, more: Blob| -> Thrown<()> {
            append(&native, bytes, &more)
        },
    );
    engine.register_fn(
        "+=",
        |native: NativeCallContext<'_>, text: &mut ImmutableString, more: Bytes| -> Thrown<()> {
            append_text(&native, text, &more)
        },
    );
    engine.register_fn(
        "+",
        |native: NativeCallContext<'_>, mut text: ImmutableString, more: Bytes| -> Thrown<_> {
            append_text(&native, &mut text, &more).map(|()| text)
        },
    );
}
