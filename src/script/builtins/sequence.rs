//! Functions of anything that a `for` loop goes over.

use std::any::TypeId;
use std::cmp::Ordering;
use std::rc::Rc;

use rhai::{Array, Dynamic, Engine};

use super::arrays::{as_float, compare, parts};
use crate::net::error::{Cause, Fault};
use crate::script::catalog::{Call, CallResult, functions, register_exact};
use crate::script::context::Context;
use crate::script::values::shown;

functions! {
    /// What makes ranges and arrays, and what looks through them.
    pub(crate) static FUNCTIONS = {
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
        fn range(start: Integer, end: Integer = (), step: Integer = 1) -> {Range, Array}: Computes;
        /// An array of anything that a `for` loop goes over.
        ///
        /// ```rhai
        /// list("ab");
        /// //> ["a", "b"]
        /// ```
        fn list(values: Any = []) -> Array: Computes;
        /// The smallest part, or the smallest of several values.
        ///
        /// ```rhai
        /// min([3, 1, 2]);
        /// //> 1
        /// ```
        fn min(values: Any, second: Any = (), third: Any = (), fourth: Any = ()) -> Any: Computes;
        /// The largest part, or the largest of several values.
        ///
        /// ```rhai
        /// max([3, 1, 2]);
        /// //> 3
        /// ```
        fn max(values: Any, second: Any = (), third: Any = (), fourth: Any = ()) -> Any: Computes;
        /// The numbers in one sum.
        ///
        /// ```rhai
        /// sum([20, 22]);
        /// //> 42
        /// ```
        fn sum(values: Any) -> Number: Computes;
        /// A new array in order (an array's own `sort` changes it in place).
        ///
        /// ```rhai
        /// sorted([443, 22, 80]);
        /// //> [22, 80, 443]
        /// ```
        fn sorted(values: Any) -> Array: Computes;
        /// A new array with the last part first.
        ///
        /// ```rhai
        /// reversed([1, 2, 3]);
        /// //> [3, 2, 1]
        /// ```
        fn reversed(values: Any) -> Array: Computes;
        /// Each part with its place: `[place, part]`.
        ///
        /// ```rhai
        /// enumerate(["a", "b"]);
        /// //> [[0, "a"], [1, "b"]]
        /// ```
        fn enumerate(values: Any, start: Integer = 0) -> [(Integer, Any)]: Computes;
        /// The parts of two arrays in pairs, as many as the shorter has.
        ///
        /// ```rhai
        /// zip([1, 2], ["a", "b"]);
        /// //> [[1, "a"], [2, "b"]]
        /// ```
        fn zip(first: Any, second: Any) -> [(Any, Any)]: Computes;
        /// Whether a part is true, in Python's sense: not `false`, 0, `()` or empty.
        ///
        /// ```rhai
        /// any([false, 1]);
        /// //> true
        /// ```
        fn any(values: Any) -> Boolean: Computes;
        /// Whether every part is true, in Python's sense.
        ///
        /// ```rhai
        /// all([true, 0]);
        /// //> false
        /// ```
        fn all(values: Any) -> Boolean: Computes;
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

fn range(call: &mut Call<'_, '_>) -> CallResult {
    // Steps are written out: few ranges of a lesson have them, and those are short.
    const LONGEST: usize = 1 << 20;
    let first = call.int(0)?;
    let (start, end) = match call.optional(1) {
        Some(_) => (first, call.int(1)?),
        None => (0, first),
    };
    let step = call.int(2)?;
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

fn list(call: &mut Call<'_, '_>) -> CallResult {
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
fn extreme(values: Vec<Dynamic>, wanted: Ordering) -> CallResult {
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

fn min(call: &mut Call<'_, '_>) -> CallResult {
    extreme(several(call)?, Ordering::Less)
}

fn max(call: &mut Call<'_, '_>) -> CallResult {
    extreme(several(call)?, Ordering::Greater)
}

fn sum(call: &mut Call<'_, '_>) -> CallResult {
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
            let got = shown::describe(&item);
            return Err(Cause::Type(format!("numbers are summed, not {got}")).into());
        }
    }
    match (fraction, as_float(&whole.into())) {
        (Some(fraction), Some(whole)) => Ok((whole + fraction).into()),
        _ => Ok(whole.into()),
    }
}

fn sorted(call: &mut Call<'_, '_>) -> CallResult {
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

fn reversed(call: &mut Call<'_, '_>) -> CallResult {
    let mut values = items(call, 0)?;
    values.reverse();
    Ok(values.into())
}

fn enumerate(call: &mut Call<'_, '_>) -> CallResult {
    let start = call.int(1)?;
    let pairs: Array = items(call, 0)?
        .into_iter()
        .zip(start..)
        .map(|(item, place)| Dynamic::from(vec![place.into(), item]))
        .collect();
    Ok(pairs.into())
}

fn zip(call: &mut Call<'_, '_>) -> CallResult {
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

fn any(call: &mut Call<'_, '_>) -> CallResult {
    Ok(items(call, 0)?.iter().any(truth).into())
}

fn all(call: &mut Call<'_, '_>) -> CallResult {
    Ok(items(call, 0)?.iter().all(truth).into())
}

/// Has `range` come before rhai's own, whose steps cannot be shown.
pub(crate) fn install(engine: &mut Engine, context: &Rc<Context>) {
    let number = TypeId::of::<i64>();
    register_exact(
        engine,
        FUNCTIONS,
        "range",
        &[number, number, number],
        context,
    );
}
