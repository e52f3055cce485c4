//! What values look like.

use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use rhai::{Array, Dynamic, Engine, Map};
use unicode_width::UnicodeWidthStr;

use super::{WIDTH, canonical, describe, printable, printed, quoted, show, type_name};
use crate::script::values::{Bytes, Dict, Key};

fn eval(code: &str) -> Dynamic {
    Engine::new().eval(code).expect("the test's code is right")
}

#[test]
fn nothing_is_shown_of_nothing() {
    assert_eq!(show(&Dynamic::UNIT), None);
    assert_eq!(printed(&Dynamic::UNIT), "");
    assert_eq!(canonical(&eval("[()]")), "[()]");
}

#[test]
fn values_look_as_they_are_written() {
    for code in [
        "5",
        "-1",
        "1.5",
        "2.0",
        "true",
        "\"a\\r\\n\\\"\"",
        "[1, [2]]",
        "0..3",
        "0..=3",
        "[]",
        "#{}",
    ] {
        assert_eq!(canonical(&eval(code)), code);
    }
    assert_eq!(
        canonical(&eval("#{b: 1, \"a b\": ()}")),
        "#{\"a b\": (), b: 1}"
    );
    assert_eq!(canonical(&eval("fn f() {} Fn(\"f\")")), "<function f>");
    assert_eq!(canonical(&eval("|x| x")), "<function>");
    assert_eq!(canonical(&eval("'x'")), "\"x\"");
}

#[test]
fn a_line_of_76_columns_is_kept_and_one_of_77_is_broken() {
    let fits = Dynamic::from(vec![Dynamic::from("x".repeat(72))]);
    assert_eq!(canonical(&fits).width(), WIDTH);
    let breaks = Dynamic::from(vec![Dynamic::from("x".repeat(73))]);
    assert_eq!(
        canonical(&breaks),
        format!("[\n  \"{}\",\n]", "x".repeat(73))
    );
}

#[test]
fn a_broken_value_keeps_each_part_on_a_line_where_it_fits() {
    let dict: Dict = [
        (Key::Int(0), Dynamic::from("x".repeat(70))),
        (Key::Int(1), eval("[1, 2]")),
        (
            Key::Text("k".into()),
            eval(&format!("[\"{}\"]", "y".repeat(67))),
        ),
    ]
    .into_iter()
    .collect();
    let expected = format!(
        "{{\n  0: \"{}\",\n  1: [1, 2],\n  \"k\": [\n    \"{}\",\n  ],\n}}",
        "x".repeat(70),
        "y".repeat(67)
    );
    assert_eq!(canonical(&Dynamic::from(dict)), expected);
}

#[test]
fn an_array_that_contains_itself_is_shown_once() {
    let shared = Dynamic::from(Array::new()).into_shared();
    if let Some(mut array) = shared.clone().write_lock::<Array>() {
        array.push(shared.clone());
        array.push(shared.clone());
    }
    assert_eq!(canonical(&shared), "[[...], [...]]");
}

#[test]
fn deep_values_end_in_dots() {
    let mut value = Dynamic::from(Array::new());
    for _ in 0..500 {
        value = Dynamic::from(vec![value]);
    }
    assert!(canonical(&value).contains("..."));
}

#[test]
fn what_would_steer_a_terminal_is_escaped() {
    assert_eq!(printable("a\tb\nc"), "a\tb\nc");
    assert_eq!(printable("\x1b[31mred\x07\r"), "\\x1b[31mred\\x07\\r");
    assert_eq!(printable("\u{9b}2J\u{202e}x\u{7f}"), "\\x9b2J\\u202ex\\x7f");
    assert_eq!(quoted("\x1b]0;\u{2066}"), "\"\\x1b]0;\\u2066\"");
}

#[test]
fn values_are_described_in_a_learners_words() {
    let cases = [
        ("\"80\"", "the text `\"80\"`", "text"),
        ("5", "the number 5", "integer"),
        ("[1, 2]", "an array of 2", "array"),
        ("true", "`true`", "boolean"),
        ("()", "nothing", "nothing"),
        ("#{}", "a map", "map"),
        ("0..2", "the range `0..2`", "range"),
        ("|x| x", "a function", "function"),
    ];
    for (code, described, named) in cases {
        assert_eq!(describe(&eval(code)), described);
        assert_eq!(type_name(&eval(code)), named);
    }
    let long = describe(&Dynamic::from("x".repeat(1000)));
    assert!(long.len() < 60, "{long}");
    assert_eq!(
        describe(&Dynamic::from(Bytes::from("a"))),
        "the bytes `b\"a\"`"
    );
}

fn value() -> impl Strategy<Value = Dynamic> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Dynamic::from),
        any::<f64>().prop_map(Dynamic::from),
        any::<bool>().prop_map(Dynamic::from),
        any::<String>().prop_map(Dynamic::from),
        any::<Vec<u8>>().prop_map(|bytes| Dynamic::from(Bytes::new(bytes))),
        Just(Dynamic::UNIT),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Dynamic::from),
            proptest::collection::vec((".{0,8}", inner.clone()), 0..5).prop_map(|rows| {
                let map: Map = rows
                    .into_iter()
                    .map(|(k, v)| (k.as_str().into(), v))
                    .collect();
                Dynamic::from(map)
            }),
            proptest::collection::vec((any::<i64>(), inner), 0..5).prop_map(|rows| {
                let dict: Dict = rows.into_iter().map(|(k, v)| (Key::Int(k), v)).collect();
                Dynamic::from(dict)
            }),
        ]
    })
}

proptest! {
    #[test]
    fn a_long_line_has_only_one_part(value in value()) {
        let text = canonical(&value);
        for line in text.lines() {
            let is_list = line.trim_start().starts_with(['[', '{', '#']);
            assert!(line.width() <= WIDTH || !is_list, "{line}");
        }
    }

    #[test]
    fn shown_text_is_safe_and_escaping_it_changes_nothing(text in any::<String>()) {
        let shown = quoted(&text);
        assert!(!shown.chars().any(char::is_control));
        assert_eq!(printable(&shown), shown.as_str());
        assert!(!printable(&text).chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
    }

    #[test]
    fn quoted_text_is_the_same_text_for_the_engine(text in any::<String>()) {
        let engine = Engine::new();
        let back: String = engine.eval(&quoted(&text)).expect("it is a literal");
        assert_eq!(back, text);
    }
}

#[test]
fn shared_values_look_like_their_own() {
    for code in [
        "5", "1.5", "true", "\"a\"", "'a'", "()", "[1, [2]]", "#{a: 1}", "0..3", "0..=3", "|x| x",
        "blob(2)",
    ] {
        let value = eval(code);
        let shared = value.clone().into_shared();
        assert_eq!(canonical(&shared), canonical(&value), "{code}");
        assert_eq!(printed(&shared), printed(&value), "{code}");
        assert_eq!(show(&shared), show(&value), "{code}");
        assert_eq!(describe(&shared), describe(&value), "{code}");
        assert_eq!(type_name(&shared), type_name(&value), "{code}");
    }
    let bytes = Dynamic::from(Bytes::from("a")).into_shared();
    assert_eq!(canonical(&bytes), "b\"a\"");
    assert_eq!(describe(&bytes), "the bytes `b\"a\"`");
}
