//! Making bytes: of texts, numbers and digits.

use rhai::{Array, Dynamic};

use super::{CallResult, answer, big, check_length, encoding, not_a_byte, not_text};
use crate::net::error::Cause;
use crate::repr::escape;
use crate::script::catalog::{Call, functions};
use crate::script::values::Bytes;
use crate::script::values::shown;

functions! {
    /// What makes bytes.
    pub(crate) static FUNCTIONS = {
        /// Bytes of a text (as UTF-8, or in `encoding`), of an array of numbers 0 to 255, or so
        /// many zeros.
        ///
        /// ```rhai
        /// bytes("hi");
        /// //> b"hi"
        /// bytes([71, 69, 84]);
        /// //> b"GET"
        /// bytes(2);
        /// //> b"\x00\x00"
        /// ```
        fn bytes(value: Any = "", encoding: Text = "utf-8") -> Bytes: Computes => make;
        /// The bytes of hexadecimal digits; blanks and colons between them are skipped.
        ///
        /// ```rhai
        /// bytes_fromhex("48 65 79");
        /// //> b"Hey"
        /// ```
        fn bytes_fromhex(digits: Text) -> Bytes: Computes => fromhex;
        /// A number of 0 or more as `length` bytes (1 to 8), in network byte order or `"little"`.
        ///
        /// ```rhai
        /// to_bytes(256, 2);
        /// //> b"\x01\x00"
        /// to_bytes(256, 1);
        /// //> error: to_bytes: 256 does not fit 1 byte
        /// ```
        fn to_bytes(number: Integer, length: Count, order: Text = "big") -> Bytes: Computes;
    }
}

/// The bytes of an array of numbers 0 to 255.
pub(crate) fn of_numbers(numbers: &Array) -> Result<Vec<u8>, Cause> {
    let byte = |item: &Dynamic| {
        let number = item.as_int().map_err(|_| {
            Cause::Type(format!("a byte is a number, not {}", shown::describe(item)))
        })?;
        u8::try_from(number).map_err(|_| not_a_byte(number))
    };
    numbers.iter().map(byte).collect()
}

fn make(call: &mut Call<'_, '_>) -> CallResult {
    let encoding = encoding(call, 1)?;
    let Some(value) = call.optional(0) else {
        return answer(Bytes::default());
    };
    if let Ok(count) = value.as_int() {
        let count =
            usize::try_from(count).map_err(|_| Cause::Value(format!("{count} bytes cannot be")))?;
        check_length(count)?;
        return answer(Bytes::new(vec![0; count]));
    }
    if let Some(numbers) = value.read_lock::<Array>() {
        return answer(Bytes::new(of_numbers(&numbers)?));
    }
    if let Ok(text) = value.as_immutable_string_ref() {
        let bytes = encoding.encode(&text);
        return bytes
            .map(Dynamic::from)
            .map_err(|mismatch| not_text(&mismatch, encoding));
    }
    match Bytes::from_dynamic(value) {
        Some(bytes) => answer(bytes),
        None => Err(call.takes(0, "a text, an array of numbers or a length")),
    }
}

fn fromhex(call: &mut Call<'_, '_>) -> CallResult {
    let text = call.text(0)?;
    let mut digits = Vec::with_capacity(text.len());
    for c in text
        .chars()
        .filter(|c| !c.is_ascii_whitespace() && *c != ':')
    {
        let digit = c.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        digits.push(digit.ok_or_else(|| {
            let c = escape::quoted(&c.to_string());
            Cause::Value(format!("a hexadecimal digit is 0-9 or a-f, not {c}"))
        })?);
    }
    if digits.len() % 2 == 1 {
        let message = format!("each byte is two digits, but there are {}", digits.len());
        return Err(Cause::Value(message).into());
    }
    let bytes = digits
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |sum, digit| (sum << 4) | digit));
    answer(Bytes::new(bytes.collect()))
}

fn to_bytes(call: &mut Call<'_, '_>) -> CallResult {
    let (number, length, big) = (call.int(0)?, call.int(1)?, big(call, 2)?);
    let Some(length) = usize::try_from(length)
        .ok()
        .filter(|length| (1..=8).contains(length))
    else {
        return Err(Cause::Range(format!("`length` is 1 to 8, not {length}")).into());
    };
    let Ok(number) = u64::try_from(number) else {
        return Err(Cause::Range(format!("{number} is less than 0")).into());
    };
    if length < 8 && number >> (8 * length) != 0 {
        let plural = if length == 1 { "" } else { "s" };
        return Err(Cause::Range(format!("{number} does not fit {length} byte{plural}")).into());
    }
    let mut bytes = number.to_be_bytes()[8 - length..].to_vec();
    if !big {
        bytes.reverse();
    }
    answer(Bytes::new(bytes))
}
