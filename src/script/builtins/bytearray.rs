//! Bytes that change in place: making them, and what they can do.

use std::ops::{Range, RangeInclusive};

use rhai::{Array, Dynamic, Engine, ImmutableString, NativeCallContext};

use super::bytes::{check_length, encoding, find_in, not_a_byte, not_text, of_numbers};
use crate::net::error::{Cause, Fault};
use crate::script::catalog::{Call, CallResult, functions};
use crate::script::failure::{Thrown, throw};
use crate::script::values::shown;
use crate::script::values::{Bytearray, Bytes, register_type};

functions! {
    /// What makes a bytearray.
    pub(crate) static FUNCTIONS = {
        /// Bytes that change in place, for `recv_into`: so many zeros, or what is given. A copy is
        /// the same bytearray, as in Python; `bytes(buffer)` takes a picture of it.
        ///
        /// ```rhai
        /// let buffer = bytearray(3);
        /// buffer[0] = 72;
        /// buffer;
        /// //> bytearray(b"H\x00\x00")
        /// ```
        fn bytearray(value: Any = 0, encoding: Text = "utf-8") -> Bytearray: Computes => make;
    }
}

functions! {
    /// What a bytearray can do.
    pub(crate) static METHODS of Bytearray = {
        /// How many bytes it holds. `len(buffer)` and `buffer.len` say the same.
        ///
        /// ```rhai
        /// bytearray(16).len();
        /// //> 16
        /// ```
        fn len() -> Count: Computes;
        /// Adds one byte at the end: a number from 0 to 255.
        ///
        /// ```rhai
        /// let buffer = bytearray("H");
        /// buffer.append(105);
        /// buffer;
        /// //> bytearray(b"Hi")
        /// ```
        fn append(byte: Integer) -> Nothing: Changes;
        /// Adds bytes at the end. `buffer += more` does the same.
        ///
        /// ```rhai
        /// let buffer = bytearray("GET");
        /// buffer.extend(" /");
        /// buffer;
        /// //> bytearray(b"GET /")
        /// ```
        fn extend(more: Data) -> Nothing: Changes;
        /// Takes everything out.
        ///
        /// ```rhai
        /// let buffer = bytearray("old");
        /// buffer.clear();
        /// buffer.len();
        /// //> 0
        /// ```
        fn clear() -> Nothing: Changes;
        /// The place where a part, or the byte of a number, is first, counted from 0, or -1. It
        /// looks from `start` on, which counts from the end where it is negative.
        ///
        /// ```rhai
        /// bytearray("Host: a\r\n").find("\r\n");
        /// //> 7
        /// ```
        fn find(part: Any, start: Integer = 0) -> Integer: Computes;
        /// The text that it holds, in `"utf-8"`, `"ascii"` or `"latin-1"`.
        ///
        /// ```rhai
        /// bytearray("Hey").decode();
        /// //> "Hey"
        /// ```
        fn decode(encoding: Text = "utf-8") -> Text: Computes;
        /// Two hexadecimal digits for each byte.
        ///
        /// ```rhai
        /// bytearray("Hey").hex();
        /// //> "486579"
        /// ```
        fn hex(between: Text = "") -> Text: Computes;
    }
}

fn this(call: &Call<'_, '_>) -> Result<Bytearray, Fault> {
    call.this::<Bytearray>()
}

fn make(call: &mut Call<'_, '_>) -> CallResult {
    let Some(value) = call.optional(0) else {
        return Ok(Dynamic::from(Bytearray::default()));
    };
    if let Ok(count) = value.as_int() {
        let count = usize::try_from(count)
            .map_err(|_| Cause::Value(format!("a bytearray of {count} bytes cannot be")))?;
        check_length(count)?;
        return Ok(Dynamic::from(Bytearray::new(vec![0; count])));
    }
    if let Some(numbers) = value.read_lock::<Array>() {
        return Ok(Dynamic::from(Bytearray::new(of_numbers(&numbers)?)));
    }
    let encoding = encoding(call, 1)?;
    if let Ok(text) = value.as_immutable_string_ref() {
        let bytes = encoding.encode(&text);
        let bytes = bytes.map_err(|mismatch| not_text(&mismatch, encoding))?;
        return Ok(Dynamic::from(Bytearray::new(bytes.as_slice().to_vec())));
    }
    let bytes = Bytes::from_dynamic(value)
        .ok_or_else(|| call.takes(0, "a length, bytes, a text or an array of numbers"))?;
    Ok(Dynamic::from(Bytearray::new(bytes.as_slice().to_vec())))
}

fn number(count: usize) -> CallResult {
    Ok(i64::try_from(count).unwrap_or(i64::MAX).into())
}

fn len(call: &mut Call<'_, '_>) -> CallResult {
    number(this(call)?.len())
}

fn append(call: &mut Call<'_, '_>) -> CallResult {
    let (room, number) = (this(call)?, call.int(0)?);
    let byte = u8::try_from(number).map_err(|_| not_a_byte(number))?;
    room.splice(room.len()..room.len(), &[byte]);
    Ok(Dynamic::UNIT)
}

fn extend(call: &mut Call<'_, '_>) -> CallResult {
    let (room, more) = (this(call)?, call.bytes(0)?);
    grow(&room, more.as_slice())?;
    Ok(Dynamic::UNIT)
}

fn grow(room: &Bytearray, more: &[u8]) -> Result<(), Fault> {
    check_length(room.len().saturating_add(more.len()))?;
    room.splice(room.len()..room.len(), more);
    Ok(())
}

fn clear(call: &mut Call<'_, '_>) -> CallResult {
    let room = this(call)?;
    room.splice(0..room.len(), &[]);
    Ok(Dynamic::UNIT)
}

fn find(call: &mut Call<'_, '_>) -> CallResult {
    find_in(&this(call)?.bytes(), call)
}

fn decode(call: &mut Call<'_, '_>) -> CallResult {
    let (room, encoding) = (this(call)?, encoding(call, 0)?);
    let text = encoding.decode(room.bytes().as_slice());
    text.map(Dynamic::from)
        .map_err(|mismatch| not_text(&mismatch, encoding))
}

fn hex(call: &mut Call<'_, '_>) -> CallResult {
    let between = call.text(0)?;
    let bytes = this(call)?.bytes();
    check_length(bytes.len().saturating_mul(2 + between.len()))?;
    Ok(bytes.hex(&between).into())
}

fn fail<T>(native: &NativeCallContext<'_>, fault: impl Into<Fault>) -> Thrown<T> {
    Err(throw(
        fault.into().during("bytearray"),
        native.call_position(),
    ))
}

/// The place that an index means; negative ones count from the end.
fn place(room: &Bytearray, index: i64) -> Result<usize, Fault> {
    let len = i64::try_from(room.len()).unwrap_or(i64::MAX);
    let place = if index < 0 { index + len } else { index };
    match usize::try_from(place) {
        Ok(place) if place < room.len() => Ok(place),
        _ => Err(Cause::Range(format!(
            "no place {index}: there are {len} bytes, counted from 0"
        ))
        .into()),
    }
}

/// The places of a slice, cut to what there is.
fn places(room: &Bytearray, from: i64, to: i64) -> Range<usize> {
    let len = i64::try_from(room.len()).unwrap_or(i64::MAX);
    let cut = |at: i64| {
        let at = if at < 0 { at.saturating_add(len) } else { at };
        usize::try_from(at.clamp(0, len)).unwrap_or_default()
    };
    let (from, to) = (cut(from), cut(to));
    from..to.max(from)
}

/// Where a range with its end ends; -1 is the last place.
fn behind(end: i64) -> i64 {
    if end == -1 {
        i64::MAX
    } else {
        end.saturating_add(1)
    }
}

fn part(room: &Bytearray, places: Range<usize>) -> Bytearray {
    let bytes = room.bytes();
    Bytearray::new(bytes.as_slice().get(places).unwrap_or_default().to_vec())
}

/// The type, and the operators.
pub(crate) fn install(engine: &mut Engine) {
    register_type::<Bytearray>(engine);
    register_places(engine);
    engine.register_fn("==", |a: Bytearray, b: Bytearray| a == b);
    engine.register_fn("!=", |a: Bytearray, b: Bytearray| a != b);
    engine.register_fn("==", |a: Bytearray, b: Bytes| a.bytes() == b);
    engine.register_fn("!=", |a: Bytearray, b: Bytes| a.bytes() != b);
    engine.register_fn("==", |a: Bytes, b: Bytearray| a == b.bytes());
    engine.register_fn("!=", |a: Bytes, b: Bytearray| a != b.bytes());
    engine.register_fn("==", |a: Bytearray, b: ImmutableString| {
        a.bytes().as_slice() == b.as_bytes()
    });
    engine.register_fn("!=", |a: Bytearray, b: ImmutableString| {
        a.bytes().as_slice() != b.as_bytes()
    });
    engine.register_fn(
        "+=",
        |native: NativeCallContext<'_>, room: &mut Bytearray, more: Dynamic| -> Thrown<()> {
            let Some(more) = Bytes::from_dynamic(&more) else {
                let got = shown::describe(&more);
                return fail(
                    &native,
                    Cause::Type(format!("`+=` takes bytes or a text, not {got}")),
                );
            };
            grow(room, more.as_slice()).or_else(|fault| fail(&native, fault))
        },
    );
}

fn register_places(engine: &mut Engine) {
    engine.register_indexer_get(
        |native: NativeCallContext<'_>, room: &mut Bytearray, index: i64| -> Thrown<i64> {
            match place(room, index) {
                Ok(at) => Ok(room
                    .bytes()
                    .as_slice()
                    .get(at)
                    .copied()
                    .map_or(0, i64::from)),
                Err(fault) => fail(&native, fault),
            }
        },
    );
    engine.register_indexer_set(
        |native: NativeCallContext<'_>,
         room: &mut Bytearray,
         index: i64,
         byte: i64|
         -> Thrown<()> {
            let at = place(room, index).or_else(|fault| fail(&native, fault))?;
            let Ok(byte) = u8::try_from(byte) else {
                return fail(&native, not_a_byte(byte));
            };
            room.write(at, &[byte]);
            Ok(())
        },
    );
    engine.register_indexer_get(|room: &mut Bytearray, range: Range<i64>| {
        part(room, places(room, range.start, range.end))
    });
    engine.register_indexer_get(|room: &mut Bytearray, range: RangeInclusive<i64>| {
        part(room, places(room, *range.start(), behind(*range.end())))
    });
    engine.register_indexer_set(
        |native: NativeCallContext<'_>, room: &mut Bytearray, range: Range<i64>, new: Dynamic| {
            let Some(new) = Bytes::from_dynamic(&new) else {
                return fail(&native, Cause::Type("a part takes bytes or a text".into()));
            };
            room.splice(places(room, range.start, range.end), new.as_slice());
            Thrown::Ok(())
        },
    );
}
