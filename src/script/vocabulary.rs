//! The words that a line can be written with, for completion, hints and colours: all of them come
//! from the tables and from rhai.

use std::collections::BTreeMap;

use rhai::Token;

use super::rhai_methods::{self, Native, natives};
use crate::net::constants::{self, Constant};
use crate::script::catalog::{Effect, Function, Type};
use crate::script::functions::rows;
use crate::script::values::ValueType;

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

/// The method of this name: of the type, or of any type where that is not known.
pub(crate) fn method(of: Option<ValueType>, name: &str) -> Option<&'static Function> {
    rows()
        .filter(|function| function.name == name && function.receiver.is_some())
        .find(|function| of.is_none() || function.receiver == of)
}

/// What a call returns: of a type's method, or of a function that needs no receiver.
pub(crate) fn returns(of: Option<ValueType>, name: &str) -> Option<Type> {
    let mut rows = rows().filter(|row| row.receiver == of);
    let ours = rows.find(|row| row.name == name).map(|row| row.returns);
    let native = || {
        natives_of(of?)
            .find(|native| native.name == name)?
            .returns()
    };
    ours.or_else(native)
}

/// The type of a property.
pub(crate) fn property(of: ValueType, name: &str) -> Option<ValueType> {
    let ours = of.properties().into_iter().find(|row| row.0 == name);
    let native = || {
        let mut natives = natives_of(of).filter(|native| native.signature.is_none());
        natives
            .find(|native| native.name == name)?
            .returns()?
            .value_type()
    };
    ours.map(|row| row.1).or_else(native)
}

/// The signature of a method that a type has from rhai.
pub(crate) fn native(of: ValueType, name: &str) -> Option<String> {
    let mut methods = natives_of(of).filter(|native| native.signature.is_some());
    methods
        .find(|native| native.name == name)?
        .signature
        .clone()
}

fn natives_of(of: ValueType) -> impl Iterator<Item = &'static Native> {
    natives().iter().filter(move |native| native.receiver == of)
}

/// The members of a type, sorted by name; empty for a type without members.
pub(crate) fn members(of: ValueType) -> Vec<Member> {
    if matches!(of, ValueType::Nothing | ValueType::Other) {
        return Vec::new();
    }
    let mut found: BTreeMap<String, Option<String>> = BTreeMap::new();
    for native in natives_of(of) {
        // Some are both, `len` and `len()`: Python's habit is the call.
        let known = found.entry(native.name.clone()).or_default();
        *known = known.take().max(native.signature.clone());
    }
    let properties = of.properties().into_iter();
    found.extend(properties.map(|(name, _)| (name.to_string(), None)));
    let ours = rows().filter(|function| function.receiver == Some(of));
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

/// What the calls of this name do, whatever they are called on.
pub(crate) fn effects(name: &str) -> impl Iterator<Item = Effect> {
    let named = rows().filter(move |function| function.name == name);
    named.flat_map(|function| function.effects).copied()
}

/// Whether there is a function or method of this name.
pub(crate) fn is_ours(name: &str) -> bool {
    rows().any(|function| function.name == name)
}

/// What every call of this name does, whatever it is called on: `close` of a file sends, and that
/// of a socket does not.
pub(crate) fn sure_effects(name: &str) -> impl Iterator<Item = Effect> {
    let mut named = rows().filter(move |function| function.name == name);
    let first = named.next().map_or(&[][..], |row| row.effects);
    let others: Vec<&Function> = named.collect();
    let is_sure = move |effect: &Effect| others.iter().all(|row| row.effects.contains(effect));
    first.iter().copied().filter(is_sure)
}

/// Whether a call of this name does nothing but wait.
pub(crate) fn is_pause(name: &str) -> bool {
    rows().any(|row| row.name == name && row.effects == [Effect::Waits])
}

/// Whether a call of this name tells what a line is about: what prints any value, and what says
/// of any value what it is, does not.
pub(crate) fn is_telling(name: &str) -> bool {
    let about_anything = |row: &Function| {
        let takes_one = matches!(row.params, [param] if param.takes == Type::Any);
        takes_one && row.receiver.is_none() && matches!(row.returns, Type::Count | Type::Text)
    };
    // `type_of` is rhai's.
    let prints = |row: &Function| row.effects.contains(&Effect::Prints);
    name != "type_of" && !rows().any(|row| row.name == name && (prints(row) || about_anything(row)))
}

/// Whether a call of this name may change what it is called on.
pub(crate) fn is_mutator(name: &str) -> bool {
    let changes = |row: &Function| row.receiver.is_some() && row.effects.contains(&Effect::Changes);
    rhai_methods::is_mutator(name) || rows().any(|row| row.name == name && changes(row))
}

/// What the calls of this name return, whatever they are called on.
pub(crate) fn results(name: &str) -> impl Iterator<Item = Type> {
    rows()
        .filter(move |row| row.name == name)
        .map(|row| row.returns)
}

/// Whether a call of this name can be made once more without harm: it changes nothing. One that
/// nobody knows may do anything.
pub(crate) fn is_harmless(name: &str) -> bool {
    let mut ours = effects(name).peekable();
    if ours.peek().is_some() {
        return ours.all(Effect::is_harmless);
    }
    let mut natives = natives().iter().filter(|native| native.name == name);
    natives.next().is_some() && !rhai_methods::is_mutator(name)
}

/// The type of what a call of this name returns, where all that bear it return the same.
pub(crate) fn returned(name: &str, is_method: bool) -> Option<ValueType> {
    let named = rows().filter(|row| row.name == name && row.receiver.is_some() == is_method);
    let mut types = named.map(|function| function.returns.value_type());
    let first = types.next()??;
    types.all(|other| other == Some(first)).then_some(first)
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

#[cfg(test)]
mod tests {
    use super::{ValueType, function, is_keyword, members, method};

    fn names(of: ValueType) -> Vec<String> {
        members(of).into_iter().map(|m| m.name).collect()
    }

    #[test]
    fn a_socket_offers_its_properties_and_calls() {
        let names = names(ValueType::Socket);
        for name in ["family", "type", "proto", "connect", "recv", "setsockopt"] {
            assert!(names.iter().any(|known| known == name), "{name}: {names:?}");
        }
        assert!(!names.contains(&"push".to_string()));
    }

    #[test]
    fn an_array_offers_ours_and_those_of_rhai() {
        let names = names(ValueType::Array);
        for name in ["append", "push", "filter", "len"] {
            assert!(names.iter().any(|known| known == name), "{name}: {names:?}");
        }
        assert!(names.iter().all(|name| !name.contains('$')), "{names:?}");
    }

    #[test]
    fn what_has_no_members_offers_none() {
        assert_eq!(names(ValueType::Nothing), Vec::<String>::new());
    }

    #[test]
    fn functions_and_methods_are_found_apart() {
        assert!(function("getaddrinfo").is_some() && function("connect").is_none());
        assert!(method(Some(ValueType::Socket), "connect").is_some());
        assert!(method(None, "connect").is_some());
        assert!(method(Some(ValueType::Text), "connect").is_none());
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
