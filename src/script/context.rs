//! What a script's functions need of the console that runs them: who calls, and where text goes.

use std::cell::RefCell;

use crate::net::io_context::Caller;

/// Where a script's `print` and `eprint` go. Lines come without their end.
pub trait Output {
    /// A line of the transcript.
    fn print(&self, line: &str);
    /// A line beside the transcript (standard error).
    fn eprint(&self, line: &str);
}

/// The console's side of every call.
pub struct Context {
    /// Makes the system calls, waits, and can be interrupted.
    pub caller: Caller,
    /// Takes what the script prints.
    pub output: Box<dyn Output>,
    /// What `args()` gives.
    pub args: RefCell<Vec<String>>,
}
