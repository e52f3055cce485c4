//! The types of a script's values: one table of their words, for the learner and in rhai.

use std::any::TypeId;
use std::ops::{Range, RangeInclusive};

use rhai::{Array, Blob, Dynamic, FLOAT, FnPtr, INT, ImmutableString, Map};

use super::KINDS;

/// What is said of a type.
struct TypeWords {
    value_type: ValueType,
    /// As `type(x)` shows it, without an article: `"socket"`.
    word: &'static str,
    /// As it stands in a sentence: `"a socket"`.
    phrase: &'static str,
    /// Its names in rhai's errors, where they are others than `word`.
    rhai: &'static [&'static str],
}

/// Makes the types and their table: a name, the word, the phrase, rhai's names.
macro_rules! value_types {
    ($($(#[$doc:meta])* $name:ident, $word:literal, $phrase:literal, [$($rhai:literal),*];)+) => {
        /// The type of a value, as a learner tells types apart.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum ValueType {
            $(#[doc = $phrase] $(#[$doc])* $name,)+
        }

        /// Every type, in the order of the enumeration.
        const WORDS: &[TypeWords] = &[
            $(TypeWords {
                value_type: ValueType::$name,
                word: $word,
                phrase: $phrase,
                rhai: &[$($rhai),*],
            },)+
        ];
    };
}

value_types! {
    Nothing, "nothing", "nothing", ["()"];
    Boolean, "boolean", "true or false", ["bool"];
    Integer, "integer", "a number", ["i64", "int"];
    Float, "float", "a float", ["f64"];
    /// A string or a character.
    Text, "text", "a text", ["string", "char"];
    /// Ours, or rhai's Blob.
    Bytes, "bytes", "bytes", ["blob"];
    Bytearray, "bytearray", "a bytearray", [];
    Array, "array", "an array", [];
    Map, "map", "a map", [];
    Dict, "dict", "a dict", [];
    Function, "function", "a function", ["Fn"];
    Range, "range", "a range", ["range="];
    Timestamp, "timestamp", "a timestamp", [];
    Socket, "socket", "a socket", [];
    AddressInfo, "address info", "an address info", [];
    /// Of `makefile`.
    File, "file", "a file", [];
    /// Of `poll()`.
    Poller, "poll object", "a poll object", [];
    /// The learner's program, in the checks of an exercise.
    Program, "program", "a program", [];
    /// The `socket` object.
    Module, "module", "the `socket` object", [];
    /// `out`: the texts of the values shown.
    Results, "results", "the results", [];
    /// Any other: one of rhai's that no function returns.
    Other, "value", "a value", [];
}

impl ValueType {
    fn words(self) -> &'static TypeWords {
        &WORDS[self as usize]
    }

    /// In a learner's word, without an article: `"text"`, `"integer"`, `"socket"`.
    pub fn word(self) -> &'static str {
        self.words().word
    }

    /// As it stands in a sentence: `"a socket"`, `"bytes"`, `"true or false"`.
    pub(crate) fn phrase(self) -> &'static str {
        self.words().phrase
    }

    /// As rhai calls it: `"string"` for a text.
    pub(crate) fn in_rhai(self) -> &'static str {
        let words = self.words();
        words.rhai.first().unwrap_or(&words.word)
    }

    /// The type that rhai's errors and `type_of` name so.
    pub(crate) fn of_rhai(name: &str) -> Option<Self> {
        let is_called = |row: &&TypeWords| row.word == name || row.rhai.contains(&name);
        if let Some(row) = WORDS.iter().find(is_called) {
            return Some(row.value_type);
        }
        if name.contains("ImmutableString") {
            return Some(Self::Text);
        }
        name.to_lowercase().contains("range").then_some(Self::Range)
    }

    /// The type of a value.
    pub fn of(value: &Dynamic) -> Self {
        Self::of_id(value.type_id()).unwrap_or(Self::Other)
    }

    /// The type of rhai's that this is the number of, or the type of ours.
    pub(crate) fn of_id(id: TypeId) -> Option<Self> {
        let ours = KINDS.iter().find(|kind| (kind.id)() == id);
        let rhai = || Self::rhai_ids().into_iter().find(|(known, _)| *known == id);
        ours.map(|kind| kind.value_type)
            .or_else(|| rhai().map(|(_, found)| found))
    }

    /// The number of this type in memory; of several the one that methods are registered for.
    pub(crate) fn id(self) -> Option<TypeId> {
        let ours = KINDS.iter().find(|kind| kind.value_type == self);
        let rhai = || {
            Self::rhai_ids()
                .into_iter()
                .find(|(_, found)| *found == self)
        };
        ours.map(|kind| (kind.id)())
            .or_else(|| rhai().map(|(id, _)| id))
    }

    /// rhai's own types.
    fn rhai_ids() -> [(TypeId, Self); 13] {
        [
            (TypeId::of::<ImmutableString>(), Self::Text),
            (TypeId::of::<char>(), Self::Text),
            (TypeId::of::<INT>(), Self::Integer),
            (TypeId::of::<FLOAT>(), Self::Float),
            (TypeId::of::<bool>(), Self::Boolean),
            (TypeId::of::<()>(), Self::Nothing),
            (TypeId::of::<Array>(), Self::Array),
            (TypeId::of::<Map>(), Self::Map),
            (TypeId::of::<Blob>(), Self::Bytes),
            (TypeId::of::<FnPtr>(), Self::Function),
            (TypeId::of::<std::time::Instant>(), Self::Timestamp),
            (TypeId::of::<Range<INT>>(), Self::Range),
            (TypeId::of::<RangeInclusive<INT>>(), Self::Range),
        ]
    }

    /// Its properties with their types, sorted by name: those that are ours.
    pub(crate) fn properties(self) -> Vec<(&'static str, Self)> {
        let kind = KINDS.iter().find(|kind| kind.value_type == self);
        kind.map_or_else(Vec::new, |kind| (kind.properties)())
    }

    /// The names of its properties.
    pub(crate) fn property_names(self) -> Vec<&'static str> {
        let rows = self.properties().into_iter();
        rows.map(|(name, _)| name).collect()
    }
}

/// What a type that rhai's errors name so is called in a sentence; an unknown one as it is.
pub(crate) fn phrase_of(rhai_name: &str) -> &str {
    ValueType::of_rhai(rhai_name).map_or(rhai_name, |of| of.phrase())
}

#[cfg(test)]
mod tests {
    use super::{ValueType, WORDS};

    #[test]
    fn the_table_is_in_the_order_of_the_enumeration() {
        for row in WORDS {
            assert_eq!(row.value_type.word(), row.word);
            assert_eq!(ValueType::of_rhai(row.word), Some(row.value_type));
        }
    }

    #[test]
    fn rhais_names_are_understood() {
        for (name, found) in [
            ("i64", ValueType::Integer),
            ("&str | ImmutableString | String", ValueType::Text),
            ("core::ops::Range<i64>", ValueType::Range),
            ("address info", ValueType::AddressInfo),
            ("Fn", ValueType::Function),
        ] {
            assert_eq!(ValueType::of_rhai(name), Some(found), "{name}");
        }
        assert_eq!(ValueType::of_rhai("nobody::Knows"), None);
    }
}
