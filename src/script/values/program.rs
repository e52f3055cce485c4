//! The learner's program, as the checks of an exercise see it.

use std::ops::Deref;
use std::sync::Arc;

use super::{Shown, Value};
use crate::net::process;

/// A program that the checks start and stop. Copies are the same program.
#[derive(Debug, Clone)]
pub(crate) struct Program(Arc<process::Program>);

impl Program {
    /// A value for a program.
    pub(crate) fn new(program: Arc<process::Program>) -> Self {
        Self(program)
    }
}

impl Deref for Program {
    type Target = process::Program;

    fn deref(&self) -> &process::Program {
        &self.0
    }
}

impl Value for Program {
    const NAME: &'static str = "program";

    fn shown(&self) -> Shown {
        let state = match (self.is_running(), self.port()) {
            (false, _) => "not running".into(),
            (true, None) => "running".into(),
            (true, Some(port)) => format!("listening on port {port}"),
        };
        Shown::Line(format!("<program {state}>"))
    }
}
