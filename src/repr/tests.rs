//! Trees, their bounds and their text.

use unicode_width::UnicodeWidthStr;

use super::layout::{View, WIDTH};
use super::{Bounds, Cut, Repr, ReprBuilder};

fn text(text: &str) -> Repr {
    Repr::text(text, usize::MAX)
}

fn numbers(count: i64) -> Repr {
    Repr::array((0..count).map(Repr::Int).collect())
}

#[test]
fn a_line_of_76_columns_is_kept_and_one_of_77_is_broken() {
    let fits = Repr::array(vec![text(&"x".repeat(72))]);
    assert_eq!(fits.to_string().width(), WIDTH);
    let breaks = Repr::array(vec![text(&"x".repeat(73))]);
    assert_eq!(
        breaks.to_string(),
        format!("[\n  \"{}\",\n]", "x".repeat(73))
    );
}

#[test]
fn a_broken_value_keeps_each_part_on_a_line_where_it_fits() {
    let dict = Repr::Dict(Cut::whole(vec![
        (Repr::Int(0), text(&"x".repeat(70))),
        (Repr::Int(1), numbers(2)),
        (text("k"), Repr::array(vec![text(&"y".repeat(67))])),
    ]));
    let expected = format!(
        "{{\n  0: \"{}\",\n  1: [0, 1],\n  \"k\": [\n    \"{}\",\n  ],\n}}",
        "x".repeat(70),
        "y".repeat(67)
    );
    assert_eq!(dict.to_string(), expected);
}

#[test]
fn an_object_stays_on_its_line_whatever_it_holds() {
    let socket = Repr::Object {
        kind: "socket",
        fields: vec![
            ("", Repr::word("[closed]")),
            ("family", Repr::word("AF_UNIX")),
            (
                "laddr",
                Repr::array(vec![text(&"p".repeat(90)), Repr::Int(0)]),
            ),
        ],
    };
    assert_eq!(
        socket.to_string(),
        format!(
            "<socket [closed] family=AF_UNIX laddr=[\"{}\", 0]>",
            "p".repeat(90)
        )
    );
}

#[test]
fn what_is_left_out_is_counted() {
    let bounds = Bounds {
        values: 4,
        bytes: 5,
        ..Bounds::SHOWN
    };
    assert_eq!(numbers(3).within(bounds), numbers(3));
    assert_eq!(
        numbers(1236).within(bounds).to_string(),
        "[0, 1, 2, … 1,233 more]"
    );
    assert_eq!(
        text("héllo wörld").within(bounds).to_string(),
        "\"héll\" … 8 more bytes"
    );
    let cut = Repr::bytes(&[0; 1000], 2).within(bounds);
    assert_eq!(cut.to_string(), r#"b"\x00\x00" … 998 more bytes"#);
    let texts = Repr::array(vec![text("abc"), text("defg"), text("h")]);
    assert_eq!(
        texts.within(bounds).to_string(),
        "[\"abc\", \"de\" … 2 more bytes, … 1 more]"
    );
}

#[test]
fn a_tree_costs_what_it_keeps() {
    let huge = vec![b'x'; 64 << 20];
    let mut builder = ReprBuilder::new(Bounds::SHOWN);
    let shown = Repr::Bytes(builder.bytes(&huge));
    assert!(shown.weight() < 5 << 20);
    assert!(shown.to_string().ends_with("\" … 62,914,560 more bytes"));
    assert!(shown.brief().len() < 60);
}

#[test]
fn deep_values_end_in_dots() {
    let mut value = Repr::array(Vec::new());
    for _ in 0..100 {
        value = Repr::array(vec![value]);
    }
    let bounds = Bounds {
        depth: 3,
        ..Bounds::SHOWN
    };
    assert_eq!(value.within(bounds).to_string(), "[[[...]]]");
}

#[test]
fn a_view_has_its_own_width_and_colours() {
    let narrow = View {
        width: 19,
        ..View::CANONICAL
    };
    let address = Repr::array(vec![text("127.0.0.1"), Repr::Int(80), text("and more")]);
    assert_eq!(
        narrow.text(&address),
        "[\n  \"127.0.0.1\",\n  80,\n  \"and more\",\n]"
    );
}
