//! What rhai's own functions do with values within values, within bounds.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use rhai::{Array, Dynamic, Engine, EvalAltResult, Map, NativeCallContext, Position};

use crate::script::context::Context;
use crate::script::failure::Thrown;
use crate::script::stack;

/// How deep values may lie in each other to be compared, or made JSON; what reads JSON allows less.
const MOST: usize = 1000;

/// Compares values by the script's own `==`.
struct Comparison {
    context: Rc<Context>,
    /// How deep in values it is now.
    depth: Cell<usize>,
}

/// Puts bounds in place of rhai's own functions that have none.
pub(crate) fn install(engine: &mut Engine, context: &Rc<Context>) {
    let comparison = Rc::new(Comparison {
        context: Rc::clone(context),
        depth: Cell::new(0),
    });
    let of = |wanted: bool| {
        let arrays = Rc::clone(&comparison);
        let maps = Rc::clone(&comparison);
        (
            move |native: NativeCallContext<'_>, a: &mut Array, b: Array| {
                Thrown::Ok(arrays.arrays(&native, a, b)? == wanted)
            },
            move |native: NativeCallContext<'_>, a: &mut Map, b: Map| {
                Thrown::Ok(maps.maps(&native, a, b)? == wanted)
            },
        )
    };
    for (operator, wanted) in [("==", true), ("!=", false)] {
        let (arrays, maps) = of(wanted);
        engine.register_fn(operator, arrays);
        engine.register_fn(operator, maps);
    }
    engine.register_fn("to_json", |map: &mut Map| to_json(map));
}

fn too_deep() -> Box<EvalAltResult> {
    let text = format!("values lie more than {MOST} deep in each other here");
    Box::new(EvalAltResult::ErrorRuntime(text.into(), Position::NONE))
}

impl Comparison {
    fn arrays(&self, native: &NativeCallContext<'_>, a: &mut Array, mut b: Array) -> Thrown<bool> {
        if a.len() != b.len() {
            return Ok(false);
        }
        for (a, b) in a.iter_mut().zip(b.iter_mut()) {
            if !self.parts(native, a, b)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn maps(&self, native: &NativeCallContext<'_>, a: &mut Map, mut b: Map) -> Thrown<bool> {
        if a.len() != b.len() {
            return Ok(false);
        }
        for (key, a) in a {
            let Some(b) = b.get_mut(key) else {
                return Ok(false);
            };
            if !self.parts(native, a, b)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Two parts, whose own parts come back here.
    fn parts(
        &self,
        native: &NativeCallContext<'_>,
        a: &mut Dynamic,
        b: &mut Dynamic,
    ) -> Thrown<bool> {
        if self.context.caller.status().must_stop() {
            let stopped = EvalAltResult::ErrorTerminated(Dynamic::UNIT, Position::NONE);
            return Err(Box::new(stopped));
        }
        if self.depth.get() >= MOST || stack::is_low() {
            return Err(too_deep());
        }
        self.depth.set(self.depth.get() + 1);
        let equal = native.call_native_fn_raw("==", true, &mut [a, b]);
        self.depth.set(self.depth.get() - 1);
        match equal {
            Ok(answer) => Ok(answer.as_bool().unwrap_or(false)),
            Err(error) => match *error {
                // Values of two types that nothing compares are not equal.
                EvalAltResult::ErrorFunctionNotFound(..) if a.type_id() != b.type_id() => Ok(false),
                _ => Err(error),
            },
        }
    }
}

/// A map as JSON.
fn to_json(map: &Map) -> Thrown<String> {
    if !map.values().all(|value| is_within(value, MOST)) {
        return Err(too_deep());
    }
    let parts: BTreeMap<&str, &Dynamic> = map
        .iter()
        .map(|(key, value)| (key.as_str(), value))
        .collect();
    Ok(serde_json::to_string(&parts).unwrap_or_else(|_| "ERROR".into()))
}

/// Whether what a value holds lies at most so deep.
fn is_within(value: &Dynamic, depth: usize) -> bool {
    let Some(left) = depth.checked_sub(1) else {
        return false;
    };
    if let Some(array) = value.read_lock::<Array>() {
        return array.iter().all(|value| is_within(value, left));
    }
    match value.read_lock::<Map>() {
        Some(map) => map.values().all(|value| is_within(value, left)),
        None => true,
    }
}
