//! A map with integer or text keys, ordered by key: Python's `dict` as far as the course needs it.

use std::collections::BTreeMap;
use std::rc::Rc;

use rhai::{Dynamic, ImmutableString};

use super::shown;
use super::{Property, Value, ValueType, property, size};
use crate::repr::{Repr, ReprBuilder};

/// A key of a [`Dict`]. Integers come before texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum DictKey {
    /// An integer.
    Int(i64),
    /// A text.
    Text(ImmutableString),
}

impl DictKey {
    /// The key that a value makes; none where it is neither an integer nor a text.
    pub(crate) fn from_dynamic(value: &Dynamic) -> Option<Self> {
        if let Ok(number) = value.as_int() {
            return Some(Self::Int(number));
        }
        if let Ok(c) = value.as_char() {
            return Some(Self::Text(c.to_string().into()));
        }
        value.clone().into_immutable_string().ok().map(Self::Text)
    }

    /// The key as a value.
    pub(crate) fn to_dynamic(&self) -> Dynamic {
        match self {
            Self::Int(number) => Dynamic::from(*number),
            Self::Text(text) => Dynamic::from(text.clone()),
        }
    }

    /// The key as it is shown: `1` or `"AF_INET"`.
    pub(crate) fn repr(&self) -> Repr {
        match self {
            Self::Int(number) => Repr::Int(*number),
            Self::Text(text) => Repr::text(text, usize::MAX),
        }
    }
}

/// A map ordered by key. Like rhai's arrays and maps it is a value: a copy that changes leaves
/// the original alone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dict(Rc<BTreeMap<DictKey, Dynamic>>);

impl Dict {
    /// The value under a key.
    pub(crate) fn get(&self, key: &DictKey) -> Option<&Dynamic> {
        self.0.get(key)
    }

    /// Puts a value under a key, in the place of one that is there.
    pub(crate) fn insert(&mut self, key: DictKey, value: Dynamic) {
        Rc::make_mut(&mut self.0).insert(key, value);
    }

    /// Takes the value under a key out.
    pub(crate) fn remove(&mut self, key: &DictKey) -> Option<Dynamic> {
        Rc::make_mut(&mut self.0).remove(key)
    }

    /// Takes everything out.
    pub(crate) fn clear(&mut self) {
        self.0 = Rc::default();
    }

    /// How many keys there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keys and values in the order of the keys.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&DictKey, &Dynamic)> {
        self.0.iter()
    }
}

impl FromIterator<(DictKey, Dynamic)> for Dict {
    fn from_iter<I: IntoIterator<Item = (DictKey, Dynamic)>>(pairs: I) -> Self {
        Self(Rc::new(pairs.into_iter().collect()))
    }
}

impl IntoIterator for Dict {
    type Item = Dynamic;
    type IntoIter = std::vec::IntoIter<Dynamic>;

    fn into_iter(self) -> Self::IntoIter {
        let keys: Vec<Dynamic> = self.0.keys().map(DictKey::to_dynamic).collect();
        keys.into_iter()
    }
}

impl Value for Dict {
    const TYPE: ValueType = ValueType::Dict;
    const PROPERTIES: &'static [Property<Self>] =
        &[property("len", ValueType::Integer, |dict| size(dict.len()))];

    fn repr(&self, builder: &mut ReprBuilder) -> Repr {
        Repr::Dict(builder.gather(self.iter(), |builder, (key, value)| {
            (key.repr(), shown::build(value, builder))
        }))
    }
}
