//! JUnit documents hold what the schemas of Jenkins's xUnit plugin (junit-10.xsd) and of Maven's
//! Surefire (surefire-test-report.xsd, suite by suite) both allow.
//!
//! The schemas are not ours to carry along. What they ask of the elements that we write is said
//! here in our own words: which attributes an element may and must have and of which form, which
//! children in which order, where text may stand, and which characters XML knows at all. Both
//! schemas found documents of real runs, checks and lints valid when the rules were written.

use std::time::Duration;

use regex::Regex;

use super::checks::{evidence, examined};
use super::{LESSON, NASTY, tell};
use crate::lesson::format::parse::parse;
use crate::lesson::output::report::JUnit;
use crate::lesson::results::CheckOutcome;
use crate::lesson::results::{Event, Report, Source, Summary};

/// The rules for one element.
struct Rule {
    name: &'static str,
    /// The attributes it may have, `!` before those it must have.
    attributes: &'static str,
    /// Its children in the order in which they may come.
    children: &'static [&'static str],
    /// How many children it may have.
    most: usize,
    text: bool,
}

/// What both schemas allow. A case has one fate, and Surefire wants it before what was shown.
const RULES: [Rule; 7] = [
    Rule {
        name: "testsuites",
        attributes: "name time tests failures errors",
        children: &["testsuite"],
        most: usize::MAX,
        text: false,
    },
    Rule {
        name: "testsuite",
        attributes: "!name !tests !failures !errors !skipped time",
        children: &["testcase"],
        most: usize::MAX,
        text: false,
    },
    Rule {
        name: "testcase",
        attributes: "!name classname !time",
        children: &["failure", "skipped", "error", "system-out"],
        most: 2,
        text: false,
    },
    Rule {
        name: "failure",
        attributes: "!type message",
        children: &[],
        most: 0,
        text: true,
    },
    Rule {
        name: "skipped",
        attributes: "message",
        children: &[],
        most: 0,
        text: true,
    },
    Rule {
        name: "error",
        attributes: "!type message",
        children: &[],
        most: 0,
        text: true,
    },
    Rule {
        name: "system-out",
        attributes: "",
        children: &[],
        most: 0,
        text: true,
    },
];

/// An element of a document.
#[derive(Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    fn attribute(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(given, _)| given == name);
        found.map_or("", |(_, value)| value)
    }

    /// All elements of a name in and below this one.
    fn all<'a>(&'a self, name: &str) -> Vec<&'a Element> {
        let mut found: Vec<&Element> = Vec::new();
        if self.name == name {
            found.push(self);
        }
        found.extend(self.children.iter().flat_map(|child| child.all(name)));
        found
    }
}

/// The root of a document, which must be well formed (XML 1.0).
fn read(xml: &str) -> Element {
    let is_char = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(xml.chars().all(is_char), "not XML's characters: {xml:?}");
    let tag =
        Regex::new(r#"<(/?)([a-z-]+)((?:\s+[a-z]+="[^"<]*")*)\s*(/?)>"#).expect("an expression");
    let attribute = Regex::new(r#"([a-z]+)="([^"]*)""#).expect("an expression");
    let reference =
        Regex::new(r"&(?:lt|gt|amp|quot|apos|#\d+|#x[0-9a-f]+);").expect("an expression");
    let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    let body = xml.strip_prefix(declaration).expect("a declaration");
    let bare = reference.replace_all(body, "");
    assert!(!bare.contains('&') && !body.contains("]]>"), "{xml}");
    let mut open = vec![Element::default()];
    let mut end = 0;
    for found in tag.captures_iter(body) {
        let whole = found.get(0).expect("a match");
        let text = &body[end..whole.start()];
        assert!(!text.contains('<'), "{text}");
        open.last_mut().expect("an element").text.push_str(text);
        end = whole.end();
        if &found[1] != "/" {
            let attributes = attribute.captures_iter(&found[3]);
            open.push(Element {
                name: found[2].into(),
                attributes: attributes.map(|a| (a[1].into(), a[2].into())).collect(),
                ..Element::default()
            });
        }
        if &found[1] == "/" || &found[4] == "/" {
            let done = open.pop().expect("an element");
            assert_eq!(done.name, &found[2], "{xml}");
            open.last_mut().expect("its parent").children.push(done);
        }
    }
    let mut document = open.pop().expect("the document");
    assert!(open.is_empty() && body[end..].trim().is_empty(), "{xml}");
    assert_eq!(document.children.len(), 1, "{xml}");
    document.children.remove(0)
}

/// The element and all below it keep to the rules.
fn assert_allowed(element: &Element) {
    let name = &element.name;
    let rule = RULES.iter().find(|rule| rule.name == name);
    let rule = rule.unwrap_or_else(|| panic!("no schema knows `{name}`"));
    let known = rule.attributes.split(' ').filter(|known| !known.is_empty());
    for attribute in known.clone().filter_map(|known| known.strip_prefix('!')) {
        let has = element
            .attributes
            .iter()
            .any(|(given, _)| given == attribute);
        assert!(has, "`{name}` lacks `{attribute}`");
    }
    for (at, (attribute, value)) in element.attributes.iter().enumerate() {
        let known = known
            .clone()
            .any(|known| known.trim_start_matches('!') == attribute);
        assert!(known, "`{name}` may not have `{attribute}`");
        let twice = element.attributes[..at]
            .iter()
            .any(|(given, _)| given == attribute);
        assert!(!twice, "`{name}` has `{attribute}` twice");
        match attribute.as_str() {
            // Surefire: digits and at most three behind the point.
            "time" => assert_number(value.replacen('.', "", 1).as_str(), value),
            "tests" | "failures" | "errors" | "skipped" => assert_number(value, value),
            _ => {}
        }
        let places = value.split_once('.').map_or(0, |(_, places)| places.len());
        assert!(attribute != "time" || places <= 3, "{value}");
    }
    assert!(
        rule.text || element.text.trim().is_empty(),
        "text in `{name}`"
    );
    assert!(element.children.len() <= rule.most, "too much in `{name}`");
    let place = |child: &Element| {
        let found = rule.children.iter().position(|known| *known == child.name);
        found.unwrap_or_else(|| panic!("`{}` may not stand in `{name}`", child.name))
    };
    assert!(
        element.children.iter().map(place).is_sorted(),
        "the order in `{name}`"
    );
    element.children.iter().for_each(assert_allowed);
}

#[track_caller]
fn assert_number(digits: &str, value: &str) {
    let right = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    assert!(right, "`{value}` is no number");
}

/// The numbers of each suite, and of all of them, are those of the cases in it.
fn assert_counted(element: &Element) {
    for (attribute, name) in [
        ("tests", "testcase"),
        ("failures", "failure"),
        ("errors", "error"),
        ("skipped", "skipped"),
    ] {
        let said = element.attribute(attribute);
        let real = element.all(name).len().to_string();
        assert!(
            said.is_empty() || said == real,
            "{attribute}: {said}, not {real}"
        );
    }
    let suites = element.children.iter().filter(|c| c.name == "testsuite");
    suites.for_each(assert_counted);
}

/// A document of the events that are told; it keeps to the rules.
fn document(tell: impl FnOnce(&mut dyn Report)) -> Element {
    let mut out = Vec::new();
    let mut report = JUnit::new(&mut out);
    tell(&mut report);
    report.event(&Event::Closed);
    let xml = String::from_utf8(out).expect("UTF-8");
    let root = read(&xml);
    assert_eq!(root.name, "testsuites");
    assert_allowed(&root);
    assert_counted(&root);
    root
}

fn source(name: &str) -> Source {
    Source {
        name: name.into(),
        word: name.into(),
        path: format!("lessons/{name}.rhai"),
        text: LESSON.into(),
    }
}

#[test]
fn there_is_a_case_for_each_step_and_each_problem() {
    let mut out = Vec::new();
    tell(&mut JUnit::new(&mut out));
    let root = read(&String::from_utf8(out).expect("UTF-8"));
    assert_allowed(&root);
    assert_counted(&root);
    let count = |name: &str| root.all(name).len();
    assert_eq!((count("testsuite"), count("testcase")), (3, 7));
    assert_eq!(
        (count("failure"), count("error"), count("skipped")),
        (1, 2, 2)
    );
    // What no document may hold is told by its number.
    let shown = &root.all("system-out")[0].text;
    assert!(shown.contains(r"\u{fffe}\u{ffff}"), "{shown}");
    assert!(
        shown.contains("]]&gt;") && shown.contains(r"\x1b[31m"),
        "{shown}"
    );
}

#[test]
fn there_is_a_case_for_each_check_named_by_it() {
    let outcomes = [
        CheckOutcome::Passed,
        CheckOutcome::Failed(evidence(NASTY)),
        CheckOutcome::Skipped(NASTY.into()),
        CheckOutcome::NotRun(NASTY.into()),
        CheckOutcome::Blocked(NASTY.into()),
    ];
    let root = document(|report| examined(report, outcomes));
    let cases = root.all("testcase");
    assert_eq!(cases.len(), 5);
    assert_eq!(cases[0].attribute("name"), "It answers");
    assert_eq!(cases[0].attribute("classname"), "07-echo server");
    let failure = root.all("failure")[0];
    let message = failure.attribute("message");
    assert!(message.starts_with("mine.rhai: "), "{message}");
    assert!(
        failure.text.contains("sent      3 bytes"),
        "{}",
        failure.text
    );
    assert_eq!(root.all("skipped").len(), 1);
    // What was not run is no pass.
    assert_eq!(root.all("error")[0].attribute("type"), "not-run");
    assert_eq!(root.all("error")[1].attribute("type"), "unable");
}

#[test]
fn odd_lessons_make_documents_too() {
    // Nothing was reported at all.
    assert!(document(|_| {}).children.is_empty());
    let empty = parse("//! # Empty\n").expect("a lesson");
    let here = Summary::default();
    let elsewhere = Summary {
        not_here: Some(format!("only on {NASTY}")),
        took: Duration::from_secs(4000),
        ..Summary::default()
    };
    let root = document(|report| {
        for (name, summary) in [("99-empty", &here), (NASTY, &elsewhere)] {
            report.event(&Event::Begun(&source(name), &empty));
            report.event(&Event::Ended(summary));
        }
    });
    assert_eq!(
        root.all("testcase").len(),
        1,
        "one that is for other machines"
    );
    assert_eq!(root.children[1].attribute("time"), "4000.000");
    let problems = parse("//@ oops\n1\n").expect_err("problems");
    let root = document(|report| {
        report.event(&Event::Unreadable(&source("98-broken"), &problems));
        report.event(&Event::Looked(&source("98-broken"), &problems));
    });
    assert_eq!(root.all("error").len(), 2 * problems.len());
    let root = document(|report| {
        let why = "no lesson `x`\u{0}";
        report.event(&Event::Unable {
            about: "x\u{fffe}",
            why,
        });
    });
    assert_eq!(
        root.all("error").len(),
        1,
        "a library that cannot be opened"
    );
}
