//! The learner's program, as the checks of an exercise see it.

use std::ops::Deref;
use std::sync::Arc;

use super::{Value, ValueType};
use crate::net::process;
use crate::repr::{Repr, ReprBuilder};

/// A program that the checks start and stop. Copies are the same program.
#[derive(Debug, Clone)]
pub(crate) struct ProgramValue(Arc<process::Program>);

impl ProgramValue {
    /// A value for a program.
    pub(crate) fn new(program: Arc<process::Program>) -> Self {
        Self(program)
    }
}

impl Deref for ProgramValue {
    type Target = process::Program;

    fn deref(&self) -> &process::Program {
        &self.0
    }
}

impl Value for ProgramValue {
    const TYPE: ValueType = ValueType::Program;

    fn repr(&self, _builder: &mut ReprBuilder) -> Repr {
        let state = match (self.is_running(), self.port()) {
            (false, _) => Repr::word("not running"),
            (true, None) => Repr::word("running"),
            (true, Some(port)) => Repr::word(format!("listening on port {port}")),
        };
        Repr::Object {
            kind: Self::TYPE.word(),
            fields: vec![("", state)],
        }
    }
}
