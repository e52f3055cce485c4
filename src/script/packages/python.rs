//! What Python calls its built-in functions, as far as a learner of sockets reaches for them.

use std::any::TypeId;
use std::cmp::Ordering;
use std::rc::Rc;
use std::time::Duration;

use rhai::{Array, Dynamic, Engine, Map};

use super::list::{as_float, compare, parts};
use crate::net::error::{Cause, Fault};
use crate::script::context::Context;
use crate::script::function::{Call, functions, register as register_table, register_exact};
use crate::script::show;

type Answer = Result<Dynamic, Fault>;

functions! {
    /// The script and its surroundings.
    pub static FUNCTIONS = {
        /// The arguments that were given to the script on the command line, as texts.
        ///
        /// ```rhai
        /// args();
        /// //> []
        /// ```
        fn args() => args;
        /// Prints several values on one line, with a blank between them.
        ///
        /// ```rhai
        /// print("port", 80);
        /// //> port 80
        /// ```
        fn print(first, second, third = "()", fourth = "()", fifth = "()", sixth = "()") => print;
        /// Prints to standard error, beside the transcript.
        ///
        /// ```rhai
        /// eprint("waiting");
        /// ```
        fn eprint(first = "\"\"", second = "()", third = "()", fourth = "()", fifth = "()") => eprint;
        /// Waits for so many seconds, an integer or a float. Ctrl-C ends the wait with an error of
        /// kind `Interrupted`.
        ///
        /// ```rhai
        /// sleep(0.01);
        /// ```
        fn sleep(seconds) => sleep;
    }
}

functions! {
    /// Functions of any value.
    pub static VALUES = {
        /// How many parts a value has: characters of a text, bytes, values of an array, keys of a
        /// dict or map.
        ///
        /// ```rhai
        /// len("Hey");
        /// //> 3
        /// len([1, 2]);
        /// //> 2
        /// ```
        fn len(value) => len;
        /// The text that `print` would print.
        ///
        /// ```rhai
        /// str(80) + "/tcp";
        /// //> "80/tcp"
        /// ```
        fn str(value = "\"\"") => str;
        /// The text that the prompt would show: a text in quotes.
        ///
        /// ```rhai
        /// print(repr("a\r\n"));
        /// //> "a\r\n"
        /// ```
        fn repr(value) => repr;
        /// The type of a value in a word: `"integer"`, `"text"`, `"bytes"`, `"array"`, `"socket"`…
        ///
        /// ```rhai
        /// type(80);
        /// //> "integer"
        /// type("80");
        /// //> "text"
        /// ```
        fn type(value) => type_of;
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
        fn int(value = "0", base = "10") => int;
        /// The float that a text or an integer stands for.
        ///
        /// ```rhai
        /// float("1.5");
        /// //> 1.5
        /// ```
        fn float(value = "0.0") => float;
        /// An integer as Python writes it in hexadecimal.
        ///
        /// ```rhai
        /// hex(80);
        /// //> "0x50"
        /// ```
        fn hex(number) => hex;
        /// The number of a character (Unicode).
        ///
        /// ```rhai
        /// ord("A");
        /// //> 65
        /// ```
        fn ord(character) => ord;
        /// The character of a number (Unicode).
        ///
        /// ```rhai
        /// chr(65);
        /// //> "A"
        /// ```
        fn chr(number) => chr;
        /// The integers from 0 up to but not with `end`; with two arguments from the first on,
        /// with three in steps.
        ///
        /// ```rhai
        /// for n in range(2) { print(n); }
        /// //> 0
        /// //> 1
        /// list(range(0, 6, 2));
        /// //> [0, 2, 4]
        /// ```
        fn range(start, end = "()", step = "1") => range;
        /// An array of anything that a `for` loop goes over.
        ///
        /// ```rhai
        /// list("ab");
        /// //> ["a", "b"]
        /// ```
        fn list(values = "[]") => list;
        /// The smallest part, or the smallest of several values.
        ///
        /// ```rhai
        /// min([3, 1, 2]);
        /// //> 1
        /// ```
        fn min(values, second = "()", third = "()", fourth = "()") => min;
        /// The largest part, or the largest of several values.
        ///
        /// ```rhai
        /// max([3, 1, 2]);
        /// //> 3
        /// ```
        fn max(values, second = "()", third = "()", fourth = "()") => max;
        /// The numbers in one sum.
        ///
        /// ```rhai
        /// sum([20, 22]);
        /// //> 42
        /// ```
        fn sum(values) => sum;
        /// A new array in order (an array's own `sort` changes it in place).
        ///
        /// ```rhai
        /// sorted([443, 22, 80]);
        /// //> [22, 80, 443]
        /// ```
        fn sorted(values) => sorted;
        /// A new array with the last part first.
        ///
        /// ```rhai
        /// reversed([1, 2, 3]);
        /// //> [3, 2, 1]
        /// ```
        fn reversed(values) => reversed;
        /// Each part with its place: `[place, part]`.
        ///
        /// ```rhai
        /// enumerate(["a", "b"]);
        /// //> [[0, "a"], [1, "b"]]
        /// ```
        fn enumerate(values, start = "0") => enumerate;
        /// The parts of two arrays in pairs, as many as the shorter has.
        ///
        /// ```rhai
        /// zip([1, 2], ["a", "b"]);
        /// //> [[1, "a"], [2, "b"]]
        /// ```
        fn zip(first, second) => zip;
        /// Whether a part is true, in Python's sense: not `false`, 0, `()` or empty.
        ///
        /// ```rhai
        /// any([false, 1]);
        /// //> true
        /// ```
        fn any(values) => any;
        /// Whether every part is true, in Python's sense.
        ///
        /// ```rhai
        /// all([true, 0]);
        /// //> false
        /// ```
        fn all(values) => all;
    }
}

/// The argument itself, `()` too.
fn anything(call: &Call<'_, '_>, index: usize) -> Dynamic {
    call.optional(index).cloned().unwrap_or_default()
}

/// The parts of an argument.
fn items(call: &Call<'_, '_>, index: usize) -> Result<Vec<Dynamic>, Fault> {
    parts(call.value(index)?).ok_or_else(|| call.takes(index, "an array"))
}

fn args(call: &mut Call<'_, '_>) -> Answer {
    let args = call.context.args.borrow();
    let args: Array = args.iter().map(|arg| Dynamic::from(arg.clone())).collect();
    Ok(args.into())
}

/// The arguments on one line.
fn line(call: &Call<'_, '_>) -> String {
    let words: Vec<String> = (0..call.given())
        .map(|index| show::printed(&anything(call, index)))
        .collect();
    words.join(" ")
}

fn print(call: &mut Call<'_, '_>) -> Answer {
    // rhai hands what a function of this name returns to the engine's printer.
    Ok(line(call).into())
}

fn eprint(call: &mut Call<'_, '_>) -> Answer {
    call.context.output.eprint(&show::printable(&line(call)));
    Ok(Dynamic::UNIT)
}

fn sleep(call: &mut Call<'_, '_>) -> Answer {
    let seconds = as_float(call.value(0)?).ok_or_else(|| call.takes(0, "a number of seconds"))?;
    if seconds.is_nan() || seconds < 0.0 {
        return Err(Cause::Value(format!("`seconds` is 0 or more, not {seconds}")).into());
    }
    // Longer than the clock can say is for ever.
    let time = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
    call.context.caller.sleep(time)?;
    Ok(Dynamic::UNIT)
}

fn len(call: &mut Call<'_, '_>) -> Answer {
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

fn str(call: &mut Call<'_, '_>) -> Answer {
    Ok(show::printed(&anything(call, 0)).into())
}

fn repr(call: &mut Call<'_, '_>) -> Answer {
    Ok(show::canonical(&anything(call, 0)).into())
}

fn type_of(call: &mut Call<'_, '_>) -> Answer {
    Ok(show::type_name(&anything(call, 0)).into())
}

fn int(call: &mut Call<'_, '_>) -> Answer {
    let base = call.int_or(1, 10)?;
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
    let bytes = crate::script::value::Bytes::from_dynamic(value);
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
            let shown = show::short(&show::canonical(value));
            Cause::Value(format!("`{shown}` is not an integer")).into()
        })
}

fn float(call: &mut Call<'_, '_>) -> Answer {
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
        let shown = show::short(&show::quoted(&text));
        Cause::Value(format!("`{shown}` is not a number")).into()
    })
}

fn hex(call: &mut Call<'_, '_>) -> Answer {
    let number = call.int(0)?;
    let sign = if number < 0 { "-" } else { "" };
    Ok(format!("{sign}{:#x}", number.unsigned_abs()).into())
}

fn ord(call: &mut Call<'_, '_>) -> Answer {
    let text = call.text(0)?;
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(c), None) => Ok(i64::from(u32::from(c)).into()),
        _ => Err(call.takes(0, "one character")),
    }
}

fn chr(call: &mut Call<'_, '_>) -> Answer {
    let number = call.int(0)?;
    let character = u32::try_from(number).ok().and_then(char::from_u32);
    match character {
        Some(c) => Ok(c.to_string().into()),
        None => Err(Cause::Value(format!("no character has the number {number}")).into()),
    }
}

fn range(call: &mut Call<'_, '_>) -> Answer {
    // Steps are written out: few ranges of a lesson have them, and those are short.
    const LONGEST: usize = 1 << 20;
    let first = call.int(0)?;
    let (start, end) = match call.optional(1) {
        Some(_) => (first, call.int(1)?),
        None => (0, first),
    };
    let step = call.int_or(2, 1)?;
    if step == 1 {
        return Ok(Dynamic::from(start..end.max(start)));
    }
    if step == 0 {
        return Err(Cause::Value("`step` is not 0".into()).into());
    }
    let mut numbers = Array::new();
    let mut next = Some(start);
    while let Some(number) = next.filter(|n| if step > 0 { *n < end } else { *n > end }) {
        if numbers.len() == LONGEST {
            return Err(
                Cause::Range(format!("more than {LONGEST} steps: use a `while` loop")).into(),
            );
        }
        numbers.push(number.into());
        next = number.checked_add(step);
    }
    Ok(numbers.into())
}

fn list(call: &mut Call<'_, '_>) -> Answer {
    match call.optional(0) {
        None => Ok(Array::new().into()),
        Some(_) => Ok(items(call, 0)?.into()),
    }
}

/// The argument's parts, or the arguments where there are several.
fn several(call: &Call<'_, '_>) -> Result<Vec<Dynamic>, Fault> {
    if call.given() > 1 {
        return Ok((0..call.given())
            .map(|index| anything(call, index))
            .collect());
    }
    items(call, 0)
}

/// The value before which none comes in this order.
fn extreme(values: Vec<Dynamic>, wanted: Ordering) -> Answer {
    let mut best: Option<Dynamic> = None;
    for value in values {
        let better = match &best {
            None => true,
            Some(best) => compare(&value, best)? == wanted,
        };
        if better {
            best = Some(value);
        }
    }
    best.ok_or_else(|| Cause::Value("it is empty".into()).into())
}

fn min(call: &mut Call<'_, '_>) -> Answer {
    extreme(several(call)?, Ordering::Less)
}

fn max(call: &mut Call<'_, '_>) -> Answer {
    extreme(several(call)?, Ordering::Greater)
}

fn sum(call: &mut Call<'_, '_>) -> Answer {
    let mut whole = 0_i64;
    let mut fraction: Option<f64> = None;
    for item in items(call, 0)? {
        if let Ok(number) = item.as_int() {
            whole = whole
                .checked_add(number)
                .ok_or_else(|| Cause::Range("the sum does not fit an integer".into()))?;
        } else if let Ok(number) = item.as_float() {
            fraction = Some(fraction.unwrap_or_default() + number);
        } else {
            let got = show::describe(&item);
            return Err(Cause::Type(format!("numbers are summed, not {got}")).into());
        }
    }
    match (fraction, as_float(&whole.into())) {
        (Some(fraction), Some(whole)) => Ok((whole + fraction).into()),
        _ => Ok(whole.into()),
    }
}

fn sorted(call: &mut Call<'_, '_>) -> Answer {
    let mut values = items(call, 0)?;
    let mut failed = None;
    values.sort_by(|a, b| {
        compare(a, b).unwrap_or_else(|fault| {
            failed = Some(fault);
            Ordering::Equal
        })
    });
    match failed {
        Some(fault) => Err(fault),
        None => Ok(values.into()),
    }
}

fn reversed(call: &mut Call<'_, '_>) -> Answer {
    let mut values = items(call, 0)?;
    values.reverse();
    Ok(values.into())
}

fn enumerate(call: &mut Call<'_, '_>) -> Answer {
    let start = call.int_or(1, 0)?;
    let pairs: Array = items(call, 0)?
        .into_iter()
        .zip(start..)
        .map(|(item, place)| Dynamic::from(vec![place.into(), item]))
        .collect();
    Ok(pairs.into())
}

fn zip(call: &mut Call<'_, '_>) -> Answer {
    let pairs = items(call, 0)?.into_iter().zip(items(call, 1)?);
    let pairs: Array = pairs.map(|(a, b)| Dynamic::from(vec![a, b])).collect();
    Ok(pairs.into())
}

/// Whether a value counts as true, in Python's sense.
fn truth(value: &Dynamic) -> bool {
    if let Ok(flag) = value.as_bool() {
        return flag;
    }
    if let Some(number) = as_float(value) {
        return number != 0.0;
    }
    !value.is_unit() && parts(value).is_none_or(|parts| !parts.is_empty())
}

fn any(call: &mut Call<'_, '_>) -> Answer {
    Ok(items(call, 0)?.iter().any(truth).into())
}

fn all(call: &mut Call<'_, '_>) -> Answer {
    Ok(items(call, 0)?.iter().all(truth).into())
}

/// Registers the tables, and `sleep` before rhai's own, which nothing interrupts.
pub fn register(engine: &mut Engine, context: &Rc<Context>) {
    register_table(engine, FUNCTIONS, context);
    register_table(engine, VALUES, context);
    for number in [TypeId::of::<i64>(), TypeId::of::<f64>()] {
        register_exact(engine, FUNCTIONS, "sleep", &[number], context);
    }
    let number = TypeId::of::<i64>();
    register_exact(engine, VALUES, "range", &[number, number, number], context);
}
