//! The names of the error numbers, `E…` and `EAI_…`, drawn from the one table in `errno`.

use super::Constant;
use crate::net::sys::errno::{self, Errno};

/// `E…`: why a call failed.
pub(crate) const SYSTEM: &[Constant] = &constants::<{ errno::SYSTEM.len() }>(errno::SYSTEM);

/// `EWOULDBLOCK` and other second names.
pub(crate) const ALIASES: &[Constant] = &constants::<{ errno::ALIASES.len() }>(errno::ALIASES);

/// `EAI_…`: why a lookup failed.
pub(crate) const LOOKUP: &[Constant] = &constants::<{ errno::LOOKUP.len() }>(errno::LOOKUP);

/// Each entry's name, value and line of documentation. `N` is the table's length.
const fn constants<const N: usize>(table: &[Errno]) -> [Constant; N] {
    let mut made = [Constant::BLANK; N];
    let mut at = 0;
    while at < N {
        let entry = &table[at];
        made[at] = Constant {
            name: entry.name,
            value: entry.value as i64,
            doc: entry.about,
        };
        at += 1;
    }
    made
}
