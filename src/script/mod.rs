//! The script language: where rhai is named, and nowhere else.

pub mod scan;
