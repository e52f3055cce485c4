//! Each format from the same events: what machines read is well formed whatever the network said.

mod checks;
mod junit;

use std::time::{Duration, Instant};

use super::{GitHub, Json};

use crate::console::Wait;
use crate::lesson::format::parse::parse;
use crate::lesson::format::pattern::{Captures, Pattern};
use crate::lesson::format::problem::Problem;
use crate::lesson::results::{Event, Reason, Report, Source, StepReport, Summary, Verdict};

const LESSON: &str = "//! # T\n\n//@ id: one\n// First: a, b.\n1;\n//> 2\n\n\
                      //@ waits\naccept();\n\n3;\n\n4;\n";
/// What a hostile server could answer.
const NASTY: &str = "100%\r\n::error::x\u{1b}[31m\u{7}\u{9b}<&]]>\"'\0\u{fffe}\u{ffff}\t\u{202e}";

/// Tells a report about a lesson in which a step passed, one waited, one failed, one was not run.
fn tell(report: &mut dyn Report) {
    let lesson = parse(LESSON).unwrap();
    let source = Source {
        name: "01-t".into(),
        word: "01-t".into(),
        path: "lessons/01-t.rhai".into(),
        text: LESSON.into(),
    };
    report.event(&Event::Begun(&source, &lesson));
    let pattern = Pattern::parse(&["2"]).unwrap();
    let mismatch = pattern.matches(NASTY, &[], &Captures::new()).unwrap_err();
    let unexpected = Reason::Unexpected {
        error: NASTY.into(),
        symbol: None,
        note: None,
    };
    let holds = Verdict::Waits(Wait {
        call: "accept",
        on: "".into(),
        since: Instant::now(),
    });
    let verdicts = [
        (0, Verdict::Failed(Reason::Differs(mismatch)), NASTY),
        (1, holds, ""),
        (1, Verdict::Skipped("only on macOS".into()), ""),
        (2, Verdict::Failed(unexpected), ""),
        (3, Verdict::NotRun, ""),
        (3, Verdict::Passed, NASTY),
    ];
    for (at, verdict, transcript) in &verdicts {
        report.event(&Event::Step(&StepReport {
            picture: None,
            step: &lesson.steps[*at],
            number: at + 1,
            transcript,
            verdict,
            took: Duration::from_millis(2),
        }));
    }
    let summary = Summary {
        passed: 1,
        failed: 2,
        skipped: 1,
        not_run: 1,
        ..Summary::default()
    };
    report.event(&Event::Ended(&summary));
    let place = crate::script::failure::Place { line: 3, column: 5 };
    let problems = [Problem::error(place, 2, "is, wrong: so", "mend\nit")];
    report.event(&Event::Unreadable(&source, &problems));
    report.event(&Event::Looked(&source, &[]));
    report.event(&Event::Closed);
}

#[test]
fn json_has_one_object_a_line_with_the_documented_fields() {
    let mut out = Vec::new();
    tell(&mut Json::new(&mut out));
    let text = String::from_utf8(out).unwrap();
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let events: Vec<&str> = lines.iter().filter_map(|l| l["event"].as_str()).collect();
    let step = "step";
    assert_eq!(
        events,
        [
            "begun", step, step, step, step, step, step, "ended", "problem"
        ]
    );
    assert_eq!(lines[0]["steps"], 4);
    assert_eq!(lines[1]["id"], "one");
    assert_eq!(lines[1]["title"], "First: a, b.");
    assert_eq!(lines[1]["reason"], "differs");
    assert_eq!(lines[1]["expected"][0], "2");
    assert_eq!(lines[1]["transcript"], NASTY);
    assert_eq!(lines[2]["call"], "accept");
    assert_eq!(lines[4]["reason"], "error");
    assert_eq!(lines[7]["well"], false);
    assert_eq!(lines[8]["column"], 5);
    assert!(!text.contains(['\u{1b}', '\u{9b}']));
    // The table of the module names every field, and no other.
    let table = include_str!("json.rs");
    for line in &lines {
        for field in line.as_object().unwrap().keys() {
            assert!(table.contains(&format!("`{field}`")), "{field}");
        }
    }
}

#[test]
fn github_annotations_cannot_be_forged() {
    let mut out = Vec::new();
    tell(&mut GitHub::new(&mut out));
    let text = String::from_utf8(out).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert!(
        lines[0]
            .starts_with("::error file=lessons/01-t.rhai,line=5,title=01-t%3A First%3A a%2C b.::-"),
        "{text}"
    );
    assert!(lines[0].contains("100%25"), "{text}");
    assert_eq!(lines[2], "failed 01-t");
    assert_eq!(
        lines[3],
        "::error file=lessons/01-t.rhai,line=3,col=5,title=is%2C wrong%3A so::mend%0Ait"
    );
    assert!(!text.contains(['\u{1b}', '\u{9b}', '\r', '\u{7}']));
}
