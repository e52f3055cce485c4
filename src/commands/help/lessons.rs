//! Which lesson teaches a name: the first of the course whose statements use it.

use std::path::Path;
use std::sync::OnceLock;

use crate::lesson::library::Library;

/// A lesson's full name, and its statements.
type Taught = Vec<(String, String)>;

/// The full name of the lesson; the lessons are read when somebody asks for the first time.
pub(crate) fn teaching(name: &str) -> Option<String> {
    static COURSE: OnceLock<Taught> = OnceLock::new();
    let teaches = COURSE
        .get_or_init(course)
        .iter()
        .find(|(_, statements)| has_word(statements, name))?;
    Some(teaches.0.clone())
}

/// The lessons of the program in their order.
fn course() -> Taught {
    // A folder that is not there adds none.
    let Ok(library) = Library::open(Path::new("/nonexistent"), None) else {
        return Vec::new();
    };
    let entries = library.entries().iter();
    entries
        .filter_map(|entry| {
            let text = entry.read().ok()?;
            let text = statements(&String::from_utf8_lossy(&text));
            Some((entry.full_name.clone(), text))
        })
        .collect()
}

/// A lesson without its prose and its transcripts.
fn statements(lesson: &str) -> String {
    let lines = lesson.lines().filter(|line| !line.starts_with("//"));
    lines.collect::<Vec<&str>>().join("\n")
}

/// Whether a text has a word as a whole.
fn has_word(text: &str, word: &str) -> bool {
    let part = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

#[cfg(test)]
mod tests {
    use super::{has_word, statements, teaching};

    #[test]
    fn a_lesson_teaches_what_its_statements_use() {
        let lesson = statements("// `recv` in prose\n//> recv\nlet x = s.accept();\n");
        assert!(has_word(&lesson, "accept"));
        assert!(!has_word(&lesson, "recv") && !has_word(&lesson, "acc"));
    }

    #[test]
    fn the_course_teaches_its_first_lookup_in_its_lesson_of_lookups() {
        assert_eq!(teaching("getservbyport").as_deref(), Some("01-lookups"));
        assert_eq!(teaching("no_such_name"), None);
    }
}
