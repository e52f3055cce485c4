//! What type a call gives, as far as its name tells: completion needs it behind `socket().`, where
//! nothing may be evaluated. A test asks the functions themselves.

/// What a call gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// A value of this type, in [`crate::script::values::shown::type_name`]'s words.
    One(&'static str),
    /// An array of values of one type.
    Many(&'static str),
    /// An array whose parts have these types.
    Parts(&'static [&'static str]),
    /// An array or a text like its receiver.
    Same,
}

use Gives::{Many, One, Parts, Same};

/// Each row: the type of the receiver, empty for a function; the names; what they give.
const ROWS: &[(&str, &[&str], Gives)] = &[
    (
        "",
        &["socket", "fromfd", "create_server", "create_connection"],
        One("socket"),
    ),
    ("", &["socketpair"], Many("socket")),
    ("", &["getaddrinfo"], Many("address info")),
    (
        "",
        &["gethostbyname_ex", "gethostbyaddr"],
        Parts(&["text", "array", "array"]),
    ),
    (
        "",
        &["gethostname", "gethostbyname", "getservbyport", "getfqdn"],
        One("text"),
    ),
    (
        "",
        &["inet_ntoa", "inet_ntop", "if_indextoname"],
        One("text"),
    ),
    ("", &["str", "repr", "type", "hex", "chr"], One("text")),
    (
        "",
        &[
            "inet_aton",
            "inet_pton",
            "bytes",
            "bytes_fromhex",
            "to_bytes",
        ],
        One("bytes"),
    ),
    ("", &["getnameinfo", "dir", "args"], Many("text")),
    (
        "",
        &["select", "enumerate", "zip", "if_nameindex"],
        Many("array"),
    ),
    ("", &["list", "sorted", "reversed"], One("array")),
    ("", &["dict"], One("dict")),
    ("", &["poll"], One("poll object")),
    ("socket", &["accept"], Parts(&["socket", "array"])),
    ("socket", &["recvfrom"], Parts(&["bytes", "array"])),
    ("socket", &["recv"], One("bytes")),
    ("socket", &["getsockname", "getpeername"], One("array")),
    ("socket", &["dup"], One("socket")),
    ("poll object", &["poll"], Many("array")),
    ("bytes", &["decode", "hex", "hexdump"], One("text")),
    ("bytes", &["split"], Many("bytes")),
    (
        "bytes",
        &["strip", "lower", "upper", "replace", "join"],
        One("bytes"),
    ),
    ("text", &["encode"], One("bytes")),
    ("text", &["split", "splitlines"], Many("text")),
    (
        "text",
        &[
            "upper", "lower", "strip", "lstrip", "rstrip", "join", "ljust", "zfill",
        ],
        One("text"),
    ),
    ("array", &["filter", "extract"], Same),
    ("dict", &["keys", "values", "items"], One("array")),
    ("map", &["keys"], Many("text")),
    ("map", &["values"], One("array")),
];

/// What the call of this name gives; `receiver` is the type whose method it is, none for a
/// function. None where only evaluating would tell.
pub(crate) fn gives(receiver: Option<&str>, name: &str) -> Option<Gives> {
    let receiver = receiver.unwrap_or_default();
    let fits = |row: &&(&str, &[&str], Gives)| row.0 == receiver && row.1.contains(&name);
    ROWS.iter().find(fits).map(|row| row.2)
}

/// Every row, receiver and name apart, for tests.
pub fn rows() -> impl Iterator<Item = (&'static str, &'static str, Gives)> {
    let names = |(receiver, names, gives): &(&'static str, &'static [&'static str], Gives)| {
        let (receiver, names, gives) = (*receiver, *names, *gives);
        names.iter().map(move |name| (receiver, *name, gives))
    };
    ROWS.iter().flat_map(names)
}

/// The type of a property, in [`crate::script::values::shown::type_name`]'s words.
pub(crate) fn property(of: &str, name: &str) -> Option<&'static str> {
    match (of, name) {
        ("address info", "addr") => Some("array"),
        ("address info", "canonname") => Some("text"),
        ("address info" | "socket", "family" | "type" | "proto") | (_, "len") => Some("integer"),
        _ => None,
    }
}
