//! Diffs a person can read, and transcripts written back.

use proptest::prelude::*;

use super::{DiffLine, LineKind, SignedLines, accepted, coloured, diff, plain, splice};
use crate::lesson::format::model::Lesson;
use crate::lesson::format::parse::parse;
use crate::lesson::format::pattern::{Captures, Mismatch, Pattern};

fn mismatch(expected: &str, actual: &str) -> Mismatch {
    let lines: Vec<&str> = expected.split('\n').collect();
    Pattern::parse(&lines)
        .unwrap()
        .matches(actual, &[], &Captures::new())
        .unwrap_err()
}

fn shown(expected: &str, actual: &str) -> String {
    plain(&diff(&mismatch(expected, actual)))
}

#[test]
fn what_a_hole_took_is_not_marked() {
    assert_eq!(
        shown(
            "[\"{ipv4}\", {port:p}]\ntrue",
            "[\"127.0.0.1\", 5000]\nfalse"
        ),
        "  [\"127.0.0.1\", 5000]\n- true\n+ false\n"
    );
    let lines = diff(&mismatch(
        "addr {ipv4} port {port} open",
        "addr 1.2.3.4 port 80 shut",
    ));
    let marked: Vec<&str> = lines
        .iter()
        .flat_map(|line| &line.segments)
        .filter(|segment| segment.emphasis)
        .map(|segment| segment.text.as_str())
        .collect();
    assert_eq!(marked, ["open", "shut"]);
}

#[test]
fn a_part_that_differs_is_pointed_at() {
    assert_eq!(
        shown("the port is {port}, family 2", "the port is 80, family 10"),
        "- the port is 80, family 2\n                         ^\n+ the port is 80, family 10\n                         ^^\n"
    );
}

#[test]
fn lines_that_dots_took_are_the_same() {
    assert_eq!(
        shown("{\n  ...\n}", "{\n  1,\n  2,\n]"),
        "  {\n    1,\n    2,\n- }\n+ ]\n"
    );
    assert_eq!(shown("a\nb\nc", "a\nc"), "  a\n- b\n  c\n");
    assert_eq!(shown("a", ""), "- a\n+ \n");
}

#[test]
fn invisible_characters_are_visible_and_harmless() {
    let text = shown("a\nb", "a \nb\t\r\u{a0}\u{1b}[2J\u{200b}\u{202e}");
    assert!(text.contains("+ a\u{b7}\n"), "{text}");
    assert!(
        text.contains("b\u{2192}\\r\u{237d}\\e[2J\\u{200b}\\u{202e}"),
        "{text}"
    );
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn colours_mark_the_sides() {
    let text = coloured(&diff(&mismatch("a 1", "a 2")));
    assert!(
        text.contains("\x1b[31m- a \x1b[7m1\x1b[27m") && text.contains("\x1b[32m+ a \x1b[7m2"),
        "{text:?}"
    );
}

const SOURCE: &str =
    "//! # T\n\nlet a = 1;\n\na;\n//> [\"x\", {port}]\n//> {fd}\n//> ...\n//> end\n\n// close\n";

fn accept(source: &str, step: usize, actual: &str) -> String {
    let lesson: Lesson = parse(source).unwrap();
    let statement = lesson.steps[step].statement().unwrap();
    let transcript = statement.transcript.as_ref();
    let texts = accepted(transcript, actual, &[], &Captures::new());
    let block = SignedLines {
        sign: "//>",
        after: statement.lines.last,
        replaced: transcript.map(|transcript| transcript.lines),
    };
    splice(source, block, &texts)
}

#[test]
fn accepting_keeps_the_holes_of_lines_that_match() {
    assert_eq!(
        accept(SOURCE, 1, "[\"x\", 80]\nfd\nmore\nand more\nend"),
        SOURCE.replace("//> {fd}\n", "//> fd\n")
    );
    assert_eq!(accept(SOURCE, 1, "[\"x\", 80]\n3\nend"), SOURCE);
    assert_eq!(
        accept(SOURCE, 1, "{port} ...\n3\nend"),
        SOURCE.replace("[\"x\", {port}]", r"\{port} \...")
    );
    assert_eq!(
        accept(SOURCE, 0, "1\n\n2"),
        SOURCE.replace("= 1;\n", "= 1;\n//> 1\n//>\n//> 2\n")
    );
    assert_eq!(
        accept(SOURCE, 1, ""),
        "//! # T\n\nlet a = 1;\n\na;\n\n// close\n"
    );
}

#[test]
fn accepting_keeps_the_line_ends() {
    let windows = SOURCE.replace('\n', "\r\n");
    assert_eq!(
        accept(&windows, 1, "[\"x\", 80]\nfd\nend"),
        windows.replace("//> {fd}\r\n", "//> fd\r\n")
    );
    assert_eq!(accept("//! # T\n\n1;", 0, "1"), "//! # T\n\n1;\n//> 1\n");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_accepted_matches(
        expected in proptest::collection::vec(prop::sample::select(vec!["{port}", "...", "a", "b {int}", "", "x ... y"]), 1..6),
        actual in proptest::collection::vec("[ab0-9{}. xy\\\\\"=:/>ü-]{0,10}", 1..6),
    ) {
        let source = format!("//! # T\n\n1;\n//> {}\n", expected.join("\n//> "));
        let actual = actual.join("\n");
        let new = accept(&source, 0, &actual);
        let lesson = parse(&new).unwrap();
        match &lesson.steps[0].statement().unwrap().transcript {
            Some(transcript) => prop_assert!(transcript.pattern.matches(&actual, &[], &Captures::new()).is_ok(), "{new}\n{actual}"),
            None => prop_assert!(actual.is_empty()),
        }
    }

    #[test]
    fn a_diff_keeps_every_line(expected in "[ab \t\n]{0,20}", actual in "[ab \t\n]{0,20}") {
        let lines = |text: &str| text.split('\n').map(str::to_owned).collect::<Vec<_>>();
        let mismatch = Mismatch { expected: lines(&expected), actual: lines(&actual), note: None, exprs: Vec::new(), captures: Captures::new() };
        let count = |kind: LineKind| diff(&mismatch).iter().filter(|line: &&DiffLine| line.kind == LineKind::Same || line.kind == kind).count();
        prop_assert_eq!(count(LineKind::Expected), mismatch.expected.len());
        prop_assert_eq!(count(LineKind::Actual), mismatch.actual.len());
    }
}
