//! Arrays as Python's lists: the methods that rhai spells otherwise.

use std::any::TypeId;
use std::cmp::Ordering;
use std::rc::Rc;

use rhai::{Array, Dynamic, Engine, NativeCallContext};

use crate::net::error::{Cause, Fault};
use crate::script::catalog::{Call, CallResult, functions, register_exact};
use crate::script::context::Context;
use crate::script::values::shown;
use crate::script::values::{AddrInfoValue, Bytes, Dict};

functions! {
    /// What arrays can do beside rhai's own methods.
    pub(crate) static METHODS of Array = {
        /// Adds one value at the end, as Python does: an array is added as one value too.
        /// (`push` is rhai's word for it; `extend` adds each part of another array.)
        ///
        /// ```rhai
        /// let servers = [];
        /// servers.append(["127.0.0.1", 80]);
        /// servers;
        /// //> [["127.0.0.1", 80]]
        /// ```
        fn append(value: Any) -> Nothing: Changes;
        /// Adds each part of another array at the end.
        ///
        /// ```rhai
        /// let ports = [80];
        /// ports.extend([443, 22]);
        /// ports;
        /// //> [80, 443, 22]
        /// ```
        fn extend(values: Any) -> Nothing: Changes;
        /// The first place of a value, counted from 0. A value that is not there is an error
        /// (rhai's `index_of` gives -1).
        ///
        /// ```rhai
        /// [80, 443].index(443);
        /// //> 1
        /// ```
        fn index(value: Any) -> Count: Computes;
        /// How often a value is in it.
        ///
        /// ```rhai
        /// [1, 2, 1].count(1);
        /// //> 2
        /// ```
        fn count(value: Any) -> Count: Computes;
    }
}

/// How deep arrays within arrays are compared: one may contain itself through a shared variable.
const DEPTH: usize = 64;

/// Whether two values are equal, in the script's sense: by its own `==`.
pub(crate) fn equal(native: &NativeCallContext<'_>, a: &Dynamic, b: &Dynamic) -> bool {
    equal_within(native, a, b, DEPTH)
}

fn equal_within(native: &NativeCallContext<'_>, a: &Dynamic, b: &Dynamic, depth: usize) -> bool {
    if depth == 0 {
        return false;
    }
    if let (Some(a), Some(b)) = (a.read_lock::<Array>(), b.read_lock::<Array>()) {
        return a.len() == b.len()
            && a.iter()
                .zip(b.iter())
                .all(|(a, b)| equal_within(native, a, b, depth - 1));
    }
    if let Ok(order) = compare(a, b) {
        return order == Ordering::Equal;
    }
    let (mut a, mut b) = (a.clone(), b.clone());
    native
        .call_native_fn_raw("==", true, &mut [&mut a, &mut b])
        .is_ok_and(|answer| answer.as_bool().unwrap_or(false))
}

/// Which of two values comes first: numbers, texts, bytes, booleans, and arrays of them. Values
/// of different types have no order, as in Python.
pub(crate) fn compare(a: &Dynamic, b: &Dynamic) -> Result<Ordering, Fault> {
    compare_within(a, b, DEPTH)
}

fn compare_within(a: &Dynamic, b: &Dynamic, depth: usize) -> Result<Ordering, Fault> {
    if depth == 0 {
        return Err(Cause::Value("arrays stand too deep in each other to compare".into()).into());
    }
    let unordered = || {
        let (a, b) = (shown::describe(a), shown::describe(b));
        Fault::from(Cause::Type(format!("{a} and {b} have no order")))
    };
    if let (Ok(a), Ok(b)) = (a.as_int(), b.as_int()) {
        return Ok(a.cmp(&b));
    }
    if let (Some(a), Some(b)) = (as_float(a), as_float(b)) {
        return a.partial_cmp(&b).ok_or_else(unordered);
    }
    if let (Ok(a), Ok(b)) = (a.as_bool(), b.as_bool()) {
        return Ok(a.cmp(&b));
    }
    if let (Some(first), Some(second)) = (a.read_lock::<Array>(), b.read_lock::<Array>()) {
        for (a, b) in first.iter().zip(second.iter()) {
            let order = compare_within(a, b, depth - 1)?;
            if order.is_ne() {
                return Ok(order);
            }
        }
        return Ok(first.len().cmp(&second.len()));
    }
    let bytes = |value: &Dynamic| value.is::<Bytes>() || value.is_blob();
    let text = |value: &Dynamic| value.is_string() || value.is_char();
    if (bytes(a) && bytes(b)) || (text(a) && text(b)) {
        return Ok(Bytes::from_dynamic(a).cmp(&Bytes::from_dynamic(b)));
    }
    Err(unordered())
}

/// A number as a float.
pub(crate) fn as_float(value: &Dynamic) -> Option<f64> {
    #[allow(clippy::cast_precision_loss)] // CPython compares exactly; here 53 bits are enough.
    let from_int = |number: i64| number as f64;
    value
        .as_float()
        .ok()
        .or_else(|| value.as_int().ok().map(from_int))
}

/// The parts of anything that a `for` loop goes over; none where it is no such thing.
pub(crate) fn parts(value: &Dynamic) -> Option<Vec<Dynamic>> {
    /// A range longer than this is not written out.
    const LONGEST: i64 = 1 << 24;
    if let Some(array) = value.read_lock::<Array>() {
        return Some(array.clone());
    }
    if let Some(bytes) = value.read_lock::<Bytes>() {
        return Some(bytes.clone().into_iter().map(Dynamic::from).collect());
    }
    if let Some(info) = value.read_lock::<AddrInfoValue>() {
        return Some(info.parts());
    }
    if let Some(dict) = value.read_lock::<Dict>() {
        return Some(dict.clone().into_iter().collect());
    }
    if let Ok(text) = value.as_immutable_string_ref() {
        return Some(text.chars().map(|c| Dynamic::from(c.to_string())).collect());
    }
    if let Some(range) = value.read_lock::<std::ops::Range<i64>>() {
        let size = range.end.saturating_sub(range.start);
        return (size <= LONGEST).then(|| range.clone().map(Dynamic::from).collect());
    }
    if let Some(range) = value.read_lock::<std::ops::RangeInclusive<i64>>() {
        let size = range.end().saturating_sub(*range.start());
        return (size < LONGEST).then(|| range.clone().map(Dynamic::from).collect());
    }
    if let Some(map) = value.read_lock::<rhai::Map>() {
        return Some(
            map.keys()
                .map(|key| Dynamic::from(key.as_str().to_string()))
                .collect(),
        );
    }
    None
}

/// Changes the array itself.
fn change<T>(call: &mut Call<'_, '_>, change: impl FnOnce(&mut Array) -> T) -> Result<T, Fault> {
    let changed = call.this_mut().and_then(|value| {
        value
            .write_lock::<Array>()
            .map(|mut array| change(&mut array))
    });
    changed.ok_or_else(|| Cause::Type("the array is in use".into()).into())
}

/// The argument itself, `()` too.
fn any(call: &Call<'_, '_>, index: usize) -> Dynamic {
    call.optional(index).cloned().unwrap_or_default()
}

fn append(call: &mut Call<'_, '_>) -> CallResult {
    let value = any(call, 0);
    change(call, |array| array.push(value)).map(|()| Dynamic::UNIT)
}

fn extend(call: &mut Call<'_, '_>) -> CallResult {
    let more = parts(call.value(0)?).ok_or_else(|| call.takes(0, "an array"))?;
    change(call, |array| array.extend(more)).map(|()| Dynamic::UNIT)
}

fn index(call: &mut Call<'_, '_>) -> CallResult {
    let wanted = any(call, 0);
    let array = call.this::<Array>()?;
    let place = array
        .iter()
        .position(|item| equal(call.native, item, &wanted));
    match place.and_then(|place| i64::try_from(place).ok()) {
        Some(place) => Ok(place.into()),
        None => Err(Cause::Unknown(format!("{} is not in it", shown::describe(&wanted))).into()),
    }
}

fn count(call: &mut Call<'_, '_>) -> CallResult {
    let wanted = any(call, 0);
    let array = call.this::<Array>()?;
    let found = array
        .iter()
        .filter(|item| equal(call.native, item, &wanted))
        .count();
    Ok(i64::try_from(found).unwrap_or(i64::MAX).into())
}

/// Has `append` come before rhai's own.
pub(crate) fn install(engine: &mut Engine, context: &Rc<Context>) {
    let array = TypeId::of::<Array>();
    // rhai's own `append` of an array to an array adds each part, which surprises.
    register_exact(engine, METHODS, "append", &[array, array], context);
}
