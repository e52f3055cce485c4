//! Input that is not a terminal: read whole, no prompt, no editor.

use std::io::{self, Read};
use std::path::PathBuf;

use crate::error::Error;

/// All of standard input as text. Fails where it is not UTF-8.
pub(crate) fn read_all() -> Result<String, Error> {
    let unreadable = |why: String| Error::Unreadable {
        path: PathBuf::from("standard input"),
        why,
    };
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        unreadable(format!("the byte at {at} is not UTF-8 text"))
    })
}
