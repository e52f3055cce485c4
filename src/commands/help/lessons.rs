//! Which lesson teaches a name: the first of the course whose statements use it.

use std::path::Path;
use std::sync::OnceLock;

use crate::lesson::library::Library;
use crate::script::catalog::Function;

/// A lesson's full name, and its statements.
type Taught = Vec<(String, String)>;

/// The full name of the lesson whose statements first use a name.
pub(crate) fn teaching(name: &str) -> Option<String> {
    first(|statements| uses(statements, name).next().is_some())
}

/// The full name of the lesson whose statements first call a function.
pub(crate) fn calling(function: &Function) -> Option<String> {
    first(|statements| has_call(statements, function))
}

/// The lessons are read when somebody asks for the first time.
fn first(teaches: impl Fn(&str) -> bool) -> Option<String> {
    static COURSE: OnceLock<Taught> = OnceLock::new();
    let mut lessons = COURSE.get_or_init(course).iter();
    let found = lessons.find(|(_, statements)| teaches(statements))?;
    Some(found.0.clone())
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

/// Where a text has a word as a whole: what stands before it, and what follows.
fn uses<'t>(text: &'t str, word: &str) -> impl Iterator<Item = (&'t str, &'t str)> {
    let part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let places = text.match_indices(word);
    places.filter_map(move |(at, word)| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        let whole = !before.ends_with(part) && !after.starts_with(part);
        whole.then_some((before, after))
    })
}

/// Whether a text calls a function: a method behind a dot, another one without, or of `socket`.
fn has_call(text: &str, function: &Function) -> bool {
    uses(text, function.name).any(|(before, after)| {
        let is_method = before.ends_with('.') && !before.ends_with("socket.");
        after.starts_with('(') && is_method == function.receiver.is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::{calling, has_call, statements, teaching, uses};
    use crate::script::functions::rows;

    #[test]
    fn a_lesson_teaches_what_its_statements_use() {
        let lesson = statements("// `recv` in prose\n//> recv\nlet x = s.accept();\nx.type;\n");
        assert!(uses(&lesson, "accept").next().is_some());
        assert!(uses(&lesson, "recv").next().is_none() && uses(&lesson, "acc").next().is_none());
        let calls = |name: &str| rows().any(|row| row.name == name && has_call(&lesson, row));
        assert!(calls("accept") && !calls("type"));
    }

    #[test]
    fn the_course_teaches_its_first_lookup_in_its_lesson_of_lookups() {
        assert_eq!(teaching("getservbyport").as_deref(), Some("01-lookups"));
        assert_eq!(teaching("no_such_name"), None);
    }

    #[test]
    fn the_calls_that_the_course_is_about_have_their_lesson() {
        let lesson = |name: &str| rows().find(|row| row.name == name).and_then(calling);
        for name in [
            "getaddrinfo",
            "socket",
            "bind",
            "accept",
            "recv",
            "sendto",
            "select",
        ] {
            assert!(lesson(name).is_some(), "{name}");
        }
        assert_eq!(lesson("getservbyport").as_deref(), Some("01-lookups"));
    }
}
