//! The machine's own name: sethostname(2).

use std::io;

/// Renames the machine until it starts again. Errors: EPERM, EINVAL for a name that is too long.
pub(crate) fn sethostname(name: &[u8]) -> io::Result<()> {
    // SAFETY: the pointer is to `len` readable bytes that outlive the call.
    match unsafe { libc::sethostname(name.as_ptr().cast(), name.len() as _) } {
        result if result < 0 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}
