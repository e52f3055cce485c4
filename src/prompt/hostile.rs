//! Lines that nobody should type: random and hostile ones never harm completion, hints, colours,
//! indentation or the cut between statements.

use std::fmt::Write;
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};

use super::complete::tests::Sample;
use super::hint::Room;
use super::{colour, complete, entry, hint, indent};
use crate::script::statements;

const ROOM: Room = Room {
    columns: 80,
    colour: true,
};

/// Everything that looks at a line while it is typed.
fn look_at(line: &str, cursor: usize) {
    let (start, found) = complete::complete(line, cursor, &Sample);
    assert!(found.is_empty() || line.get(start..cursor).is_some());
    for candidate in &found {
        assert!(!candidate.shown.contains('\x1b'));
    }
    let _ = hint::hint(line, cursor, Some(line), ROOM, &Sample);
    let painted = colour::paint(line, Some(cursor), &Sample);
    assert_eq!(visible(&painted), visible(&colour::harmless(line)));
    let _ = entry::is_open(&Sample, line);
    let _ = entry::gave_up(line);
    if let Some(before) = line.get(..cursor) {
        let _ = indent::behind(before);
        let _ = indent::can_step_back(before);
    }
    let parts = entry::parts(&Sample, line);
    assert!(parts.iter().map(|part| part.len()).sum::<usize>() <= line.len());
}

/// The text without colours.
fn visible(text: &str) -> String {
    let mut kept = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\x1b' => drop(letters.find(|letter| *letter == 'm')),
            letter => kept.push(letter),
        }
    }
    kept
}

/// Pieces that lines are made of, hostile ones among them.
fn piece() -> impl Strategy<Value = String> {
    let word = [
        "let ",
        "fn f(",
        "getaddrinfo(",
        "s.",
        "socket.",
        "infos[",
        "help ",
        "lesson run ",
        "\"",
        "'",
        "`",
        "${",
        "}",
        "{",
        "#{",
        "(",
        ")",
        "[",
        "]",
        "#\"",
        "\"#",
        "/*",
        "*/",
        "//",
        "///",
        "\\",
        "\n",
        "\r",
        "\t",
        "\x1b[31m",
        "\x1b]0;x\x07",
        "\u{0}",
        "\u{202e}",
        "\u{200d}",
        "👩‍👩‍👧",
        "漢字",
        "e\u{301}",
        "é",
        "0x",
        "1.",
        "..",
        "..=",
        "|x|",
        "||",
        "=>",
        ";",
        ",",
        "if ",
        "else",
        "try {",
        "catch",
        "AF_INET",
        "./",
        "~/",
        "\u{feff}",
        "\u{2028}",
        "setsockopt(SOL_SOCKET, ",
        "unpack a, ",
        "b\"",
        "@",
        "$",
        "?.",
        "::",
    ];
    prop_oneof![
        8 => proptest::sample::select(word.to_vec()).prop_map(String::from),
        1 => any::<char>().prop_map(String::from),
        1 => "[a-z_]{1,8}",
        1 => Just("(".repeat(300)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn ten_thousand_random_lines_do_no_harm(pieces in vec(piece(), 0..24), at in any::<u16>()) {
        let line = pieces.concat();
        // Some cursors lie within a character, some behind the end.
        look_at(&line, usize::from(at) % (line.len() + 2));
        look_at(&line, line.len());
    }
}

#[test]
fn a_line_of_a_mebibyte_is_looked_at_in_no_time() {
    for piece in ["(", "`${", "漢", "\n", "#"] {
        assert_quick(&piece.repeat((1 << 20) / piece.len()));
    }
    let further = [
        "a", "[{", "\"", "`", "/*", "\\\"", "f(", "a.", "1+", "}", "\x1b[", "x;", "a\n", "1 +\n",
    ];
    for piece in further {
        assert_quick(&piece.repeat((1 << 16) / piece.len()));
    }
}

#[track_caller]
fn assert_quick(line: &str) {
    let begun = Instant::now();
    look_at_once(line);
    // Debug builds are slow; what is quadratic would take hours.
    let took = begun.elapsed();
    assert!(
        took < Duration::from_mins(2),
        "{:?}...: {took:?}",
        line.get(..6)
    );
}

/// Everything that a key press or Enter asks of a long line.
fn look_at_once(line: &str) {
    let _ = complete::complete(line, line.len(), &Sample);
    let _ = hint::hint(line, line.len(), None, ROOM, &Sample);
    let _ = colour::paint(line, Some(line.len()), &Sample);
    let _ = entry::is_open(&Sample, line);
    let _ = indent::behind(line);
    let _ = entry::parts(&Sample, line);
    let _ = statements::next_statement(line, 0, statements::Ending::Prompt);
}

#[test]
fn a_deep_nest_is_no_danger() {
    let mut line = String::new();
    for depth in 0..20_000 {
        let _ = write!(line, "f{depth}([#{{a: `${{");
    }
    look_at_once(&line);
}
