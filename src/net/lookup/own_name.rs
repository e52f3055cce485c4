//! Giving the machine another name: sethostname(2).

use crate::net::convert::without_nul;
use crate::net::error::{Cause, Fault};

/// Renames the machine until it starts again. Errors: EPERM without the right, EINVAL for a name
/// of more than 64 bytes (Linux).
pub(crate) fn sethostname(name: &[u8]) -> Result<(), Fault> {
    if let Ok(text) = std::str::from_utf8(name) {
        without_nul(text)?;
    }
    // SAFETY: the pointer is to `len` readable bytes that outlive the call.
    let result = unsafe { libc::sethostname(name.as_ptr().cast(), name.len() as _) };
    if result < 0 {
        return Err(Cause::last_os_error().into());
    }
    Ok(())
}
