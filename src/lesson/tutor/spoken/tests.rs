//! Answers as people give them.

use super::{bare, choice, is_prose, says};
use crate::repr::Repr;

fn chosen(choices: &str, entry: &str) -> Option<String> {
    let choices: Vec<String> = choices.split(" | ").map(String::from).collect();
    choice(&choices, entry).map(|at| choices[at].clone())
}

#[test]
fn a_choice_is_said_in_many_ways() {
    const LAYERS: &str = "link | internet | transport | application";
    let table: &[(&str, &str, &[&str])] = &[
        (
            LAYERS,
            "link",
            &[
                "link",
                "1",
                "1)",
                "(1)",
                "1.",
                "#1",
                "the link layer",
                "Link Layer",
                "\"link\"",
                "the first one",
                "first",
                "option 1",
                "it's the link layer, I think",
                "the link layer, because it touches the wire",
            ],
        ),
        (
            "yes | no",
            "no",
            &[
                "no",
                "nope",
                "n",
                "No.",
                "no, it does not",
                "nah",
                "2",
                "of course not",
                "never",
            ],
        ),
        (
            "yes | no",
            "yes",
            &["y", "yeah", "Yes!", "sure", "of course", "yes, it can"],
        ),
        (
            "TCP | UDP",
            "UDP",
            &["udp", "UDP, because it is quick", "I'd say UDP", "2)"],
        ),
        ("2 | 3 | 1", "1", &["1"]),
        (
            "when somebody calls | when data comes",
            "when somebody calls",
            &["somebody calls", "when somebody calls us", "1"],
        ),
        (
            "port = 80; | let port = 80; | def port(80);",
            "let port = 80;",
            &["let port = 80", "2"],
        ),
        (
            "accept and recv | send",
            "accept and recv",
            &["accept and recv", "accept, and recv"],
        ),
    ];
    for (choices, meant, entries) in table {
        for entry in *entries {
            assert_eq!(chosen(choices, entry).as_deref(), Some(*meant), "{entry}");
        }
    }
}

#[test]
fn what_may_mean_another_choice_means_none() {
    for (choices, entry) in [
        ("TCP | UDP", "not TCP"),
        ("TCP | UDP", "TCP or UDP"),
        ("TCP | UDP", "UDP, and TCP too"),
        ("TCP | UDP", "it isn't TCP"),
        ("yes | no", "yes and no"),
        ("yes | no", "maybe"),
        ("yes | no", "3"),
        ("yes | no", ""),
        ("yes | no", "..."),
        ("link | internet", "the one at the bottom"),
    ] {
        assert_eq!(chosen(choices, entry), None, "{entry}");
    }
}

#[test]
fn a_value_is_said_in_words() {
    let five = Repr::Int(5);
    for (entry, right) in [
        ("five", true),
        ("5 times", true),
        ("five bytes", true),
        ("5bytes", true),
        ("it is 5", true),
        ("about 5, I think", true),
        ("four", false),
        ("more than 5", false),
        ("no idea", false),
    ] {
        assert_eq!(says(entry, "5", &five), Some(right), "{entry}");
    }
    let cases: &[(&str, &str, Repr, bool)] = &[
        ("port 443", "443", Repr::Int(443), true),
        ("65,535", "65535", Repr::Int(65535), true),
        ("twenty-one", "21", Repr::Int(21), true),
        ("eleven addresses", "11", Repr::Int(11), true),
        ("stream", "SOCK_STREAM", Repr::Int(1), true),
        ("a stream socket", "SOCK_STREAM", Repr::Int(1), true),
        ("sock_stream", "SOCK_STREAM", Repr::Int(1), true),
        ("True", "true", Repr::Bool(true), true),
        ("false", "true", Repr::Bool(true), false),
    ];
    for (entry, expression, value, right) in cases {
        assert_eq!(says(entry, expression, value), Some(*right), "{entry}");
    }
}

#[test]
fn code_is_left_to_a_console() {
    for entry in [
        "info[-1]",
        "infos.len",
        "2 ** 16 - 1",
        "let x = 5",
        "foo",
        "getservbyname(\"telnet\")",
        "bytes(\"two words\")",
        "\"a text in quotes\"",
        "for x in infos { x }",
        "not ready",
        "ready and open",
        "print x",
    ] {
        assert!(!is_prose(entry), "{entry}");
        assert_eq!(says(entry, "info.addr", &Repr::Unit), None, "{entry}");
    }
    for entry in [
        "it's quick",
        "UDP, because it is quick",
        "7 bytes",
        "I don't know",
    ] {
        assert!(is_prose(entry), "{entry}");
    }
}

#[test]
fn words_around_an_expression_are_left_out() {
    for entry in ["it is infos.len", "It's infos.len, I think.", "infos.len"] {
        assert_eq!(bare(entry), "infos.len", "{entry}");
    }
    assert_eq!(bare("I think"), "I think");
}
