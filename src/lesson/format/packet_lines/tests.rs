//! What `//~` lines say, and the packets that they are compared with.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use proptest::prelude::{Just, Strategy, any, prop};
use proptest::{prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::{PacketComparison, PacketHoles, PacketLines};
use crate::lesson::format::pattern::Captures;
use crate::trace::{PacketEnd, SeenPacket};

fn read(text: &[&str]) -> PacketLines {
    let text = text.iter().map(|line| (*line).to_owned()).collect();
    PacketLines::parse(1, text).unwrap_or_else(|flaws| panic!("{flaws:?}"))
}

/// Flaws as `line:column+length message`.
fn flaws(text: &[&str]) -> Vec<String> {
    let text = text.iter().map(|line| (*line).to_owned()).collect();
    let found = PacketLines::parse(1, text).expect_err("it has flaws");
    let told = found.iter().map(|flaw| {
        assert!(!flaw.mend.is_empty());
        format!(
            "{}:{}+{} {}",
            flaw.line, flaw.column, flaw.length, flaw.message
        )
    });
    told.collect()
}

/// `main` is at 10.0.0.1, `server` and `client` on the loopback; other words are hosts.
fn end(word: &str) -> PacketEnd {
    let (address, is_console) = match word {
        "main" => ("10.0.0.1:1000", true),
        "client" => ("127.0.0.1:1000", true),
        "server" => ("127.0.0.1:50000", true),
        "echo.test" => ("192.0.2.7:7", false),
        _ => ("192.0.2.8:80", false),
    };
    PacketEnd {
        address: address.parse().expect("an address"),
        console: is_console.then(|| Arc::from(word)),
        serves: word == "server",
        names: BTreeSet::from([word.to_owned()]),
    }
}

/// A packet of `main > echo.test: 13 x 1448 bytes`; a sum may stand behind ` = `.
fn seen(text: &str) -> SeenPacket {
    let (ends, what) = text.split_once(": ").expect("ends");
    let (from, to) = ends.split_once(" > ").expect("two ends");
    let (pieces, whole) = what.split_once(" = ").unwrap_or((what, what));
    SeenPacket {
        at: Instant::now(),
        from: end(from),
        to: end(to),
        whole: whole.into(),
        pieces: pieces.into(),
        is_acknowledgement: what == "ACK",
        ends_handshake: false,
    }
}

fn compare_in(console: &str, lines: &[&str], packets: &[&str]) -> PacketComparison {
    let packets: Vec<SeenPacket> = packets.iter().map(|text| seen(text)).collect();
    let holes = PacketHoles {
        console,
        exprs: &[],
        captures: &Captures::new(),
    };
    read(lines).compare(&packets, holes)
}

fn compare(lines: &[&str], packets: &[&str]) -> PacketComparison {
    compare_in("main", lines, packets)
}

const CALL: [&str; 7] = [
    "main > echo.test: SYN",
    "echo.test > main: SYN ACK",
    "main > echo.test: ACK",
    "main > echo.test: 41 bytes",
    "echo.test > main: ACK",
    "echo.test > main: 13 x 1448 + 603 bytes = 19427 bytes",
    "main > echo.test: ACK",
];

#[test]
fn lines_say_packets_and_pure_acknowledgements_only_where_they_want() {
    for lines in [
        &[
            "> SYN",
            "< SYN ACK",
            "> ACK",
            "> 41 bytes",
            "< 13 x 1448 + 603 bytes",
        ][..],
        &[
            "> SYN",
            "< SYN ACK",
            "> 41 bytes",
            "< ACK",
            "< 19427 bytes",
            "> ACK",
        ],
        &[">SYN", "<  SYN  ACK", "> len 41", "< 13 × 1448 + 603 bytes"],
        &["> SYN", "...", "< {int} bytes"],
        &["...", "> {int} bytes", "< {/13 x .*/}"],
        &["main > echo.test: SYN", "192.0.2.7 > main: SYN ACK", "..."],
        // What comes after the last may be late.
        &["> SYN", "< SYN ACK", "> 41 bytes"],
    ] {
        let compared = compare(lines, &CALL);
        assert!(compared.is_same, "{lines:?}\n{compared:#?}");
    }
}

#[test]
fn what_the_own_console_sends_must_be_said_in_its_order() {
    for lines in [
        &["nothing"][..],
        &["> SYN", "< SYN ACK"],
        &["< SYN ACK", "> SYN", "> 41 bytes", "< 19427 bytes"],
        &["> SYN", "< SYN ACK", "> 41 bytes", "< 19428 bytes"],
        &["> SYN", "< SYN ACK", "> 41 bytes", "> FIN", "< 19427 bytes"],
        &["< SYN", "...", "< 19427 bytes"],
        &["> SYN", "< SYN ACK", "> 41 bytes", "> ACK", "< 19427 bytes"],
        &["main > slow.test: SYN", "..."],
        &[""],
    ] {
        let compared = compare(lines, &CALL);
        assert!(!compared.is_same, "{lines:?}\n{compared:#?}");
    }
}

#[test]
fn what_others_sent_before_comes_late_and_counts_for_nothing() {
    let late = ["echo.test > main: 5 bytes", "slow.test > main: FIN"];
    let own = ["main > echo.test: FIN", "slow.test > main: RST"];
    let all: Vec<&str> = late.iter().chain(&own).copied().collect();
    assert!(compare(&["> FIN"], &all).is_same);
    assert!(compare(&["nothing"], &late).is_same);
    assert!(compare(&["< 5 bytes"], &late).is_same);
    // A socket that an earlier step left behind is closed at some time.
    let gone = ["main > slow.test: FIN", "main > echo.test: 1 byte"];
    assert!(compare(&["> 1 byte"], &gone).is_same);
    assert!(!compare(&["nothing"], &gone[..1]).is_same);
    let gone = [
        "main > echo.test: 1 byte",
        "slow.test > main: 14 bytes",
        "main > slow.test: RST",
    ];
    assert!(compare(&["> 1 byte"], &gone).is_same);
    assert!(compare(&["> 1 byte", "> RST"], &gone).is_same);
    // In the same conversation nothing comes between.
    let between = [
        "main > echo.test: 1 byte",
        "echo.test > main: 1 byte",
        "main > echo.test: FIN",
    ];
    assert!(!compare(&["> 1 byte", "> FIN"], &between).is_same);
    // An answer of somebody else may.
    let between = [
        "main > echo.test: 1 byte",
        "slow.test > main: FIN",
        "main > echo.test: FIN",
    ];
    assert!(compare(&["> 1 byte", "> FIN"], &between).is_same);
}

#[test]
fn consoles_are_named_where_both_ends_are_ours() {
    let call = [
        "client > server: SYN",
        "server > client: SYN ACK",
        "client > server: ACK",
    ];
    let lines = ["client > server: SYN", "server > client: SYN ACK"];
    assert!(compare_in("client", &lines, &call).is_same);
    assert!(compare_in("client", &["> SYN", "< SYN ACK"], &call).is_same);
    assert!(compare_in("server", &lines[1..], &call).is_same);
    assert!(!compare_in("client", &["server > client: SYN", "..."], &call).is_same);
    let accepted = compare_in("client", &[""], &call).accepted;
    assert_eq!(accepted, lines);
}

#[test]
fn accepting_keeps_the_lines_that_fit_with_their_holes() {
    let lines = ["> SYN", "< SYN ACK", "> {int} bytes", "< 5 bytes"];
    let compared = compare(&lines, &CALL);
    assert_eq!(
        compared.accepted,
        [
            "> SYN",
            "< SYN ACK",
            "> {int} bytes",
            "< 13 x 1448 + 603 bytes"
        ]
    );
    assert_eq!(compared.expected[2..], ["> 41 bytes", "< 5 bytes"]);
    assert_eq!(
        compared.actual[2..],
        ["> 41 bytes", "< 13 x 1448 + 603 bytes"]
    );
    assert_eq!(compare(&[""], &[]).accepted, ["nothing"]);
    assert_eq!(compare(&["> FIN"], &[]).accepted, ["nothing"]);
}

#[test]
fn what_is_no_packet_is_told_where_it_stands() {
    assert_eq!(
        flaws(&[
            "> SYN",
            ">  SYNC",
            "< FIN ACK",
            "SYN",
            "< 41 bites here 7",
            "> {int:n} bytes",
            "",
            "nothing",
            "a b > c: SYN",
            "> {/(/}",
            ">",
        ]),
        [
            "1:4+4 TCP has no flag `SYNC` here",
            "2:3+7 these flags do not stand together here",
            "3:1+3 `SYN` does not say which way the packet goes",
            "4:3+15 this is no packet",
            "5:3+13 a packet line remembers nothing",
            "6:1+1 an empty packet line",
            "7:1+7 `nothing` stands alone",
            "8:1+12 `a b > c: SYN` does not say which way the packet goes",
            "9:3+5 this regular expression is wrong: unclosed group",
            "10:2+1 it is not said which packet",
        ]
    );
    let many = vec!["> SYN"; 201];
    assert_eq!(
        flaws(&many),
        ["200:1+1 a step has 200 packet lines at most"]
    );
}

/// Packets of one conversation, with both ways and pure acknowledgements.
fn packets() -> impl Strategy<Value = Vec<String>> {
    let way = prop_oneof![Just("main > echo.test"), Just("echo.test > main")];
    let what = prop_oneof![
        Just("SYN".to_owned()),
        Just("FIN".to_owned()),
        Just("ACK".to_owned()),
        (1_usize..4).prop_map(|count| format!("{count} bytes")),
    ];
    prop::collection::vec(
        (way, what).prop_map(|(way, what)| format!("{way}: {what}")),
        0..12,
    )
}

proptest! {
    #[test]
    fn what_was_accepted_is_the_same(packets in packets(), lines in prop::collection::vec(
        prop_oneof![Just("> SYN"), Just("< FIN"), Just("..."), Just("> {int} bytes"), Just("< ACK")], 0..6,
    )) {
        let packets: Vec<&str> = packets.iter().map(String::as_str).collect();
        let lines = if lines.is_empty() { vec![""] } else { lines };
        let compared = compare(&lines, &packets);
        let accepted: Vec<&str> = compared.accepted.iter().map(String::as_str).collect();
        prop_assert!(compare(&accepted, &packets).is_same, "{accepted:?}");
        if compared.is_same {
            prop_assert_eq!(compared.expected, compared.actual);
        }
    }

    #[test]
    fn lines_from_what_was_seen_fit_and_one_packet_more_does_not(
        packets in packets(), more in any::<prop::sample::Index>(),
    ) {
        let packets: Vec<&str> = packets.iter().map(String::as_str).collect();
        let lines = compare(&[""], &packets).accepted;
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        prop_assert!(compare(&lines, &packets).is_same);
        let mut grown = packets.clone();
        grown.insert(more.index(packets.len() + 1), "main > echo.test: 9 bytes");
        prop_assert!(!compare(&lines, &grown).is_same);
    }

    #[test]
    fn no_text_panics(text in prop::collection::vec("[ -~×…\u{0}-\u{1f}\u{202e}]{0,30}", 0..5)) {
        let _ = PacketLines::parse(1, text);
    }

    #[test]
    fn a_packet_whose_words_look_like_holes_stands_for_itself(words in "[a-z{}./ ]{1,20}") {
        let text = format!("main > echo.test: {words}");
        let lines = compare(&[""], &[&text]).accepted;
        prop_assert!(lines.len() == 1);
    }
}
