//! What rhai's own packages give the types that we share with it: their methods and properties.

use std::sync::OnceLock;

use rhai::Engine;

use super::catalog::Type;
use crate::script::values::ValueType;

/// The methods of rhai's own that change what they are called on; rhai does not tell them apart.
const MUTATORS: &[&str] = &[
    "append",
    "chop",
    "clear",
    "crop",
    "dedup",
    "drain",
    "fill_with",
    "insert",
    "make_lower",
    "make_upper",
    "mixin",
    "pad",
    "pop",
    "push",
    "remove",
    "retain",
    "reverse",
    "set",
    "shift",
    "sort",
    "sort_by",
    "splice",
    "trim",
    "truncate",
];

/// Whether a method of rhai's own of this name changes what it is called on.
pub(crate) fn is_mutator(name: &str) -> bool {
    MUTATORS.contains(&name)
}

/// A method or property of rhai's own.
pub(crate) struct Native {
    /// The type whose member it is.
    pub(crate) receiver: ValueType,
    /// Its name.
    pub(crate) name: String,
    /// `push(item)`; none for a property.
    pub(crate) signature: Option<String>,
    /// What it returns, as far as rhai tells.
    returns: Option<ValueType>,
}

impl Native {
    /// What it returns; none where only evaluating tells. rhai says no more than `Array` of an
    /// array: what its parts are is told here.
    pub(crate) fn returns(&self) -> Option<Type> {
        match (self.receiver, self.name.as_str()) {
            (ValueType::Text, "split") | (ValueType::Map, "keys") => Some(Type::Many(&Type::Text)),
            (ValueType::Array, "filter" | "extract") => Some(Type::Receiver),
            _ => self.returns.map(Type::Is),
        }
    }
}

/// The members of rhai's own, in no order. Collected when they are first asked for: that takes
/// about a millisecond.
pub(crate) fn natives() -> &'static [Native] {
    static NATIVES: OnceLock<Vec<Native>> = OnceLock::new();
    NATIVES.get_or_init(|| Engine::new().collect_fn_metadata(None, member, true))
}

fn member(info: rhai::FuncInfo<'_>) -> Option<Native> {
    let of = info.metadata;
    let receiver = ValueType::of_id(*of.param_types.first()?)?;
    let returns = ValueType::of_rhai(&of.return_type.to_lowercase());
    if let Some(property) = of.name.strip_prefix("get$") {
        return Some(Native {
            receiver,
            name: property.into(),
            signature: None,
            returns,
        });
    }
    let spelled = |c: char| c.is_ascii_alphanumeric() || c == '_';
    // What `print` and `${ }` call is no method that a person writes.
    let inner = ["debug", "print", "to_debug"].contains(&of.name.as_str());
    if inner || !of.name.chars().all(spelled) {
        return None;
    }
    let name = |param: &str| param.split(':').next().unwrap_or("_").trim().to_string();
    let params: Vec<String> = of.params_info.iter().skip(1).map(|p| name(p)).collect();
    let params = params.into_iter().take(of.num_params.saturating_sub(1));
    let shown: Vec<String> = params.collect();
    Some(Native {
        receiver,
        signature: Some(format!("{}({})", of.name, shown.join(", "))),
        name: of.name.to_string(),
        returns,
    })
}

#[cfg(test)]
mod tests {
    use rhai::{Dynamic, Engine, EvalAltResult, Scope};

    use super::{MUTATORS, natives};
    use crate::script::values::ValueType;

    #[test]
    fn a_method_of_rhais_own_returns_what_is_said() {
        let engine = Engine::new();
        for (of, name, call) in [
            (ValueType::Text, "split", "\"a b\".split(\" \")"),
            (ValueType::Text, "len", "\"a b\".len()"),
            (ValueType::Text, "starts_with", "\"a b\".starts_with(\"a\")"),
            (ValueType::Map, "keys", "#{a: 1}.keys()"),
            (ValueType::Map, "values", "#{a: 1}.values()"),
        ] {
            let mut natives = natives().iter();
            let native = natives.find(|native| native.receiver == of && native.name == name);
            let returns = native.and_then(super::Native::returns).expect(name);
            let value = engine.eval::<Dynamic>(call).expect(call);
            assert!(returns.admits(&value), "{call}: {returns:?}, {value:?}");
        }
    }

    #[test]
    fn what_is_said_to_change_its_receiver_is_refused_by_a_constant() {
        let engine = Engine::new();
        for name in MUTATORS {
            let mut named = natives().iter().filter(|native| native.name == *name);
            assert!(named.next().is_some(), "rhai has no method `{name}`");
            let mut scope = Scope::new();
            scope.push_constant("f", rhai::FnPtr::new("nobody").expect("a name"));
            let refused = ["[1]", "\"a\"", "#{}", "blob(1)"].iter().any(|receiver| {
                let mut with = [
                    "", "0", "\"a\"", "'a'", "[]", "#{}", "f", "0, 1", "0, 'a'", "0, 1, []",
                ]
                .into_iter()
                .map(|args| format!("const c = {receiver}; c.{name}({args})"));
                with.any(|call| {
                    let outcome = engine.eval_with_scope::<Dynamic>(&mut scope.clone(), &call);
                    matches!(
                        outcome.map_err(|error| *error),
                        Err(EvalAltResult::ErrorNonPureMethodCallOnConstant(..))
                    )
                })
            });
            assert!(refused, "{name}");
        }
    }
}
