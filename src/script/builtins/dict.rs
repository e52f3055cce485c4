//! Dicts: maps with integer or text keys, ordered by key.

use rhai::{Array, Dynamic, Engine, Map, NativeCallContext};

use crate::net::error::{Cause, Fault};
use crate::script::builtins::arrays::equal;
use crate::script::catalog::{Call, CallResult, functions};
use crate::script::failure::{Thrown, throw};
use crate::script::values::shown;
use crate::script::values::{Dict, DictKey, register_type};

functions! {
    /// What dicts can do.
    pub(crate) static METHODS of Dict = {
        /// How many keys there are. `len(d)` and the property `d.len` say the same.
        ///
        /// ```rhai
        /// dict([[1, "a"], [2, "b"]]).len();
        /// //> 2
        /// ```
        fn len() -> Count: Computes;
        /// Whether it is empty.
        ///
        /// ```rhai
        /// dict().is_empty();
        /// //> true
        /// ```
        fn is_empty() -> Boolean: Computes;
        /// Whether it has a key. `in` asks the same.
        ///
        /// ```rhai
        /// 2 in dict([[2, "AF_INET"]]);
        /// //> true
        /// ```
        fn contains(key: Any) -> Boolean: Computes;
        /// The value under a key, or `default` where there is none.
        ///
        /// ```rhai
        /// dict([[2, "AF_INET"]]).get(3, "?");
        /// //> "?"
        /// ```
        fn get(key: Any, default: Any = ()) -> Any: Computes;
        /// Takes a key out and gives its value, or `()` where there was none.
        ///
        /// ```rhai
        /// let names = dict([[1, "one"], [2, "two"]]);
        /// names.remove(1);
        /// //> "one"
        /// names;
        /// //> {2: "two"}
        /// ```
        fn remove(key: Any) -> Any: Changes;
        /// Takes everything out.
        ///
        /// ```rhai
        /// let names = dict([[1, "one"]]);
        /// names.clear();
        /// names;
        /// //> {}
        /// ```
        fn clear() -> Nothing: Changes;
        /// The keys in their order. A `for` loop over a dict goes over the same.
        ///
        /// ```rhai
        /// dict([[2, "b"], [1, "a"]]).keys();
        /// //> [1, 2]
        /// ```
        fn keys() -> Array: Computes;
        /// The values in the order of their keys.
        ///
        /// ```rhai
        /// dict([[2, "b"], [1, "a"]]).values();
        /// //> ["a", "b"]
        /// ```
        fn values() -> Array: Computes;
        /// Each key with its value.
        ///
        /// ```rhai
        /// for pair in dict([[1, "a"], [2, "b"]]).items() {
        ///     print(`${pair[0]} is ${pair[1]}`);
        /// }
        /// //> 1 is a
        /// //> 2 is b
        /// ```
        fn items() -> [(Any, Any)]: Computes;
    }
}

functions! {
    /// What makes dicts.
    pub(crate) static FUNCTIONS = {
        /// A map with integer or text keys, ordered by key: empty, or of an array of pairs, or of
        /// a map `#{…}`. `d[key] = value` puts a value in, `d[key]` gives it back; a key that it
        /// lacks is an error.
        ///
        /// ```rhai
        /// let families = dict();
        /// families[2] = "AF_INET";
        /// families[1] = "AF_UNIX";
        /// families;
        /// //> {1: "AF_UNIX", 2: "AF_INET"}
        /// families[3];
        /// //> error: dict: no key `3`
        /// ```
        fn dict(pairs: Any = []) -> Dict: Computes => make;
    }
}

fn this(call: &Call<'_, '_>) -> Result<Dict, Fault> {
    call.this::<Dict>()
}

fn key(call: &Call<'_, '_>) -> Result<DictKey, Fault> {
    DictKey::from_dynamic(call.value(0)?).ok_or_else(|| call.takes(0, "an integer or a text"))
}

/// Changes the dict itself.
fn change<T>(call: &mut Call<'_, '_>, change: impl FnOnce(&mut Dict) -> T) -> Result<T, Fault> {
    let changed = call
        .this_mut()
        .and_then(|value| value.write_lock::<Dict>().map(|mut dict| change(&mut dict)));
    changed.ok_or_else(|| Cause::Type("the dict is in use".into()).into())
}

fn len(call: &mut Call<'_, '_>) -> CallResult {
    Ok(Dynamic::from(count(&this(call)?)))
}

fn count(dict: &Dict) -> i64 {
    i64::try_from(dict.len()).unwrap_or(i64::MAX)
}

fn is_empty(call: &mut Call<'_, '_>) -> CallResult {
    Ok(this(call)?.is_empty().into())
}

fn contains(call: &mut Call<'_, '_>) -> CallResult {
    let found = DictKey::from_dynamic(call.value(0)?)
        .is_some_and(|key| this(call).is_ok_and(|dict| dict.get(&key).is_some()));
    Ok(found.into())
}

fn get(call: &mut Call<'_, '_>) -> CallResult {
    let found = this(call)?.get(&key(call)?).cloned();
    Ok(found
        .or_else(|| call.optional(1).cloned())
        .unwrap_or_default())
}

fn remove(call: &mut Call<'_, '_>) -> CallResult {
    let key = key(call)?;
    change(call, |dict| dict.remove(&key)).map(Option::unwrap_or_default)
}

fn clear(call: &mut Call<'_, '_>) -> CallResult {
    change(call, Dict::clear).map(|()| Dynamic::UNIT)
}

fn keys(call: &mut Call<'_, '_>) -> CallResult {
    let keys: Array = this(call)?.into_iter().collect();
    Ok(keys.into())
}

fn values(call: &mut Call<'_, '_>) -> CallResult {
    let values: Array = this(call)?.iter().map(|(_, value)| value.clone()).collect();
    Ok(values.into())
}

fn items(call: &mut Call<'_, '_>) -> CallResult {
    let items: Array = this(call)?
        .iter()
        .map(|(key, value)| Dynamic::from(vec![key.to_dynamic(), value.clone()]))
        .collect();
    Ok(items.into())
}

fn make(call: &mut Call<'_, '_>) -> CallResult {
    let Some(value) = call.optional(0) else {
        return Ok(Dynamic::from(Dict::default()));
    };
    if let Some(dict) = value.read_lock::<Dict>() {
        return Ok(Dynamic::from(dict.clone()));
    }
    if let Some(map) = value.read_lock::<Map>() {
        let pairs = map.iter();
        let dict: Dict = pairs
            .map(|(key, value)| (DictKey::Text(key.as_str().into()), value.clone()))
            .collect();
        return Ok(Dynamic::from(dict));
    }
    let Some(pairs) = value.read_lock::<Array>() else {
        return Err(call.takes(0, "an array of pairs `[[key, value], …]` or a map"));
    };
    let pairs = pairs.iter().map(|pair| {
        let parts = pair.read_lock::<Array>();
        let found = parts.and_then(|parts| match parts.as_slice() {
            [key, value] => Some((DictKey::from_dynamic(key)?, value.clone())),
            _ => None,
        });
        found.ok_or_else(|| {
            let got = shown::describe(pair);
            let message =
                format!("a pair is `[key, value]` with a number or text as key, not {got}");
            Fault::from(Cause::Type(message))
        })
    });
    Ok(Dynamic::from(pairs.collect::<Result<Dict, Fault>>()?))
}

/// The key that an index makes, or the error that says what keys there are.
fn index_key(native: &NativeCallContext<'_>, index: &Dynamic) -> Thrown<DictKey> {
    DictKey::from_dynamic(index).ok_or_else(|| {
        let got = shown::describe(index);
        let cause = Cause::Type(format!("a key is an integer or a text, not {got}"));
        throw(cause.during("dict"), native.call_position())
    })
}

/// The type, with indexing, comparison and iteration.
pub(crate) fn install(engine: &mut Engine) {
    register_type::<Dict>(engine);
    engine.register_iterator::<Dict>();
    engine.register_indexer_get(
        |native: NativeCallContext<'_>, dict: &mut Dict, index: Dynamic| -> Thrown<Dynamic> {
            let key = index_key(&native, &index)?;
            dict.get(&key).cloned().ok_or_else(|| {
                let key = key.repr().brief();
                let fault = Cause::Unknown(format!("no key `{key}`"))
                    .noting(format!("`get({key}, default)` gives a default instead"));
                throw(fault.during("dict"), native.call_position())
            })
        },
    );
    engine.register_indexer_set(
        |native: NativeCallContext<'_>, dict: &mut Dict, index: Dynamic, value: Dynamic| {
            let key = index_key(&native, &index)?;
            dict.insert(key, value);
            Thrown::Ok(())
        },
    );
    engine.register_fn("==", |native: NativeCallContext<'_>, a: Dict, b: Dict| {
        same(&native, &a, &b)
    });
    engine.register_fn("!=", |native: NativeCallContext<'_>, a: Dict, b: Dict| {
        !same(&native, &a, &b)
    });
}

fn same(native: &NativeCallContext<'_>, a: &Dict, b: &Dict) -> bool {
    a.len() == b.len()
        && a.iter()
            .zip(b.iter())
            .all(|((key, value), (other, its))| key == other && equal(native, value, its))
}
