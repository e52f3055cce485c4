//! Giving the machine another name: sethostname(2).

use crate::net::convert::without_nul;
use crate::net::error::Fault;
use crate::net::sys;

/// Renames the machine until it starts again. Errors: EPERM without the right, EINVAL for a name
/// of more than 64 bytes (Linux).
pub(crate) fn sethostname(name: &[u8]) -> Result<(), Fault> {
    if let Ok(text) = std::str::from_utf8(name) {
        without_nul(text)?;
    }
    Ok(sys::sethostname::sethostname(name)?)
}
