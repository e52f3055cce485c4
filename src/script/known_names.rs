//! The names that a script knows, for errors that say what was meant.

use std::fmt;

use rhai::{AST, Scope};

use crate::net::constants;
use crate::repr::Bounds;
use crate::script::catalog::Function;
use crate::script::functions::rows;
use crate::script::suggest::{Callable, KnownNames, KnownVariable};
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

/// What a row says of calls.
pub(crate) fn callable(function: &Function) -> Callable {
    Callable {
        name: function.name.into(),
        receiver: function.receiver,
        signature: function.signature(),
        arity: (function.required(), function.params.len()),
        own: false,
    }
}

impl KnownNames for Known<'_> {
    fn variables(&self) -> Vec<KnownVariable> {
        let variable = |(name, _, value): (&str, bool, &rhai::Dynamic)| KnownVariable {
            name: name.into(),
            value_type: ValueType::of(value),
            value: shown::tree(value, Bounds::BRIEF),
        };
        self.scope.iter_raw().map(variable).collect()
    }

    fn functions(&self) -> Vec<Callable> {
        let ours = rows().map(callable);
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
}
