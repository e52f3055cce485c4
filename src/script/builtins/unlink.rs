//! The one thing of the file system that sockets need: to take their path away again.

use std::fs;
use std::os::unix::fs::FileTypeExt;

use rhai::Dynamic;

use crate::net::act::Act;
use crate::net::error::Cause;
use crate::script::catalog::{Call, CallResult, functions};

functions! {
    /// What touches the file system.
    pub(crate) static FILES = {
        /// Takes a Unix socket's path out of the file system; a path of anything else is left.
        ///
        /// A bound Unix socket leaves its path behind when it closes, and the next `bind` to it
        /// fails with EADDRINUSE. Errors: ENOENT, EACCES. See unlink(2).
        /// ```rhai
        /// unlink("/nowhere/to.be");
        /// //> error: unlink: no such file or directory (ENOENT)
        /// ```
        fn unlink(path: Path) -> Nothing: Removes;
    }
}

fn unlink(call: &mut Call<'_, '_>) -> CallResult {
    let path = call.text(0)?;
    let network = call.context.caller.network_of_calls();
    network.allows(Act::Unlink(path.as_str()))?;
    if !fs::symlink_metadata(path.as_str())?.file_type().is_socket() {
        let text = format!("`{path}` is not a socket; only sockets are removed here");
        return Err(Cause::Value(text).into());
    }
    fs::remove_file(path.as_str())?;
    Ok(Dynamic::UNIT)
}
