//! Names to lessons, from folders and from the program.

use std::fs;
use std::path::Path;

use super::{Library, LibraryError, Origin};

fn library(names: &[&str]) -> (tempfile::TempDir, Library) {
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        fs::write(folder.path().join(name), "//! # T\n").unwrap();
    }
    let library = Library::open(Path::new("/nonexistent"), Some(folder.path())).unwrap();
    (folder, library)
}

fn told(library: &Library, word: &str) -> String {
    match library.find(word) {
        Ok(entry) => entry.full_name,
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_lesson_is_found_by_number_name_and_both() {
    let (_folder, library) = library(&[
        "93-alpha.rhai",
        "94-beta-two.rhai",
        "gamma.rhai",
        "notes.txt",
        ".95-x.rhai",
    ]);
    for word in ["93", "093", "alpha", "Alpha", "93-alpha", "093-alpha"] {
        assert_eq!(told(&library, word), "93-alpha");
    }
    assert_eq!(told(&library, "beta-two"), "94-beta-two");
    assert_eq!(told(&library, "gamma"), "gamma");
    assert_eq!(
        told(&library, "alpa"),
        "no lesson `alpa`; did you mean `93-alpha`?"
    );
    assert_eq!(
        told(&library, "gam"),
        "no lesson `gam`; did you mean `gamma`?"
    );
    assert_eq!(
        told(&library, "zzzzzz"),
        "no lesson `zzzzzz`; `lesson list` shows all of them"
    );
    assert_eq!(
        told(&library, "999"),
        "no lesson `999`; `lesson list` shows all of them"
    );
    assert_eq!(
        told(&library, ""),
        "no lesson ``; `lesson list` shows all of them"
    );
    assert_eq!(
        told(&library, "99999999999999999999"),
        "no lesson `99999999999999999999`; `lesson list` shows all of them"
    );
    assert_eq!(
        told(&library, "notes"),
        "no lesson `notes`; `lesson list` shows all of them"
    );
}

#[test]
fn two_lessons_of_one_number_have_to_be_told_apart() {
    let (_folder, library) = library(&["97-a.rhai", "97-b.rhai", "98-a.rhai"]);
    assert_eq!(
        told(&library, "97"),
        "`97` may be `97-a` or `97-b`; write one of them in full"
    );
    assert_eq!(
        told(&library, "a"),
        "`a` may be `97-a` or `98-a`; write one of them in full"
    );
    assert_eq!(told(&library, "97-b"), "97-b");
}

#[test]
fn the_order_is_by_number_then_by_name() {
    let (_folder, library) = library(&["910-x.rhai", "99-y.rhai", "zeta.rhai", "eta.rhai"]);
    let names: Vec<&str> = library
        .entries()
        .iter()
        .map(|entry| entry.full_name.as_str())
        .collect();
    assert_eq!(names[names.len() - 4..], ["99-y", "910-x", "eta", "zeta"]);
}

#[test]
fn a_path_is_taken_as_it_is() {
    let (folder, library) = library(&["91-a.rhai"]);
    let path = folder.path().join("91-a.rhai");
    let entry = library.find(path.to_str().unwrap()).unwrap();
    assert_eq!((entry.full_name.as_str(), entry.number), ("91-a", Some(91)));
    assert_eq!(entry.read().unwrap(), b"//! # T\n");
    assert_eq!(told(&library, "91-a.rhai"), "91-a");
    let error = library.find("./nothing.rhai").unwrap_err();
    assert!(
        error
            .to_string()
            .contains("cannot read `./nothing.rhai`: no such file or directory"),
        "{error}"
    );
    let error = library.find(folder.path().to_str().unwrap()).unwrap_err();
    assert!(error.to_string().contains("not a file"), "{error}");
}

#[test]
fn a_folder_comes_before_the_program() {
    let embedded = Library::open(Path::new("/nonexistent"), None).unwrap();
    let first = embedded.entries().first().unwrap();
    assert!(matches!(first.origin, Origin::Embedded(_)));
    assert!(first.read().unwrap().starts_with(b"//! # "));
    assert!(first.path().starts_with("lessons/"));

    let here = tempfile::tempdir().unwrap();
    fs::create_dir(here.path().join("lessons")).unwrap();
    let mine = here
        .path()
        .join("lessons")
        .join(format!("{}.rhai", first.full_name));
    fs::write(&mine, "//! # Mine\n").unwrap();
    let library = Library::open(here.path(), None).unwrap();
    assert_eq!(
        library.find(&first.full_name).unwrap().origin,
        Origin::File(mine)
    );

    let missing = Library::open(here.path(), Some(Path::new("/nonexistent")));
    assert!(matches!(missing, Err(LibraryError::Unreadable { .. })));
}

#[test]
fn files_beside_a_lesson_are_read_and_no_others() {
    let (folder, library) = library(&["92-a.rhai"]);
    fs::create_dir_all(folder.path().join("92-a/server")).unwrap();
    fs::write(folder.path().join("92-a/server/starter.rhai"), "1;").unwrap();
    let entry = library.find("92").unwrap();
    assert_eq!(entry.beside("server/starter.rhai").unwrap(), b"1;");
    assert!(entry.beside("server/solution.rhai").is_err());
    assert!(entry.beside("../92-a.rhai").is_err());
    assert!(entry.beside("/etc/hostname").is_err());
}
