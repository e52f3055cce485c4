//! The words that a line can be written with, for completion, hints and colours: all of them come
//! from the tables and from rhai.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use rhai::{Array, Engine, FLOAT, INT, ImmutableString, Map, Token};

use crate::net::constants::{self, Constant};
use crate::script::catalog::Function;
use crate::script::functions::FUNCTIONS;
use crate::script::functions::module::properties_of;
use crate::script::values;

/// A name behind a dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    /// Its name.
    pub(crate) name: String,
    /// `connect(address, port = ())`; none for a property.
    pub(crate) signature: Option<String>,
}

/// Every function that needs no receiver, which the `socket` object has too.
pub(crate) fn functions() -> impl Iterator<Item = &'static Function> {
    rows().filter(|function| function.receiver.is_none())
}

/// The function of this name that needs no receiver.
pub(crate) fn function(name: &str) -> Option<&'static Function> {
    functions().find(|function| function.name == name)
}

/// The method of this name: of the type, in [`crate::script::values::shown::type_name`]'s words, or of any type
/// where that is not known.
pub(crate) fn method(type_name: Option<&str>, name: &str) -> Option<&'static Function> {
    let wanted = type_name.map(id_of);
    rows()
        .filter(|function| function.name == name && function.receiver.is_some())
        .find(|function| wanted.is_none_or(|wanted| wanted == function.receiver))
}

/// The members of a type, in [`crate::script::values::shown::type_name`]'s words, sorted by name; empty for a type
/// without members.
pub(crate) fn members(type_name: &str) -> Vec<Member> {
    let Some(id) = id_of(type_name) else {
        return Vec::new();
    };
    let mut found: BTreeMap<String, Option<String>> = BTreeMap::new();
    for (_, name, signature) in native().iter().filter(|(receiver, ..)| *receiver == id) {
        // Some are both, `len` and `len()`: Python's habit is the call.
        let known = found.entry(name.clone()).or_default();
        *known = known.take().max(signature.clone());
    }
    let properties = properties_of(type_name)
        .iter()
        .map(|name| (name.to_string(), None));
    found.extend(properties);
    let ours = rows().filter(|function| function.receiver == Some(id));
    found.extend(ours.map(|function| (function.name.to_string(), Some(function.signature()))));
    let member = |(name, signature)| Member { name, signature };
    found.into_iter().map(member).collect()
}

/// The members of every type, each name once, for a value whose type is not known.
pub(crate) fn any_members() -> Vec<Member> {
    let mut found = BTreeMap::new();
    for function in rows().filter(|function| function.receiver.is_some()) {
        found
            .entry(function.name)
            .or_insert_with(|| function.signature());
    }
    let member = |(name, signature): (&str, String)| Member {
        name: name.into(),
        signature: Some(signature),
    };
    found.into_iter().map(member).collect()
}

/// The constants whose names begin so, sorted by name; an empty prefix gives all.
pub(crate) fn constants_with(prefix: &str) -> impl Iterator<Item = &'static Constant> {
    constants::with_prefix(prefix)
}

/// Whether this is a constant's name.
pub(crate) fn is_constant(name: &str) -> bool {
    constants::find(name).is_some()
}

/// Whether a word belongs to rhai's grammar: `let`, `while`.
pub(crate) fn is_keyword(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_lowercase())
        && (Token::lookup_symbol_from_syntax(word).is_some()
            // Ours: `unpack a, b = …`.
            || word == "unpack")
}

fn rows() -> impl Iterator<Item = &'static Function> {
    FUNCTIONS.iter().flat_map(|table| table.iter())
}

fn id_of(type_name: &str) -> Option<TypeId> {
    match type_name {
        "text" => Some(TypeId::of::<ImmutableString>()),
        "array" => Some(TypeId::of::<Array>()),
        "map" => Some(TypeId::of::<Map>()),
        "integer" => Some(TypeId::of::<INT>()),
        "float" => Some(TypeId::of::<FLOAT>()),
        name => values::id_of(name),
    }
}

/// A method or property of rhai's own: the receiver, the name, a method's signature.
type Native = (TypeId, String, Option<String>);

/// What rhai's own packages give the types that we share with it. Collected when it is first asked
/// for: that takes about a millisecond.
fn native() -> &'static [Native] {
    static NATIVE: OnceLock<Vec<Native>> = OnceLock::new();
    NATIVE.get_or_init(|| {
        let row = |info: rhai::FuncInfo<'_>| {
            let of = info.metadata;
            let receiver = *of.param_types.first()?;
            if let Some(property) = of.name.strip_prefix("get$") {
                return Some((receiver, property.to_string(), None));
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
            let signature = format!("{}({})", of.name, shown.join(", "));
            Some((receiver, of.name.to_string(), Some(signature)))
        };
        Engine::new().collect_fn_metadata(None, row, true)
    })
}

#[cfg(test)]
mod tests {
    use super::{function, is_keyword, members, method};

    fn names(type_name: &str) -> Vec<String> {
        members(type_name).into_iter().map(|m| m.name).collect()
    }

    #[test]
    fn a_socket_offers_its_properties_and_calls() {
        let names = names("socket");
        for name in ["family", "type", "proto", "connect", "recv", "setsockopt"] {
            assert!(names.iter().any(|known| known == name), "{name}: {names:?}");
        }
        assert!(!names.contains(&"push".to_string()));
    }

    #[test]
    fn an_array_offers_ours_and_those_of_rhai() {
        let names = names("array");
        for name in ["append", "push", "filter", "len"] {
            assert!(names.iter().any(|known| known == name), "{name}: {names:?}");
        }
        assert!(names.iter().all(|name| !name.contains('$')), "{names:?}");
    }

    #[test]
    fn what_has_no_members_offers_none() {
        assert_eq!(names("nothing"), Vec::<String>::new());
        assert_eq!(names("no such type"), Vec::<String>::new());
    }

    #[test]
    fn functions_and_methods_are_found_apart() {
        assert!(function("getaddrinfo").is_some() && function("connect").is_none());
        assert!(method(Some("socket"), "connect").is_some());
        assert!(method(None, "connect").is_some());
        assert!(method(Some("text"), "connect").is_none());
    }

    #[test]
    fn keywords_are_those_of_the_grammar() {
        for word in ["let", "while", "unpack", "fn", "return"] {
            assert!(is_keyword(word), "{word}");
        }
        for word in ["socket", "foo", "", "+", "AF_INET"] {
            assert!(!is_keyword(word), "{word}");
        }
    }
}
