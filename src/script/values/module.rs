//! The object called `socket`: every function and constant is a member of it too.

use super::{Value, ValueType};
use crate::repr::{Repr, ReprBuilder};

/// The `socket` object of the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SocketModule;

impl Value for SocketModule {
    const TYPE: ValueType = ValueType::Module;

    fn repr(&self, _builder: &mut ReprBuilder) -> Repr {
        Repr::Object {
            kind: Self::TYPE.word(),
            fields: vec![("", Repr::word("socket"))],
        }
    }
}
