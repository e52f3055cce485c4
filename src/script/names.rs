//! The names that a script knows, for errors that say what was meant.

use std::any::TypeId;
use std::fmt;

use rhai::{AST, Array, ImmutableString, Map, Scope};

use crate::net::constants;
use crate::repr::escape;
use crate::script::functions::FUNCTIONS;
use crate::script::functions::module::properties_of;
use crate::script::suggest::{Callable, Names, Variable};
use crate::script::values;
use crate::script::values::shown;

/// The names of one engine at one moment.
pub(crate) struct Known<'a> {
    pub(crate) scope: &'a Scope<'static>,
    pub(crate) kept: &'a AST,
}

impl fmt::Debug for Known<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Known")
            .field("variables", &self.scope.len())
            .finish_non_exhaustive()
    }
}

impl Names for Known<'_> {
    fn variables(&self) -> Vec<Variable> {
        let variable = |(name, _, value): (&str, bool, &rhai::Dynamic)| Variable {
            name: name.into(),
            type_name: shown::type_name(value).into(),
            shown: escape::short(&shown::canonical(value)),
        };
        self.scope.iter_raw().map(variable).collect()
    }

    fn functions(&self) -> Vec<Callable> {
        let ours = FUNCTIONS
            .iter()
            .flat_map(|table| table.iter())
            .map(|function| Callable {
                name: function.name.into(),
                receiver: function.receiver.map(type_word),
                signature: function.signature(),
                arity: (function.required(), function.params.len()),
                own: false,
            });
        let own = self
            .kept
            .iter_functions()
            .filter(|f| !f.name.starts_with("anon$"))
            .map(|f| Callable {
                name: f.name.into(),
                receiver: None,
                signature: format!("{}({})", f.name, f.params.join(", ")),
                arity: (f.params.len(), f.params.len()),
                own: true,
            });
        ours.chain(own).collect()
    }

    fn constants(&self) -> Vec<String> {
        constants::all()
            .map(|constant| constant.name.to_string())
            .collect()
    }

    fn properties(&self, type_name: &str) -> Vec<String> {
        properties_of(type_name)
            .iter()
            .map(ToString::to_string)
            .collect()
    }
}

/// rhai's word for a type, as its errors show it.
pub(crate) fn type_word(id: TypeId) -> String {
    let builtin = [
        (TypeId::of::<ImmutableString>(), "string"),
        (TypeId::of::<Array>(), "array"),
        (TypeId::of::<Map>(), "map"),
    ];
    let found = builtin
        .iter()
        .find(|(known, _)| *known == id)
        .map(|(_, word)| *word);
    found
        .or_else(|| values::name_of(id))
        .unwrap_or("value")
        .into()
}
