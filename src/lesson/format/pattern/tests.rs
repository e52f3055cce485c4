//! Every row of the table of holes, and any text at all.

use proptest::prelude::*;

use super::{AlignedRow, Captures, HoleKind, Mismatch, Pattern, align, literal};

fn pattern(text: &str) -> Pattern {
    let lines: Vec<&str> = text.split('\n').collect();
    Pattern::parse(&lines).unwrap()
}

fn try_match(expected: &str, actual: &str) -> Result<Captures, Mismatch> {
    pattern(expected).matches(actual, &[], &Captures::new())
}

#[track_caller]
fn takes(expected: &str, actual: &[&str]) {
    for actual in actual {
        assert!(
            try_match(expected, actual).is_ok(),
            "{expected:?} should take {actual:?}"
        );
    }
}

#[track_caller]
fn refuses(expected: &str, actual: &[&str]) {
    for actual in actual {
        assert!(
            try_match(expected, actual).is_err(),
            "{expected:?} should refuse {actual:?}"
        );
    }
}

fn captures(pairs: &[(&str, &str)]) -> Captures {
    pairs
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect()
}

#[track_caller]
fn flaw(expected: &str) -> (usize, usize, String) {
    let lines: Vec<&str> = expected.split('\n').collect();
    let flaws = Pattern::parse(&lines).unwrap_err();
    (flaws[0].line, flaws[0].column, flaws[0].message.clone())
}

#[test]
fn text_without_holes_is_itself() {
    takes("", &[""]);
    takes(
        "[1, 2] (a+b)* \\d ^$",
        &["[1, 2] (a+b)* \\d ^$", "[1, 2] (a+b)* \\d ^$\n"],
    );
    takes("a\n\nb", &["a\n\nb"]);
    refuses("a", &["", "aa", "a\nb", "b\na", "A", "a "]);
}

#[test]
fn three_dots_take_any_text_of_a_line() {
    takes("a ... b", &["a  b", "a x y b", "a ... b"]);
    takes("...b", &["b", "xb"]);
    refuses("a ... b", &["a x\n b", "a b"]);
}

#[test]
fn three_dots_on_a_line_take_any_number_of_lines() {
    takes("[\n  ...\n]", &["[\n]", "[\n1\n]", "[\n1\n\n2\n]"]);
    takes("...", &["", "a", "a\nb"]);
    takes("a\n...", &["a", "a\nb"]);
    refuses("[\n  ...\n]", &["[", "[\n1", "[1\n]"]);
    takes("...\nb\n...\nd", &["a\nb\nc\nd", "b\nd", "b\nb\nd"]);
}

#[test]
fn kinds_take_their_own_text_and_no_other() {
    takes("{int}", &["0", "-1", "9223372036854775807"]);
    refuses(
        "{int}",
        &["", "x", "01", "1.5", "9223372036854775808", "+1"],
    );
    takes("{port}", &["0", "80", "9999", "65535"]);
    refuses("{port}", &["65536", "70000", "-1", "080", "123456"]);
    takes("{ipv4}", &["127.0.0.1", "255.255.255.255"]);
    refuses("{ipv4}", &["256.1.1.1", "1.2.3", "1.2.3.4.5", "01.2.3.4"]);
    takes(
        "{ipv6}",
        &[
            "::",
            "::1",
            "fe80::1%5",
            "1:2:3:4:5:6:7:8",
            "::ffff:1.2.3.4",
            "2001:db8::",
            "1::8",
            "1:2:3:4:5:6:1.2.3.4",
        ],
    );
    refuses(
        "{ipv6}",
        &[
            "",
            ":",
            ":::",
            "1:2",
            "1::2::3",
            "12345::",
            "1:2:3:4:5:6:7:8:9",
            "127.0.0.1",
            "1:2:3:4:5:6:7::8",
        ],
    );
    takes(
        "{host}",
        &[
            "localhost",
            "www.example.test",
            "a-b.c_d",
            "x.",
            "127.0.0.1",
        ],
    );
    refuses("{host}", &["", "a b", "-a", "a..b"]);
    takes("fd={fd} x", &["fd=3 x"]);
    refuses("fd={fd} x", &["fd=-3 x", "fd=4294967296 x"]);
}

#[test]
fn a_hole_beside_unknown_text_takes_whole_words() {
    refuses("{port}...", &["99999"]);
    refuses("...{port}", &["99999", "x9"]);
    takes("...{port}", &["a 9999", "9999"]);
    takes("{ipv4}...", &["1.2.3.4 x", "1.2.3.4"]);
    refuses("{ipv4}...", &["1.2.3.400"]);
    takes("{int}ms {int}.{int}", &["5ms 6.7"]);
}

#[test]
fn a_capture_is_remembered_and_recalled_later() {
    let found = try_match("[\"{ipv4:a}\", {port:p}]", "[\"127.0.0.1\", 5000]").unwrap();
    assert_eq!(found, captures(&[("a", "127.0.0.1"), ("p", "5000")]));
    let later = pattern("{=p} {=a}");
    assert!(later.matches("5000 127.0.0.1", &[], &found).is_ok());
    assert!(later.matches("5001 127.0.0.1", &[], &found).is_err());
    assert!(later.matches("5000 127x0.0.1", &[], &found).is_err());
}

#[test]
fn a_capture_is_recalled_in_its_own_transcript() {
    takes("{port:p}\n{=p}", &["1\n1"]);
    refuses("{port:p}\n{=p}", &["1\n2"]);
    // The recall may stand before, and other readings of `...` are tried.
    takes("{=p} {port:p}", &["7 7"]);
    takes("... {port:p} ...\n{=p}", &["a 1 2 3 b\n3", "a 1 2 3 b\n1"]);
    takes(
        "... {int:a} ... {int:b} ...\n{=b} {=a}",
        &["x 1 2 z 3 y\n3 2"],
    );
    refuses("... {port:p} ...\n{=p}", &["a 1 2 3 b\n4"]);
    let old = captures(&[("p", "9")]);
    assert!(pattern("{port:p} {=p}").matches("1 1", &[], &old).is_ok());
}

#[test]
fn expressions_stand_for_the_values_given() {
    let pattern = pattern("[{{AF_INET}}, {{ #{a: {b: 1}}.a }}, {{\"}}\"}}]");
    let exprs: Vec<&str> = pattern.exprs().collect();
    assert_eq!(exprs, ["AF_INET", "#{a: {b: 1}}.a", "\"}}\""]);
    assert_eq!(pattern.expressions()[1].column, 18);
    let values = ["2".to_owned(), "(x".to_owned(), "y".to_owned()];
    assert!(
        pattern
            .matches("[2, (x, y]", &values, &Captures::new())
            .is_ok()
    );
    assert!(
        pattern
            .matches("[3, (x, y]", &values, &Captures::new())
            .is_err()
    );
    assert!(
        pattern
            .matches("[3, (x, y]", &[], &Captures::new())
            .is_err()
    );
}

#[test]
fn a_value_may_have_several_lines() {
    let values = ["[\n  1,\n]".to_owned()];
    assert!(
        pattern("{{list}}")
            .matches("[\n  1,\n]", &values, &Captures::new())
            .is_ok()
    );
}

#[test]
fn regular_expressions_stay_within_their_line() {
    takes("x={/[a-f]+|\\d{2}/};", &["x=abc;", "x=42;"]);
    refuses("x={/[a-f]+|\\d{2}/};", &["x=;", "x=4;"]);
    takes("{/(?i)abc/}D", &["ABCD"]);
    refuses("{/(?i)abc/}D", &["ABCd"]);
    refuses("a{/[^x]*/}b", &["a\nb"]);
}

#[test]
fn backslashes_make_holes_literal() {
    takes(r"\{port} \... \{{x}}", &["{port} ... {{x}}"]);
    takes(r#"b"GET /\r\n""#, &[r#"b"GET /\r\n""#]);
    refuses(r"\...", &["x"]);
}

#[test]
fn other_braces_are_literal_and_words_are_reported() {
    takes(
        "{0: \"AF_UNSPEC\", 1: \"x\"}",
        &["{0: \"AF_UNSPEC\", 1: \"x\"}"],
    );
    takes("{ } {A} #{a: 1} }", &["{ } {A} #{a: 1} }"]);
    let pattern = pattern("a\nb {prt} {ports:p}");
    let suspects: Vec<(usize, usize, &str)> = pattern
        .suspects()
        .iter()
        .map(|s| (s.line, s.column, s.text.as_str()))
        .collect();
    assert_eq!(suspects, [(1, 3, "{prt}"), (1, 9, "{ports:p}")]);
}

#[test]
fn what_cannot_be_a_hole_is_a_flaw_with_its_place() {
    assert_eq!(flaw("ab {{x").0, 0);
    assert_eq!(flaw("ab {{x").1, 4);
    assert_eq!(flaw("a\n {{}}").1, 2);
    assert_eq!(flaw("a {/[/}").1, 3);
    assert!(flaw("{//}").2.contains("empty"));
    assert_eq!(flaw("{/a").1, 1);
    assert_eq!(flaw("{/a)(b/}").1, 1);
    assert_eq!(flaw("{/(?x)a # b/}").1, 1);
    assert!(flaw("{port:}").2.contains("name"));
    assert!(flaw("{port:A}").2.contains("name"));
    assert!(flaw("{=}").2.contains("name"));
    assert_eq!(flaw("é {port:p} {int:p}").1, 12);
    assert!(flaw("{/a{1000}{1000}{1000}/}").2.contains("wrong"));
}

#[test]
fn a_mismatch_fills_the_holes_that_fit() {
    let mismatch = try_match("[\"{ipv4}\", {port:p}] x", "[\"127.0.0.1\", 5000] y").unwrap_err();
    assert_eq!(mismatch.expected, ["[\"127.0.0.1\", 5000] x"]);
    let mismatch = try_match("[\"{ipv4}\", {port:p}]", "[\"127.0.0.1\", 70000]").unwrap_err();
    assert_eq!(mismatch.expected, ["[\"127.0.0.1\", {port:p}]"]);
    let mismatch = try_match(
        "{\n  0: \"a\",\n  ...\n  9: {int},\n}",
        "{\n  0: \"a\",\n  1: \"b\",\n  9: 5,\n]",
    )
    .unwrap_err();
    assert_eq!(
        mismatch.expected,
        ["{", "  0: \"a\",", "  1: \"b\",", "  9: 5,", "}"]
    );
    let mismatch = try_match("{port:p}\n{=p}", "1\n2").unwrap_err();
    assert_eq!(
        (mismatch.expected, mismatch.actual),
        (
            vec!["1".into(), "1".into()],
            vec!["1".into(), "2".to_owned()]
        )
    );
    let mismatch = try_match("a\nb", "a").unwrap_err();
    assert_eq!(mismatch.expected, ["a", "b"]);
}

#[test]
fn rows_tell_which_line_is_which() {
    let rows = align(
        &pattern("a\n...\nc {int}\nd"),
        "a\nx\ny\nc 3\ne\nf",
        &[],
        &Captures::new(),
    );
    assert_eq!(
        rows[0],
        AlignedRow::Same {
            expected: 0,
            actual: 0
        }
    );
    assert_eq!(
        rows[1],
        AlignedRow::Any {
            expected: 1,
            from: 1,
            to: 3
        }
    );
    assert_eq!(
        rows[2],
        AlignedRow::Same {
            expected: 2,
            actual: 3
        }
    );
    assert!(
        rows.contains(&AlignedRow::Changed {
            expected: 3,
            actual: 4
        }) || rows.contains(&AlignedRow::Changed {
            expected: 3,
            actual: 5
        })
    );
    assert_eq!(rows.len(), 5);
}

#[test]
fn large_transcripts_are_compared() {
    let text = vec!["line of text number 7"; 900].join("\n");
    takes(&text, &[&text]);
    let holes = vec!["{port} x ... y"; 900].join("\n");
    let shown = vec!["80 x anything y"; 900].join("\n");
    takes(&holes, &[&shown]);
    let other = format!("{shown}\nmore");
    refuses(&holes, &[&other]);
    assert!(Pattern::parse(&vec!["a"; 1_001]).is_err());
}

#[test]
fn a_pattern_built_to_backtrack_is_answered() {
    // Each of these takes longer than anybody lives where every way is tried.
    let line = "a...".repeat(60) + "b";
    refuses(&line, &[&"a".repeat(20_000)]);
    takes(&line, &[&format!("{}b", "a".repeat(20_000))]);
    let lines = "...\na\n".repeat(40) + "b";
    refuses(&lines, &[&"a\n".repeat(2_000)]);
    takes(&lines, &[&format!("{}b", "a\n".repeat(2_000))]);
    let holes = "{int}...{int}...".repeat(12) + "x";
    refuses(&holes, &[&"1 ".repeat(2_000)]);
}

#[test]
fn the_exact_expressions_agree_with_the_parsers() {
    let port = exactly(HoleKind::Port);
    for number in 0..70_000_u32 {
        let text = number.to_string();
        let is_port = text.parse::<u16>().is_ok();
        assert_eq!(port.is_match(&text), is_port, "{text}");
    }
    for text in [
        "2147483647",
        "2147483648",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "-9223372036854775809",
        "10",
        "00",
        "-0",
    ] {
        for kind in [HoleKind::Int, HoleKind::Fd] {
            let canonical = text != "00";
            assert_eq!(
                exactly(kind).is_match(text),
                canonical && kind.accepts(text) && !(kind == HoleKind::Fd && text == "-0"),
                "{text}"
            );
        }
    }
}

/// The expression of a kind, for a whole text.
fn exactly(kind: HoleKind) -> regex::Regex {
    regex::Regex::new(&format!(r"\A(?:{})\z", kind.expression())).unwrap()
}

#[test]
fn names_and_kinds_are_told() {
    let pattern = pattern("{fd:f} {=g} {port:p}");
    assert_eq!(
        pattern.captured().collect::<Vec<_>>(),
        [("f", HoleKind::Fd), ("p", HoleKind::Port)]
    );
    assert_eq!(pattern.recalled().collect::<Vec<_>>(), ["g"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_makes_a_pattern_fail(lines in proptest::collection::vec(".{0,40}", 1..5), actual in "(?s).{0,80}") {
        if let Ok(pattern) = Pattern::parse(&lines) {
            let _ = pattern.matches(&actual, &[], &Captures::new());
            let _ = pattern.matches(&lines.join("\n"), &[], &Captures::new());
        }
    }

    #[test]
    fn no_likely_text_makes_a_pattern_fail(
        words in proptest::collection::vec(prop::sample::select(vec![
            "{port}", "{port:p}", "{=p}", "{{x}}", "{/a|b/}", "...", "\\", "{", "}", "a", " ", "\n", "80", "{ipv6}", "{int:q}", "{=q}",
        ]), 0..12),
        shown in proptest::collection::vec(prop::sample::select(vec!["80", "a", " ", "\n", "::1", "7", "b"]), 0..12),
    ) {
        let text = words.concat();
        let lines: Vec<&str> = text.split('\n').collect();
        if let Ok(pattern) = Pattern::parse(&lines) {
            let result = pattern.matches(&shown.concat(), &["a".to_owned()], &Captures::new());
            if let Err(mismatch) = result {
                prop_assert!(mismatch.note.is_some() || mismatch.expected != mismatch.actual);
            }
        }
    }

    #[test]
    fn what_the_expressions_take_the_parsers_take(text in "[0-9a-f:.]{0,20}") {
        for kind in [HoleKind::Ipv4, HoleKind::Ipv6] {
            let taken = exactly(kind).is_match(&text);
            prop_assert_eq!(taken, kind.accepts(&text), "{:?} {}", kind, text);
        }
    }

    #[test]
    fn a_literal_matches_itself_only(line in "[a{}./\\\\=:p]{0,12}", other in "[a{}./\\\\=:p]{0,12}") {
        let pattern = Pattern::parse(&[literal(&line)]).unwrap();
        prop_assert!(pattern.matches(&line, &[], &Captures::new()).is_ok());
        prop_assert_eq!(pattern.matches(&other, &[], &Captures::new()).is_ok(), line == other);
    }
}
