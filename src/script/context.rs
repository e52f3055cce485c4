//! What a script's functions need of the console that runs them: who calls, and where text goes.

use std::cell::RefCell;

use crate::net::io_context::IoContext;

/// Where a script's `print` and `eprint` go. Lines come without their end.
pub(crate) trait Output {
    /// A line of the transcript.
    fn print(&self, line: &str);
    /// A line beside the transcript (standard error).
    fn eprint(&self, line: &str);
}

/// The console's side of every call.
pub(crate) struct Context {
    /// Makes the system calls, waits, and can be interrupted.
    pub(crate) caller: IoContext,
    /// Takes what the script prints.
    pub(crate) output: Box<dyn Output>,
    /// What `args()` gives.
    pub(crate) args: RefCell<Vec<String>>,
}
