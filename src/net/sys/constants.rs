//! The platform's constants: one table of every name that Python's `socket`, `errno` and `select`
//! have here, with its value and a line of documentation.
//!
//! Values come from libc where the libc crate has them, else from the systems' headers. A name that
//! the platform lacks is not in the table. The compiler joins and sorts the groups, so nothing
//! happens at start-up.

use std::slice::Iter;

mod can;
mod errors;
mod family;
mod ip;
mod kernel;
mod lookup;
mod message;
mod protocol;
mod sock;

#[cfg(test)]
mod tests;

/// One named number of the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Constant {
    /// The name as C and Python have it: `"AF_INET"`.
    pub name: &'static str,
    /// Its value here. Where C's is unsigned (`INADDR_BROADCAST`) this is positive, as in Python.
    pub(crate) value: i64,
    /// What it means, in one plain line; never empty.
    pub doc: &'static str,
}

impl Constant {
    /// What the table holds before it is filled, while the compiler builds it.
    const BLANK: Self = Self {
        name: "",
        value: 0,
        doc: "",
    };
}

/// Makes a group's `TABLE`. `NAME => "doc";` takes the value from libc, `NAME = 7 => "doc";` gives
/// it, for names that libc lacks. `when` takes what `#[cfg]` takes.
macro_rules! constants {
    ($(when ($($condition:tt)+) $rows:tt)+) => {
        constants!(@table [] $(($($condition)+) $rows)+);
    };
    (@table [$($made:tt)*]) => {
        // C's types for these names differ between platforms; all of them fit.
        #[allow(clippy::cast_lossless, clippy::unnecessary_cast, clippy::cast_possible_wrap)]
        pub(crate) const TABLE: &[super::Constant] = &[$($made)*];
    };
    (@table [$($made:tt)*] $condition:tt {
        $($name:ident $(= $value:expr)? => $doc:literal;)+
    } $($rest:tt)*) => {
        constants!(@table [$($made)* $(
            #[cfg $condition]
            super::Constant {
                name: stringify!($name),
                value: constants!(@value $name $($value)?) as i64,
                doc: $doc,
            },
        )+] $($rest)*);
    };
    (@value $name:ident) => { libc::$name };
    (@value $name:ident $value:expr) => { ($value as i64) };
}
use constants;

/// Facts about the build that Python spells as names.
const BUILD: &[Constant] = &[Constant {
    name: "has_ipv6",
    value: 1,
    doc: "1: this program can speak IPv6",
}];

const GROUPS: &[&[Constant]] = &[
    can::TABLE,
    errors::ALIASES,
    errors::LOOKUP,
    errors::SYSTEM,
    family::TABLE,
    ip::TABLE,
    kernel::TABLE,
    lookup::TABLE,
    message::TABLE,
    protocol::TABLE,
    sock::TABLE,
    BUILD,
];

/// Sorted by name, byte by byte.
static ALL: [Constant; count(GROUPS)] = sorted(GROUPS);

/// Names to prefer where several share prefix and value; see [`name_of`].
const PREFERRED: &[&str] = &["EOPNOTSUPP", "IPPROTO_IP", "POLLOUT", "SOL_IP"];

/// Every constant, sorted by name.
pub fn all() -> Iter<'static, Constant> {
    ALL.iter()
}

/// The constant of exactly this name.
pub(crate) fn find(name: &str) -> Option<&'static Constant> {
    ALL.binary_search_by(|constant| constant.name.cmp(name))
        .ok()
        .map(|at| &ALL[at])
}

/// The constants whose names begin so, sorted by name: `with_prefix("AF_")`. An empty prefix gives
/// all.
pub(crate) fn with_prefix(prefix: &str) -> Iter<'static, Constant> {
    let start = ALL.partition_point(|constant| constant.name < prefix);
    let length = ALL[start..].partition_point(|constant| constant.name.starts_with(prefix));
    ALL[start..start + length].iter()
}

/// The name for a value among those that begin so: `name_of("AF_", 2)` is `"AF_INET"`.
///
/// Where several names share the value, the usual one: a name from a short list of exceptions,
/// else the one of fewest parts (`SO_DEBUG` before `SO_J1939_FILTER`), else the first of the
/// alphabet (`EAGAIN` before `EWOULDBLOCK`). The prefix `"E"` means errno: `EAI_` and
/// other names with an underscore are left out.
pub(crate) fn name_of(prefix: &str, value: i64) -> Option<&'static str> {
    with_prefix(prefix)
        .filter(|constant| constant.value == value)
        .map(|constant| constant.name)
        .filter(|name| prefix != "E" || !name.contains('_'))
        .min_by_key(|name| (!PREFERRED.contains(name), name.matches('_').count()))
}

const fn count(groups: &[&[Constant]]) -> usize {
    let mut sum = 0;
    let mut at = 0;
    while at < groups.len() {
        sum += groups[at].len();
        at += 1;
    }
    sum
}

/// The groups as one table, sorted by name (heapsort: the compiler's budget for a constant is
/// small, and sorting by insertion would exceed it).
const fn sorted<const N: usize>(groups: &[&[Constant]]) -> [Constant; N] {
    let mut table = [Constant::BLANK; N];
    let mut filled = 0;
    let mut group = 0;
    while group < groups.len() {
        let mut row = 0;
        while row < groups[group].len() {
            table[filled] = groups[group][row];
            filled += 1;
            row += 1;
        }
        group += 1;
    }
    let mut root = N / 2;
    while root > 0 {
        root -= 1;
        sift_down(&mut table, root, N);
    }
    let mut end = N;
    while end > 1 {
        end -= 1;
        table.swap(0, end);
        sift_down(&mut table, 0, end);
    }
    table
}

/// Restores the heap below `root` in the first `end` entries: the greatest name on top.
const fn sift_down(table: &mut [Constant], mut root: usize, end: usize) {
    loop {
        let mut child = 2 * root + 1;
        if child >= end {
            return;
        }
        if child + 1 < end && is_less(table[child].name, table[child + 1].name) {
            child += 1;
        }
        if !is_less(table[root].name, table[child].name) {
            return;
        }
        table.swap(root, child);
        root = child;
    }
}

/// `left < right` byte by byte, which `str` cannot yet tell in a constant.
const fn is_less(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut at = 0;
    while at < left.len() && at < right.len() {
        if left[at] != right[at] {
            return left[at] < right[at];
        }
        at += 1;
    }
    left.len() < right.len()
}
