//! What `import` reads: a script of a file, where the network lets files be read.

use std::rc::Rc;

use rhai::module_resolvers::FileModuleResolver;
use rhai::{Engine, EvalAltResult, Module, ModuleResolver, Position, Shared};

use super::context::Context;
use super::failure::throw;
use crate::net::act::Act;

/// rhai's way to files, after a question.
pub(super) struct Imports {
    files: FileModuleResolver,
    context: Rc<Context>,
}

impl Imports {
    /// Asks the network that the context is in.
    pub(super) fn new(context: &Rc<Context>) -> Self {
        Self {
            files: FileModuleResolver::new(),
            context: Rc::clone(context),
        }
    }
}

impl ModuleResolver for Imports {
    fn resolve(
        &self,
        engine: &Engine,
        source: Option<&str>,
        path: &str,
        at: Position,
    ) -> Result<Shared<Module>, Box<EvalAltResult>> {
        let network = self.context.caller.network_of_calls();
        if let Err(fault) = network.allows(Act::Read(path)) {
            return Err(throw(fault.during("import"), at));
        }
        self.files.resolve(engine, source, path, at)
    }
}
