//! `lesson list`: the course, a line for each lesson, with how far it is taken.

use super::progress;
use crate::commands::app::App;
use crate::error::Exit;
use crate::lesson::library::{Library, Unopened};
use crate::lesson::progress::{Progress, Standing};

/// The cells of a bar.
const CELLS: usize = 10;

/// Lists name, standing and title.
pub(crate) fn run_command(library: &Library, shell: &App) -> Exit {
    let kept = match progress::store(shell) {
        Some(store) => progress::load(&store, shell),
        None => Progress::default(),
    };
    let mut exit = Exit::Well;
    for entry in library.entries() {
        let mut standing = String::new();
        let title = match entry.open() {
            Ok((_, lesson)) => {
                standing = mark(kept.standing(&entry.full_name, &lesson));
                lesson.header.title
            }
            Err(Unopened::Malformed(..)) => {
                exit = Exit::Unable;
                format!("cannot be read: lesson lint {} says why", entry.full_name)
            }
            Err(Unopened::Unread(error)) => {
                exit = Exit::Unable;
                error.to_string()
            }
        };
        shell
            .screen
            .line(&format!("{:<24} {standing:<12} {title}", entry.full_name));
    }
    exit
}

/// `done`, a bar, or `new`.
fn mark(standing: Standing) -> String {
    match standing {
        Standing::New => "new".into(),
        Standing::Done => "done".into(),
        Standing::Begun { done, of } => {
            let full = (done * CELLS).checked_div(of).unwrap_or(0).min(CELLS);
            format!("[{}{}]", "#".repeat(full), ".".repeat(CELLS - full))
        }
    }
}
