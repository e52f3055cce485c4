//! What values look like.

use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use rhai::{Array, Dynamic, Engine, Map};
use unicode_width::UnicodeWidthStr;

use super::ValueType;
use super::shown::{canonical, describe, printed, show};
use super::{Bytes, Dict, DictKey};
use crate::repr::layout::WIDTH;

fn eval(code: &str) -> Dynamic {
    Engine::new().eval(code).expect("the test's code is right")
}

#[test]
fn nothing_is_shown_of_nothing() {
    assert!(show(&Dynamic::UNIT).is_none());
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
        assert_eq!(ValueType::of(&eval(code)).word(), named);
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
                let dict: Dict = rows
                    .into_iter()
                    .map(|(k, v)| (DictKey::Int(k), v))
                    .collect();
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
    fn a_float_is_written_as_the_engine_does(number in any::<f64>()) {
        assert_eq!(canonical(&number.into()), Dynamic::from(number).to_string());
    }

    #[test]
    fn quoted_text_is_the_same_text_for_the_engine(text in any::<String>()) {
        let engine = Engine::new();
        let back: String = engine.eval(&canonical(&text.clone().into())).expect("it is a literal");
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
        assert_eq!(ValueType::of(&shared), ValueType::of(&value), "{code}");
    }
    let bytes = Dynamic::from(Bytes::from("a")).into_shared();
    assert_eq!(canonical(&bytes), "b\"a\"");
    assert_eq!(describe(&bytes), "the bytes `b\"a\"`");
}
