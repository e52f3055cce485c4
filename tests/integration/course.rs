//! The table that says where each line of the course is taught tells the truth.

use std::fs;
use std::path::Path;

/// Each row of the tables that say where the course is taught names a step that exists; that the
/// steps pass, `lesson run --all` proves.
#[test]
fn every_line_of_the_course_is_taught_by_a_step_that_exists() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons");
    let table = fs::read_to_string(folder.join("README.md")).expect("the table can be read");
    let mut taught = 0;
    for row in table.lines().filter(|row| row.starts_with("| ")) {
        let cells: Vec<&str> = row
            .trim_matches('|')
            .rsplitn(3, " | ")
            .map(str::trim)
            .collect();
        let [step, lesson, _line] = cells.as_slice() else {
            continue;
        };
        if *step == "step id" {
            continue;
        }
        let text = fs::read_to_string(folder.join(format!("{lesson}.rhai")));
        let text = text.unwrap_or_else(|error| panic!("{row}: {error}"));
        let id = format!("//@ id: {step}");
        assert!(text.lines().any(|line| line == id), "{row}: no such step");
        taught += 1;
    }
    assert!(taught > 200, "only {taught} rows were read");
}
