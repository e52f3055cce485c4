//! The top-level variables as functions see them: as in Python, a function may read and change
//! them.
//!
//! rhai's functions see only their own. So the variables that a kept function mentions, and only
//! those, become shared values, and reading one inside a function is answered from here.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::mem;
use std::rc::Rc;

use crate::script::functions::builtin;
use crate::script::values::Results;
use rhai::{AST, ASTNode, Dynamic, Engine, Expr, Scope};

/// The constant that holds the texts of the values shown.
pub(crate) const RESULTS: &str = "out";

/// The names that functions mention, and the shared values that they stand for.
#[derive(Default)]
pub(crate) struct Globals {
    mentioned: HashSet<String>,
    values: HashMap<String, Dynamic>,
    /// `out`: the texts of the values shown.
    pub(crate) results: Results,
}

impl Globals {
    /// Notes the names that the functions of a statement mention.
    pub(crate) fn note_functions(&mut self, ast: &AST) {
        if !ast.has_functions() {
            return;
        }
        ast.clone_functions_only().walk(&mut |path| {
            if let Some(ASTNode::Expr(Expr::Variable(variable, ..))) = path.last() {
                self.mentioned.insert(variable.1.to_string());
            }
            true
        });
    }

    /// Whether a function mentions this name, and so may change its value.
    pub(crate) fn is_mentioned(&self, name: &str) -> bool {
        self.mentioned.contains(name)
    }

    /// Forgets every name and every result.
    pub(crate) fn clear(&mut self) {
        self.mentioned.clear();
        self.values.clear();
        self.results.clear();
    }

    /// Brings the values up to date with the scope before a statement is evaluated.
    pub(crate) fn share(&mut self, scope: &mut Scope<'_>) {
        self.values.retain(|name, _| scope.contains(name));
        for name in &self.mentioned {
            let shared = match scope.is_constant(name) {
                None => continue,
                Some(true) => scope.get(name).cloned(),
                Some(false) => scope.get_mut(name).map(|value| {
                    if !value.is_shared() {
                        *value = mem::take(value).into_shared();
                    }
                    value.clone()
                }),
            };
            if let Some(value) = shared {
                self.values.insert(name.clone(), value);
            }
        }
    }

    /// Has the engine ask here for a name that is not one of a function's own variables: the
    /// top-level variables, then the constants and the `socket` object. rhai asks this before it
    /// looks into the scope, and also when a closure captures a name.
    pub(crate) fn resolve(globals: &Rc<RefCell<Self>>, engine: &mut Engine) {
        let globals = Rc::clone(globals);
        // The interface is marked unstable; the lock file holds it still.
        #[allow(deprecated)]
        engine.on_var(move |name, index, context| {
            let in_function = context.call_level() > 0;
            if index > 0 || !(in_function || may_be_builtin(name)) || context.scope().contains(name)
            {
                return Ok(None);
            }
            let global = in_function
                .then(|| globals.borrow().values.get(name).cloned())
                .flatten();
            let results =
                || (name == RESULTS).then(|| Dynamic::from(globals.borrow().results.clone()));
            Ok(global.or_else(results).or_else(|| builtin(name)))
        });
    }
}

/// Whether a name looks like one of ours: asked for every variable, so it must be quick.
fn may_be_builtin(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        || ["socket", "has_ipv6", RESULTS].contains(&name)
}
