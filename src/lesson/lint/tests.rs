//! Each finding of the linter, and no error in the sample.

use super::lint;
use crate::lesson::format::parse::parse;
use crate::lesson::format::problem::Severity;

/// Findings as `E line:column message`.
fn found(source: &str) -> Vec<String> {
    let lesson = parse(source).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let told = lint(source, &lesson).into_iter().map(|problem| {
        assert!(!problem.mend.is_empty());
        let sign = match problem.severity {
            Severity::Error => 'E',
            Severity::Warning => 'W',
            Severity::Note => 'N',
        };
        format!(
            "{sign} {}:{} {}",
            problem.line, problem.column, problem.message
        )
    });
    told.collect()
}

#[test]
fn the_sample_has_a_note_and_no_more() {
    let notes = found(include_str!("../format/parse/sample.rhai"));
    assert!(notes.iter().all(|note| !note.starts_with('E')), "{notes:?}");
}

#[test]
fn holes_that_are_none_and_captures_nobody_uses_are_told() {
    let source = "//! # T\n\n1;\n//> a {prt} {port:p}\n//>{porf:x}\n\n2;\n//> {fd:f} {fd:g} {=f}\n\ng + 1;\n";
    assert_eq!(
        found(source),
        [
            "W 4:7 `{prt}` is no hole and stands for itself",
            "W 4:13 nothing uses the capture `p`",
            "W 5:4 `{porf:x}` is no hole and stands for itself",
        ]
    );
}

#[test]
fn questions_need_answers_hints_and_names() {
    let source = "//! # T\n\n//@ ask: a?\n\n//@ id: b\n//@ ask: b?\n//@ choices: x | y\n//@ answer: z\n//@ hint: h\n";
    assert_eq!(
        found(source),
        [
            "E 3:1 this question has no answer",
            "W 3:1 this question has no hint",
            "W 3:1 this question has no `id`",
            "E 8:13 the answer `z` is not among the choices",
        ]
    );
}

#[test]
fn a_lesson_needs_a_title_and_steps() {
    assert_eq!(
        found("// prose\n"),
        [
            "W 1:1 the lesson has no title",
            "W 1:1 the lesson has no step"
        ]
    );
}

#[test]
fn code_blocks_fit_the_terminal() {
    let wide = "x".repeat(81);
    let source = format!(
        "//! # T\n\n// {wide}\n// ```\n// {wide}\n// {}\n// ```\n// {wide}\n1;\n",
        "y".repeat(80)
    );
    assert_eq!(
        found(&source),
        ["W 5:84 this line of a code block is 81 columns wide"]
    );
}

#[test]
fn lesson_comments_inside_a_statement_are_suspect() {
    let source = "//! # T\n\nx\n//> 3\n\n-y;\n";
    assert_eq!(
        found(source),
        ["W 4:1 this `//>` stands inside a statement and counts as code"]
    );
}

#[test]
fn a_transcript_that_takes_anything_is_noted_unless_checked() {
    assert_eq!(found("//! # T\n\n1;\n//> ...\n").len(), 1);
    assert_eq!(
        found("//! # T\n\n//@ check: it == 1\n1;\n//> ...\n").len(),
        0
    );
}

#[test]
fn packet_lines_that_nothing_can_fulfil_are_suspect() {
    let own = "fn f(s) { s.send(\"x\") }\n\nlet s = create_connection(\"echo.test\", 7);\n//~ > SYN\n//~ ...\n\n\
               f(s);\n//~ > 1 byte\n\ns.getsockname();\n//~ > 5 bytes\n\nlet a = 1;\n//~ nothing\n\n\
               s.close();\n//~\n";
    assert_eq!(
        found(&format!("//! # T\n\n{own}")),
        [
            "W 13:1 no call of this statement sends or receives anything",
            "W 19:1 this says no packet yet",
        ]
    );
    let elsewhere = found("//! # T\n//@ network: live\n\nsend(1);\n//~ > SYN\n");
    assert_eq!(
        elsewhere,
        ["W 5:1 with `network: live` there are no packets to see"]
    );
}
