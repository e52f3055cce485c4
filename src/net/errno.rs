//! Error numbers: their names, kinds and plain words.

/// One error number of the platform.
#[derive(Debug)]
pub struct Errno {
    /// The platform's constant: `"ECONNREFUSED"`.
    pub name: &'static str,
    /// Its value here.
    pub value: i32,
    /// The kind in one word, `"ConnectionRefused"`; `"Other"` where nothing says it better.
    pub kind: &'static str,
    /// What it means in a few plain words, lower case: `"connection refused"`.
    pub message: &'static str,
}

/// The errno with this number.
pub fn find(_number: i32) -> Option<&'static Errno> {
    None
}

/// The `EAI_*` code with this number.
pub fn find_lookup(_code: i32) -> Option<&'static Errno> {
    None
}

/// The `h_errno` value with this number: `HOST_NOT_FOUND`, `TRY_AGAIN`, `NO_RECOVERY`, `NO_DATA`.
pub fn find_host(_code: i32) -> Option<&'static Errno> {
    None
}
