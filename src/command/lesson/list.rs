//! `lesson list`: the course, a line for each lesson.

use crate::command::shell::Shell;
use crate::error::Exit;
use crate::lesson::library::Library;
use crate::lesson::parse;

/// Lists number, name, title and summary.
pub(super) fn perform(library: &Library, shell: &Shell) -> Exit {
    let mut exit = Exit::Well;
    for entry in library.entries() {
        let title = match entry.read().map(|bytes| parse::parse_bytes(&bytes)) {
            Ok(Ok(lesson)) => lesson.header.title,
            Ok(Err(_)) => {
                exit = Exit::Unable;
                format!("cannot be read: lesson lint {} says why", entry.full_name)
            }
            Err(error) => {
                exit = Exit::Unable;
                error.to_string()
            }
        };
        shell
            .screen
            .line(&format!("{:<24} {title}", entry.full_name));
    }
    exit
}
