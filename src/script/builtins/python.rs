//! What Python calls its built-in functions, as far as a learner of sockets reaches for them.

use std::any::TypeId;
use std::rc::Rc;
use std::time::Duration;

use rhai::{Array, Dynamic, Engine, Map};

use super::arrays::{as_float, parts};
use crate::net::error::Cause;
use crate::repr::escape;
use crate::script::catalog::{Call, CallResult, functions, register_exact};
use crate::script::context::Context;
use crate::script::values::{ValueType, shown};

functions! {
    /// The script and its surroundings.
    pub(crate) static FUNCTIONS = {
        /// The arguments that were given to the script on the command line, as texts.
        ///
        /// ```rhai
        /// args();
        /// //> []
        /// ```
        fn args() -> [Text]: Asks;
        /// Prints several values on one line, with a blank between them.
        ///
        /// ```rhai
        /// print("port", 80);
        /// //> port 80
        /// ```
        fn print(
            first: Any,
            second: Any,
            third: Any = (),
            fourth: Any = (),
            fifth: Any = (),
            sixth: Any = (),
        ) -> {Nothing, Text}: Prints;
        /// Prints to standard error, beside the transcript.
        ///
        /// ```rhai
        /// eprint("waiting");
        /// ```
        fn eprint(
            first: Any = "",
            second: Any = (),
            third: Any = (),
            fourth: Any = (),
            fifth: Any = (),
        ) -> Nothing: Prints;
        /// Waits for so many seconds, an integer or a float. Ctrl-C ends the wait with an error of
        /// kind `Interrupted`.
        ///
        /// ```rhai
        /// sleep(0.01);
        /// ```
        fn sleep(seconds: Seconds) -> Nothing: Waits;
    }
}

functions! {
    /// Functions of any value.
    pub(crate) static VALUES = {
        /// How many parts a value has: characters of a text, bytes, values of an array, keys of a
        /// dict or map.
        ///
        /// ```rhai
        /// len("Hey");
        /// //> 3
        /// len([1, 2]);
        /// //> 2
        /// ```
        fn len(value: Any) -> Count: Computes;
        /// The text that `print` would print.
        ///
        /// ```rhai
        /// str(80) + "/tcp";
        /// //> "80/tcp"
        /// ```
        fn str(value: Any = "") -> Text: Computes;
        /// The text that the prompt would show: a text in quotes.
        ///
        /// ```rhai
        /// print(repr("a\r\n"));
        /// //> "a\r\n"
        /// ```
        fn repr(value: Any) -> Text: Computes;
        /// The type of a value in a word: `"integer"`, `"text"`, `"bytes"`, `"array"`, `"socket"`…
        ///
        /// ```rhai
        /// type(80);
        /// //> "integer"
        /// type("80");
        /// //> "text"
        /// ```
        fn type(value: Any) -> Text: Computes => type_of;
        /// The integer that a text, a float or a boolean stands for; `base` (2 to 36) is for texts.
        /// A float loses what follows its point.
        ///
        /// ```rhai
        /// int("80") + 1;
        /// //> 81
        /// int("ff", 16);
        /// //> 255
        /// int("http");
        /// //> error: int: `"http"` is not an integer
        /// ```
        fn int(value: Any = 0, base: Integer = 10) -> Integer: Computes;
        /// The float that a text or an integer stands for.
        ///
        /// ```rhai
        /// float("1.5");
        /// //> 1.5
        /// ```
        fn float(value: Any = 0.0) -> Float: Computes;
        /// An integer as Python writes it in hexadecimal.
        ///
        /// ```rhai
        /// hex(80);
        /// //> "0x50"
        /// ```
        fn hex(number: Integer) -> Text: Computes;
        /// The number of a character (Unicode).
        ///
        /// ```rhai
        /// ord("A");
        /// //> 65
        /// ```
        fn ord(character: Text) -> Integer: Computes;
        /// The character of a number (Unicode).
        ///
        /// ```rhai
        /// chr(65);
        /// //> "A"
        /// ```
        fn chr(number: Integer) -> Text: Computes;
    }
}

/// The argument itself, `()` too.
fn anything(call: &Call<'_, '_>, index: usize) -> Dynamic {
    call.optional(index).cloned().unwrap_or_default()
}

fn args(call: &mut Call<'_, '_>) -> CallResult {
    let args = call.context.args.borrow();
    let args: Array = args.iter().map(|arg| Dynamic::from(arg.clone())).collect();
    Ok(args.into())
}

/// The arguments on one line.
fn line(call: &Call<'_, '_>) -> String {
    let words: Vec<String> = (0..call.given())
        .map(|index| shown::printed(&anything(call, index)))
        .collect();
    words.join(" ")
}

fn print(call: &mut Call<'_, '_>) -> CallResult {
    // rhai hands what a function of this name returns to the engine's printer.
    Ok(line(call).into())
}

fn eprint(call: &mut Call<'_, '_>) -> CallResult {
    call.context.output.eprint(&escape::printable(&line(call)));
    Ok(Dynamic::UNIT)
}

fn sleep(call: &mut Call<'_, '_>) -> CallResult {
    let seconds = as_float(call.value(0)?).ok_or_else(|| call.takes(0, "a number of seconds"))?;
    if seconds.is_nan() || seconds < 0.0 {
        return Err(Cause::Value(format!("`seconds` is 0 or more, not {seconds}")).into());
    }
    // Longer than the clock can say is for ever.
    let time = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
    call.context.caller.sleep(time)?;
    Ok(Dynamic::UNIT)
}

fn len(call: &mut Call<'_, '_>) -> CallResult {
    let value = call.value(0)?;
    let count = if let Ok(text) = value.as_immutable_string_ref() {
        text.chars().count()
    } else if let Some(map) = value.read_lock::<Map>() {
        map.len()
    } else if let Some(range) = value.read_lock::<std::ops::Range<i64>>() {
        usize::try_from(range.end.saturating_sub(range.start).max(0)).unwrap_or(usize::MAX)
    } else {
        let wanted = "a text, bytes, an array or a dict";
        parts(value).ok_or_else(|| call.takes(0, wanted))?.len()
    };
    Ok(i64::try_from(count).unwrap_or(i64::MAX).into())
}

fn str(call: &mut Call<'_, '_>) -> CallResult {
    Ok(shown::printed(&anything(call, 0)).into())
}

fn repr(call: &mut Call<'_, '_>) -> CallResult {
    Ok(shown::canonical(&anything(call, 0)).into())
}

fn type_of(call: &mut Call<'_, '_>) -> CallResult {
    Ok(ValueType::of(&anything(call, 0)).word().into())
}

fn int(call: &mut Call<'_, '_>) -> CallResult {
    let base = call.int(1)?;
    let Some(base) = u32::try_from(base)
        .ok()
        .filter(|base| (2..=36).contains(base))
    else {
        return Err(Cause::Value(format!("`base` is 2 to 36, not {base}")).into());
    };
    let Some(value) = call.optional(0) else {
        return Ok(0_i64.into());
    };
    if value.is_int() {
        return Ok(value.clone());
    }
    if let Ok(flag) = value.as_bool() {
        return Ok(i64::from(flag).into());
    }
    if let Ok(float) = value.as_float() {
        #[allow(clippy::cast_possible_truncation)] // What follows the point goes, as in Python.
        let whole = float as i64;
        // 2 to the 63rd is the first that does not fit.
        return if float.abs() < 9_223_372_036_854_775_808.0 {
            Ok(whole.into())
        } else {
            Err(Cause::Range(format!("{float} does not fit an integer")).into())
        };
    }
    let bytes = crate::script::values::Bytes::from_dynamic(value);
    let Some(bytes) = bytes else {
        return Err(call.takes(0, "a text or a number"));
    };
    let text = String::from_utf8_lossy(bytes.as_slice());
    let digits = text.trim();
    let digits = match (base, digits.get(..2)) {
        (16, Some("0x" | "0X")) | (2, Some("0b" | "0B")) | (8, Some("0o" | "0O")) => &digits[2..],
        _ => digits,
    };
    i64::from_str_radix(digits, base)
        .map(Dynamic::from)
        .map_err(|_| {
            let shown = escape::short(&shown::canonical(value));
            Cause::Value(format!("`{shown}` is not an integer")).into()
        })
}

fn float(call: &mut Call<'_, '_>) -> CallResult {
    let Some(value) = call.optional(0) else {
        return Ok(0.0_f64.into());
    };
    if let Some(number) = as_float(value) {
        return Ok(number.into());
    }
    let text = call
        .text(0)
        .map_err(|_| call.takes(0, "a text or a number"))?;
    text.trim().parse::<f64>().map(Dynamic::from).map_err(|_| {
        let shown = escape::short(&escape::quoted(&text));
        Cause::Value(format!("`{shown}` is not a number")).into()
    })
}

fn hex(call: &mut Call<'_, '_>) -> CallResult {
    let number = call.int(0)?;
    let sign = if number < 0 { "-" } else { "" };
    Ok(format!("{sign}{:#x}", number.unsigned_abs()).into())
}

fn ord(call: &mut Call<'_, '_>) -> CallResult {
    let text = call.text(0)?;
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(c), None) => Ok(i64::from(u32::from(c)).into()),
        _ => Err(call.takes(0, "one character")),
    }
}

fn chr(call: &mut Call<'_, '_>) -> CallResult {
    let number = call.int(0)?;
    let character = u32::try_from(number).ok().and_then(char::from_u32);
    match character {
        Some(c) => Ok(c.to_string().into()),
        None => Err(Cause::Value(format!("no character has the number {number}")).into()),
    }
}

/// Has `sleep` come before rhai's own, which nothing interrupts, and `int` before the one that makes a
/// float of a float.
pub(crate) fn install(engine: &mut Engine, context: &Rc<Context>) {
    for number in [TypeId::of::<i64>(), TypeId::of::<f64>()] {
        register_exact(engine, FUNCTIONS, "sleep", &[number], context);
    }
    register_exact(engine, VALUES, "int", &[TypeId::of::<f64>()], context);
}
