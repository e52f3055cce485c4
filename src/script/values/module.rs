//! The object called `socket`: every function and constant stands behind it too.

use super::{Shown, Value};

/// The `socket` object of the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SocketModule;

impl Value for SocketModule {
    const NAME: &'static str = "module";

    fn shown(&self) -> Shown {
        Shown::Line("<module socket>".into())
    }
}
