//! `exit`: leave socklab.

use super::shell::Shell;
use crate::error::Exit;
use crate::repl::Next;

/// Leaves with exit code 0.
pub(super) fn perform(_shell: &mut Shell) -> Next {
    Next::Leave(Exit::Well)
}
