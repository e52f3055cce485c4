//! Which lesson teaches a name: the first of the course whose statements use it.

use std::path::Path;

use crate::lesson::library::Library;

/// The full name of the lesson; read from the lessons when somebody asks.
pub(super) fn teaching(name: &str) -> Option<String> {
    // The program's own lessons: a folder that is not there adds none.
    let library = Library::open(Path::new("/nonexistent"), None).ok()?;
    let teaches = library.entries().iter().find(|entry| {
        entry
            .read()
            .is_ok_and(|bytes| uses(&String::from_utf8_lossy(&bytes), name))
    })?;
    Some(teaches.full_name.clone())
}

/// Whether a statement of a lesson uses the name as a word.
fn uses(lesson: &str, name: &str) -> bool {
    let statements = lesson.lines().filter(|line| !line.starts_with("//"));
    statements.into_iter().any(|line| has_word(line, name))
}

fn has_word(line: &str, word: &str) -> bool {
    let part = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

#[cfg(test)]
mod tests {
    use super::{teaching, uses};

    #[test]
    fn a_lesson_teaches_what_its_statements_use() {
        let lesson = "// `recv` in prose\n//> recv\nlet x = s.accept();\n";
        assert!(uses(lesson, "accept"));
        assert!(!uses(lesson, "recv") && !uses(lesson, "acc"));
    }

    #[test]
    fn the_course_teaches_its_first_lookup_in_its_lesson_of_lookups() {
        assert_eq!(teaching("getservbyport").as_deref(), Some("01-lookups"));
        assert_eq!(teaching("no_such_name"), None);
    }
}
