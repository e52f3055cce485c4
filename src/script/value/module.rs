//! The object called `socket`: every function and constant stands behind it too.

/// The `socket` object of the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SocketModule;
