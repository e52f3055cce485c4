//! The format's rules, one by one, and a sample whole.

use std::time::Duration;

use proptest::prelude::*;

use super::{parse, parse_bytes};
use crate::lesson::format::model::{Capability, Lesson, Lines, NetworkKind, StepKind};
use crate::lesson::format::problem::{Problem, Severity, render};

const SAMPLE: &str = include_str!("sample.rhai");

#[track_caller]
fn lesson(source: &str) -> Lesson {
    parse(source).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// The problems of a lesson as `line:column message | mend`.
#[track_caller]
fn problems(source: &str) -> Vec<String> {
    let told = |problem: Problem| {
        assert_eq!(problem.severity, Severity::Error);
        assert!(!problem.mend.is_empty() && problem.length > 0);
        format!(
            "{}:{} {} | {}",
            problem.line, problem.column, problem.message, problem.mend
        )
    };
    parse(source)
        .expect_err("it should not parse")
        .into_iter()
        .map(told)
        .collect()
}

/// One problem in the part behind a header of two lines, at this place, with these words.
#[track_caller]
fn wrong(body: &str, place: &str, words: &[&str]) {
    let found = problems(&format!("//! # T\n\n{body}"));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with(&format!("{place} ")), "{found:#?}");
    for word in words {
        assert!(found[0].contains(word), "{word:?} is not in {found:#?}");
    }
}

fn kinds(lesson: &Lesson) -> Vec<(&str, &str, &str)> {
    lesson
        .steps
        .iter()
        .map(|step| {
            let kind = match &step.kind {
                StepKind::Statement(statement) if statement.transcript.is_some() => "shown",
                StepKind::Statement(_) => "quiet",
                StepKind::Ask(_) => "ask",
                StepKind::Explore(_) => "explore",
                StepKind::Enter(_) => "enter",
            };
            (
                step.id.as_deref().unwrap_or(""),
                step.console.as_str(),
                kind,
            )
        })
        .collect()
}

#[test]
fn the_sample_has_its_steps() {
    let lesson = lesson(SAMPLE);
    assert_eq!(lesson.header.title, "A sample of the format");
    assert_eq!(
        lesson.header.summary,
        "Every kind of step once, in the fewest lines."
    );
    assert_eq!(lesson.header.network, NetworkKind::Lab);
    assert_eq!(lesson.header.timeout, Some(Duration::from_secs(5)));
    assert_eq!(lesson.header.hosts[0].name, "twin.test");
    assert_eq!(lesson.header.hosts[0].addresses[1].scope, 3);
    let expected = [
        ("make", "left", "quiet"),
        ("count", "left", "shown"),
        ("later", "left", "quiet"),
        ("other", "right", "shown"),
        ("speak", "left", "quiet"),
        ("helper", "left", "quiet"),
        ("which", "left", "ask"),
        ("choose", "left", "ask"),
        ("wrong", "left", "shown"),
        ("", "left", "explore"),
    ];
    assert_eq!(kinds(&lesson), expected);
    assert_eq!(
        lesson.closing,
        "## What you can do now\nRead a lesson's file."
    );
}

#[test]
fn the_samples_steps_know_their_lines_and_parts() {
    let lesson = lesson(SAMPLE);
    let line = |first| Lines { first, last: first };
    let count = lesson.step("count").unwrap();
    let statement = count.statement().unwrap();
    assert_eq!(count.only_if, [Capability::Linux]);
    assert_eq!(
        count.lines,
        Lines {
            first: 16,
            last: 20
        }
    );
    assert_eq!(statement.lines, line(19));
    assert_eq!(statement.transcript.as_ref().unwrap().lines, line(20));
    assert!(lesson.steps[0].prose.contains("```\n  a ---- b"));
    assert!(lesson.step("later").unwrap().waits);
    let helper = lesson.step("helper").unwrap();
    let function = helper.statement().unwrap();
    assert!(helper.given && function.source.starts_with("/// Twice"));
    assert!(function.source.ends_with('}'));
    let StepKind::Ask(question) = &lesson.step("which").unwrap().kind else {
        panic!()
    };
    assert_eq!(question.answers.len(), 2);
    assert!(!question.takes_anything());
    let StepKind::Ask(question) = &lesson.step("choose").unwrap().kind else {
        panic!()
    };
    assert_eq!(question.choices, ["left", "right"]);
    let wrong = lesson.step("wrong").unwrap();
    assert_eq!(wrong.headline(), "This must fail.");
    let transcript = wrong.statement().unwrap().transcript.as_ref().unwrap();
    assert!(transcript.expects_error());
}

#[test]
fn line_ends_and_a_byte_order_mark_change_nothing() {
    let sample = SAMPLE;
    assert_eq!(parse(&sample.replace('\n', "\r\n")), parse(sample));
    assert_eq!(parse(&format!("\u{feff}{sample}")), parse(sample));
    assert_eq!(parse_bytes(sample.as_bytes()), parse(sample));
    assert_eq!(parse(sample.trim_end()), parse(sample));
    let found = parse_bytes(b"//! # T\n\n// \xc3\xa9 caf\xe9\n").unwrap_err();
    assert_eq!((found[0].line, found[0].column), (3, 9));
    assert!(found[0].message.contains("0xe9"));
    wrong("// a\rb();\n", "3:5", &["carriage return"]);
}

#[test]
fn a_statement_may_share_its_line_and_keep_its_comments() {
    let lesson = lesson(
        "//! # T\n\nlet a = 1; a; // two\n//> 1\n\nfn f() {\n// inside\n    1\n}\n\n    // indented\n/* for the author\n;\n*/\nf();\n",
    );
    assert_eq!(lesson.steps.len(), 3);
    assert_eq!(
        lesson.steps[0].statement().unwrap().pieces,
        ["let a = 1;", "a;"]
    );
    assert_eq!(
        lesson.steps[1].statement().unwrap().source,
        "fn f() {\n// inside\n    1\n}"
    );
    assert_eq!(lesson.steps[2].prose, "");
    assert_eq!(
        lesson.steps[2].lines,
        Lines {
            first: 15,
            last: 15
        }
    );
}

#[test]
fn prose_keeps_its_paragraphs_and_drawings() {
    let lesson = lesson("//! # T\n//!\n//! One.\n//! Two.\n\n// a\n//   b\n//\n// c\n\n// d\n1;\n");
    assert_eq!(lesson.header.summary, "One.\nTwo.");
    assert_eq!(lesson.steps[0].prose, "a\n  b\n\nc\n\nd");
}

#[test]
fn a_lesson_may_be_without_header_steps_or_anything() {
    assert_eq!(lesson("").steps.len(), 0);
    assert_eq!(lesson("\n\n// only prose\n").closing, "only prose");
    assert_eq!(lesson("1;").steps.len(), 1);
    assert_eq!(lesson("// p\n1;").steps[0].prose, "p");
    assert_eq!(lesson("\n\n//! # T\n\n1;").header.title, "T");
}

#[test]
fn questions_and_free_play_end_at_an_empty_line() {
    let lesson = lesson(
        "//! # T\n\n//@ ask: Why?\n//@ answer: 1 + 1\n//@ answer: *\n//@ hint: a\n//@ hint: b\n// prose of the question\n\n//@ enter: lab on\n\n//@ explore: go",
    );
    assert_eq!(kinds(&lesson).len(), 3);
    assert_eq!(lesson.steps[0].hints, ["a", "b"]);
    assert_eq!(lesson.steps[0].prose, "prose of the question");
    assert_eq!(lesson.steps[1].kind, StepKind::Enter("lab on".into()));
}

#[test]
fn exercises_know_their_steps() {
    let lesson = lesson(
        "//! # T\n\n1;\n\n//@ exercise: server\n//@ console: tester\n2;\n\n3;\n\n//@ exercise: client\n4;\n",
    );
    let found: Vec<(&str, usize)> = lesson
        .exercises()
        .iter()
        .map(|e| (e.name, e.steps.len()))
        .collect();
    assert_eq!(found, [("server", 2), ("client", 1)]);
    assert_eq!(lesson.steps[2].console, "tester");
}

#[test]
fn directives_are_known_or_suggested() {
    wrong(
        "//@ anser: 1\n1;",
        "3:5",
        &["no directive `anser`", "did you mean `//@ answer:"],
    );
    wrong("//@ Console: a\n1;", "3:5", &["did you mean `//@ console:"]);
    wrong(
        "//@ frobnicate: 1\n1;",
        "3:5",
        &["no directive `frobnicate`", "console, waits"],
    );
    wrong("//@\n1;", "3:4", &["empty"]);
    wrong("//@ hint\n1;", "3:5", &["needs a value", "//@ hint: "]);
    wrong(
        "//@ waits: yes\n1;",
        "3:12",
        &["takes no value", "//@ waits"],
    );
    wrong("//@ id: a\n//@ id: b\n1;", "4:5", &["given twice"]);
    wrong("//@ network: lab\n1;", "3:5", &["whole lesson", "header"]);
    let found = problems("//! # T\n//@ id: a\n//@ network: lab\n//@ network: none\n\n1;");
    assert!(
        found[0].contains("2:5 `id` is for a step")
            && found[1].contains("4:5 `network` is given twice")
    );
}

#[test]
fn values_are_checked_where_they_stand() {
    wrong("//@ timeout: soon\n1;", "3:14", &["no time", "`10s`"]);
    wrong("//@ timeout: 0s\n1;", "3:14", &["between"]);
    wrong(
        "//@ timeout: 99999999999999999999s\n1;",
        "3:14",
        &["no time"],
    );
    wrong(
        "//@ console: My Server\n1;",
        "3:14",
        &["cannot be a name", "`my-server`"],
    );
    wrong("//@ id: \u{fc}ber\n1;", "3:9", &["cannot be a name"]);
    wrong(
        "//@ only-if: windows\n1;",
        "3:14",
        &["`windows`", "`linux`"],
    );
    wrong(
        "//@ ask: a?\n//@ choices: one\n//@ answer: one\n",
        "4:14",
        &["two different"],
    );
    wrong("//@ id: a\n1;\n\n//@ id: a\n2;", "6:1", &["used twice"]);
    for (line, word) in [
        ("host: x", "no address"),
        ("host: 1.2.3.4 1.2.3.4", "no host name"),
        ("host: x 1.2.3", "`1.2.3` is no address"),
        ("host: x fe80::1%eth0", "no address"),
        ("network: wifi", "no network `wifi`"),
    ] {
        let found = problems(&format!("//! # T\n//@ {line}\n\n1;"));
        assert!(found.len() == 1 && found[0].contains(word), "{found:?}");
    }
    let times = [("500ms", 500), ("2m", 120_000), ("10 s", 10_000)];
    for (text, milliseconds) in times {
        let lesson = lesson(&format!("//! # T\n//@ timeout: {text}\n\n1;"));
        assert_eq!(
            lesson.header.timeout,
            Some(Duration::from_millis(milliseconds))
        );
    }
}

#[test]
fn parts_that_belong_together_are_missed() {
    wrong("//@ answer: 1\n1;", "3:5", &["no question", "//@ ask"]);
    wrong(
        "//@ ask: a?\n//@ answer: 1\n1;",
        "3:5",
        &["step of its own", "empty line before the statement"],
    );
    wrong("//@ ask: a?\n//@ explore: b\n", "4:5", &["two steps"]);
    wrong("//@ ask: a?\n//@ waits\n", "4:5", &["for a statement"]);
    wrong("//> 1\n", "3:1", &["no statement", "directly under"]);
    wrong("1;\n\n//> 1\n//> 2\n", "5:1", &["no statement"]);
    wrong("1;\n\n//@ id: x\n// prose\n", "5:5", &["no step after"]);
    wrong("1;\n//! late\n", "4:1", &["top of the file"]);
    wrong("1;\n  //> 2\n", "4:3", &["beginning of a line"]);
    let found = problems("//! # T\n// prose\n1;\n");
    assert!(
        found[0].starts_with("2:1 the header ends") && found[0].contains("empty line before"),
        "{found:?}"
    );
}

#[test]
fn code_that_cannot_be_read_is_told_with_its_place() {
    wrong(
        "infos[0]\n//> 1\n\n// more\nlet x = 1;",
        "3:9",
        &["has no end", "`;`"],
    );
    wrong("f(1, 2;\n\n1;", "3:2", &["`(`"]);
    wrong("f(1, 2\n", "3:2", &["never closed", "add `)`"]);
    wrong("let a = \"x;\n\n1;", "3:9", &["closing quote"]);
    wrong("1", "3:2", &["does not end", "add `;`"]);
    wrong("let a = 1;\n\nlet b = 3 5;\n", "5:11", &[]);
    wrong("/* never\n1;", "3:1", &["never closed"]);
    wrong("/// nothing\nlet a = 1;", "3:1", &["function below"]);
    wrong("1;\n//> {{ 1 + }}", "4:11", &[]);
    wrong("//@ ask: a?\n//@ answer: 1 +\n", "4:16", &[]);
    wrong("//@ check: let a = 1\n1;", "3:12", &[]);
    let found = problems("//! # T\n\nlet a = (;\n\n//@ oops\n2;\n\nlet b = ];\n");
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn packet_lines_belong_to_the_statement_above_them() {
    let text = "//! # T\n\n1;\n//> 1\n//~ > SYN\n//~ < SYN ACK\n\n2;\n//~nothing\n// Prose.\n3;\n";
    let lesson = lesson(text);
    let packets = |at: usize| lesson.steps[at].statement().unwrap().packets.as_ref();
    let first = packets(0).unwrap();
    assert_eq!(first.text, ["> SYN", "< SYN ACK"]);
    assert_eq!((first.first, first.last(), first.expected.len()), (5, 6, 2));
    assert_eq!(lesson.steps[0].lines, Lines { first: 3, last: 6 });
    assert!(packets(1).unwrap().expected.is_empty() && packets(2).is_none());
    wrong(
        "//~ > SYN\n1;\n",
        "3:1",
        &["no statement causes these packets"],
    );
    wrong(
        "1;\n//~ > SYN\n//> 1\n",
        "5:1",
        &["this transcript has no statement"],
    );
    wrong(
        "1;\n  //~ > SYN\n",
        "4:3",
        &["`//~` counts only at the beginning"],
    );
    wrong("1;\n//~ > SYNC\n", "4:7", &["TCP has no flag `SYNC`"]);
    wrong(
        "1;\n//~ > {=p} bytes\n",
        "4:7",
        &["nothing was captured as `p`"],
    );
    wrong("1;\n//~ > {{1 +}} bytes\n", "4:12", &[""]);
    wrong(
        "//@ exercise: e\n1;\n\n2;\n//~ > SYN\n",
        "7:1",
        &["the checks of an exercise look at no packets"],
    );
}

#[test]
fn holes_are_checked_with_their_places() {
    wrong("1;\n//> a {{x", "4:7", &["no `}}`"]);
    wrong("1;\n//>{/(/}", "4:4", &["regular expression"]);
    wrong("1;\n//> {=p}", "4:5", &["nothing was captured as `p`"]);
    wrong("1;\n//> {=p}\n\n2;\n//> {port:p}", "4:5", &["before"]);
    assert_eq!(
        lesson("//! # T\n\n1;\n//> {port:p}\n\n2;\n//> {=p}\n")
            .steps
            .len(),
        2
    );
}

#[test]
fn a_problem_is_shown_with_its_line_a_caret_and_the_mend() {
    let source = "//! # T\n\n//@ anser: \u{1b}[31m1\n1;\n";
    let problem = &parse(source).unwrap_err()[0];
    let shown = render("lessons/01.rhai", source, problem, false);
    assert!(shown.contains("lessons/01.rhai:3:5\n"), "{shown}");
    assert!(
        shown.contains("//@ anser: \u{fffd}[31m1")
            && shown.contains("^^^^^")
            && shown.contains("did you mean"),
        "{shown}"
    );
    assert!(!shown.contains('\u{1b}'));
    assert!(render("x", source, problem, true).contains('\u{1b}'));
    let far = Problem {
        line: 99,
        column: 99,
        ..problem.clone()
    };
    assert!(render("x", source, &far, false).contains("x:99"));
}

#[test]
fn reading_is_linear_enough_for_a_long_lesson() {
    let lesson = lesson(&format!(
        "//! # T\n\n{}",
        "// prose\nlet a = 1;\n//> 1\n\n".repeat(5_000)
    ));
    assert_eq!(lesson.steps.len(), 5_000);
    assert_eq!(lesson.steps[4_999].lines.last, 2 + 4 * 5_000 - 1);
}

#[test]
fn a_file_of_unclosed_brackets_is_given_up() {
    let found = problems(&format!("//! # T\n\n{}", "f(\n\n".repeat(20_000)));
    assert!(found.len() < 30, "{}", found.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_makes_the_parser_fail(source in "(?s).{0,200}") {
        if let Err(problems) = parse(&source) {
            for problem in problems {
                let _ = render("x", &source, &problem, true);
            }
        }
    }

    #[test]
    fn no_bytes_make_the_parser_fail(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
        let _ = parse_bytes(&bytes);
    }

    #[test]
    fn no_likely_lines_make_the_parser_fail(
        lines in proptest::collection::vec(prop::sample::select(vec![
            "//! # T", "//@ id: a", "//@ ask: b?", "//@ answer: *", "//@ waits", "//> {port:p}", "//> {=p}", "//> ...",
            "// prose", "", "", "let a = 1;", "f(", ")", "/* c", "*/", "/// doc", "fn f() {", "}", "  x;", "\t//@ x", "`a", "`;",
        ]), 0..20),
        ends in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let source = lines.join(ends);
        if let Err(problems) = parse(&source) {
            for problem in problems {
                prop_assert!(problem.line >= 1 && problem.line <= lines.len().max(1));
                let _ = render("x", &source, &problem, false);
            }
        }
    }
}
