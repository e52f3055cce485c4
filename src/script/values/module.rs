//! The object called `socket`: every function and constant stands behind it too.

use super::Value;
use crate::repr::{Repr, ReprBuilder};

/// The `socket` object of the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SocketModule;

impl Value for SocketModule {
    const NAME: &'static str = "module";

    fn repr(&self, _builder: &mut ReprBuilder) -> Repr {
        Repr::Object {
            kind: Self::NAME,
            fields: vec![("", Repr::word("socket"))],
        }
    }
}
