//! Lines that nobody should type: random and hostile ones never harm completion, hints, colours,
//! indentation or the cut between statements.

#[path = "../../tests/support/hostile.rs"]
mod pieces;

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt::Write;
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof};
use proptest::test_runner::TestRunner;

use pieces::PIECES;

use super::complete::tests::Sample;
use super::hint::Room;
use super::{colour, complete, entry, hint, indent};
use crate::script::statements;

const ROOM: Room = Room {
    columns: 80,
    colour: true,
};

/// Pieces for lines that nobody evaluates: they would run a lesson, or end the line.
const UNTYPED: &[&str] = &["lesson run ", "\r"];
/// After so many lines that show nothing new, further ones are unlikely to.
const ENOUGH: usize = 150;

/// More candidates, levels or parts than this are no news.
const MANY: usize = 2;

/// What was seen of a line: how much it has us do, without its letters.
type Looks = [usize; 8];

/// Everything that looks at a line while it is typed.
fn look_at(line: &str, cursor: usize) -> Looks {
    let (start, found) = complete::complete(line, cursor, &Sample);
    assert!(found.is_empty() || line.get(start..cursor).is_some());
    for candidate in &found {
        assert!(!candidate.shown.contains('\x1b'));
    }
    let hint = hint::hint(line, cursor, Some(line), ROOM, &Sample);
    let painted = colour::paint(line, Some(cursor), &Sample);
    assert_eq!(visible(&painted), visible(&colour::harmless(line)));
    let parts = entry::parts(&Sample, line);
    assert!(parts.iter().map(|part| part.text().len()).sum::<usize>() <= line.len());
    let before = line.get(..cursor);
    let sequences = painted.split('\x1b').skip(1);
    let colours: HashSet<&str> = sequences
        .filter_map(|text| Some(text.split_once('m')?.0))
        .collect();
    [
        found.len().min(MANY),
        hint.is_some().into(),
        colours.len(),
        entry::is_open(&Sample, line).into(),
        entry::gave_up(line).into(),
        before.map_or(0, |before| 1 + indent::behind(before).min(MANY)),
        before.is_some_and(indent::can_step_back).into(),
        parts.len().min(MANY),
    ]
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
    prop_oneof![
        8 => proptest::sample::select([PIECES, UNTYPED].concat()).prop_map(String::from),
        1 => any::<char>().prop_map(String::from),
        1 => "[a-z_]{1,8}",
        1 => Just("(".repeat(300)),
    ]
}

/// Looks at random lines for as long as they show something new.
#[test]
fn random_lines_do_no_harm() {
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    });
    let lines = (vec(piece(), 0..24), any::<u16>());
    let seen = RefCell::new(HashSet::new());
    let mut without_news = 0;
    while without_news < ENOUGH {
        let before = seen.borrow().len();
        let line = lines.new_tree(&mut runner).unwrap();
        let looked = runner.run_one(line, |(pieces, at)| {
            let line = pieces.concat();
            // Some cursors lie within a character, some after the end.
            let within = look_at(&line, usize::from(at) % (line.len() + 2));
            let at_end = look_at(&line, line.len());
            seen.borrow_mut().extend([within, at_end]);
            Ok(())
        });
        if let Err(fault) = looked {
            panic!("{fault}");
        }
        let news = seen.borrow().len() > before;
        without_news = if news { 0 } else { without_news + 1 };
    }
}

#[test]
fn what_a_long_line_costs_grows_with_its_length() {
    for piece in [
        "(", "`${", "漢", "\n", "#", "a", "[{", "\"", "`", "/*", "\\\"", "f(", "a.", "1+", "}",
        "\x1b[", "x;", "a\n", "1 +\n",
    ] {
        assert_linear(piece);
    }
}

/// A line sixteen times as long takes sixteen times as long; what is quadratic takes 256 times.
#[track_caller]
fn assert_linear(piece: &str) {
    let took = |length: usize| {
        let line = piece.repeat(length / piece.len());
        let begun = Instant::now();
        look_at_once(&line);
        begun.elapsed()
    };
    // Of several times the shortest: the machine may do something else in between.
    let short = took(1 << 11).max(Duration::from_millis(5));
    let is_linear = (0..3).any(|_| took(1 << 15) < short * 100);
    assert!(
        is_linear,
        "{piece:?}: far more than a hundred times {short:?}"
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
