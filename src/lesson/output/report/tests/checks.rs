//! Each format of an exercise's checks.

use std::time::Duration;

use super::NASTY;
use crate::lesson::format::parse::parse;
use crate::lesson::output::report::{GitHub, Json};
use crate::lesson::results::{CheckOutcome, CheckReport, Report, Shortfall, Tally};
use crate::lesson::results::{Event, Reason, Submission};
use crate::lesson::run::exercise;
use crate::script::failure::Evidence;

const EXERCISE: &str = "//! # T\n\n//@ id: answers\n//@ exercise: server\n//@ console: tester\n\
                        // It answers\n//@ hint: Say something.\n1;\n";

/// A check that fell short with this error; three bytes were sent, two came back.
pub(crate) fn evidence(error: &str) -> Box<Shortfall> {
    Box::new(Shortfall {
        number: 1,
        reason: Reason::Unexpected {
            error: error.into(),
            symbol: None,
            note: None,
        },
        evidence: Some(Box::new(Evidence {
            sent: Some(b"abc".to_vec()),
            expected: None,
            got: Some(b"ab".to_vec()),
            seen: None,
        })),
        diagnosis: None,
        ended: Some("ended with exit code 1".into()),
        wrote: NASTY.into(),
    })
}

/// Tells a report about a program with these outcomes of the same check.
pub(crate) fn examined<const N: usize>(report: &mut dyn Report, outcomes: [CheckOutcome; N]) {
    let lesson = parse(EXERCISE).expect("a lesson");
    let exercises = lesson.exercises();
    let checks = exercise::checks(&exercises[0], 1);
    let submission = Submission {
        lesson: "07-echo".into(),
        exercise: "server".into(),
        program: "mine.rhai".into(),
        file: Some("mine.rhai".into()),
    };
    report.event(&Event::Checking(&submission, N));
    for outcome in outcomes {
        report.event(&Event::Check(&CheckReport {
            check: &checks[0],
            outcome,
            steps: Vec::new(),
        }));
    }
    let tally = Tally {
        passed: 1,
        failed: 1,
        ..Tally::default()
    };
    report.event(&Event::Checked(tally, Duration::from_millis(7)));
}

fn told(make: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::new();
    make(&mut out);
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn json_has_a_line_for_each_check_with_what_was_sent_and_came_back() {
    let outcomes = [CheckOutcome::Passed, CheckOutcome::Failed(evidence(NASTY))];
    let text = told(|out| examined(&mut Json::new(out), outcomes));
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object"))
        .collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert_eq!(lines[0]["event"], "checking");
    assert_eq!(lines[0]["checks"], 2);
    assert_eq!(lines[1]["verdict"], "passed");
    assert_eq!(lines[1]["name"], "It answers");
    assert_eq!(lines[1]["id"], "answers");
    assert_eq!(lines[2]["verdict"], "failed");
    assert_eq!(lines[2]["hint"], "Say something.");
    assert_eq!(lines[2]["wrote"], NASTY);
    let evidence = &lines[2]["evidence"];
    assert_eq!(evidence["sent"]["length"], 3);
    assert_eq!(evidence["got"]["bytes"], "b\"ab\"");
    assert_eq!(evidence["expected"], serde_json::Value::Null);
    assert_eq!(evidence["first_difference"], 2);
    assert_eq!(lines[3]["event"], "checked");
    assert_eq!(lines[3]["well"], false);
    assert_eq!(lines[3]["ms"], 7);
    // The module's documentation names every field.
    let table = include_str!("../json.rs");
    for line in lines.iter().chain([evidence]) {
        for field in line.as_object().expect("an object").keys() {
            assert!(table.contains(&format!("`{field}`")), "{field}");
        }
    }
}

#[test]
fn github_annotations_of_checks_point_at_the_learners_file() {
    let outcomes = [
        CheckOutcome::Passed,
        CheckOutcome::Failed(evidence("it is, so")),
    ];
    let text = told(|out| examined(&mut GitHub::new(out), outcomes));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    let begin = "::error file=mine.rhai,title=07-echo server%3A It answers::it is, so%0A";
    assert!(lines[0].starts_with(begin), "{text}");
    assert!(lines[0].contains("sent      3 bytes"), "{text}");
    assert_eq!(lines[1], "failed 07-echo server");
}
