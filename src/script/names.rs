//! The names that a script knows, for errors that say what was meant.

use std::fmt;

use rhai::{AST, Scope};

use crate::net::constants;
use crate::repr::Bounds;
use crate::script::functions::FUNCTIONS;
use crate::script::suggest::{Callable, Names, Variable};
use crate::script::values::ValueType;
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
            type_name: ValueType::of(value).word().into(),
            value: shown::tree(value, Bounds::BRIEF),
        };
        self.scope.iter_raw().map(variable).collect()
    }

    fn functions(&self) -> Vec<Callable> {
        let ours = FUNCTIONS
            .iter()
            .flat_map(|table| table.iter())
            .map(|function| Callable {
                name: function.name.into(),
                receiver: function.receiver.map(|of| of.in_rhai().into()),
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
        let of = ValueType::of_rhai(type_name).unwrap_or(ValueType::Other);
        let rows = of.properties().into_iter();
        rows.map(|(name, _)| name.into()).collect()
    }
}
