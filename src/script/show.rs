//! The canonical text of a value.

use rhai::Dynamic;

/// A value in an error message: "the text `\"80\"`", "the number 5", "an array".
pub fn describe(_value: &Dynamic) -> String {
    String::new()
}

/// The canonical text of a value; none for `()`.
pub fn canonical(value: &Dynamic) -> Option<String> {
    (!value.is_unit()).then(|| value.to_string())
}
