//! Ladders of records made by hand.

use std::sync::Arc;

use quick_xml::events::Event;

use super::ladder_text::{Charset, ladder_text, plain_text};
use super::{Choice, PendingCall, RowContent, ladder, ladder_svg, states_of};
use crate::repr::{Cut, Repr};
use crate::trace::PacketRecord;
use crate::trace::sample::{HERE, Sample, WEB, datagrams, page, socket_value};

const SERVER: &str = "127.0.0.1:50000";
const CLIENT: &str = "127.0.0.1:41234";

/// The transaction of a client and a server in two consoles.
fn transaction() -> Sample {
    let mut sample = Sample::default();
    sample
        .call("server", "socket", 3, (0, 10))
        .returns(socket_value(3));
    sample
        .call("server", "bind", 3, (100, 110))
        .ends(SERVER, "");
    sample
        .call("server", "listen", 3, (200, 210))
        .ends(SERVER, "");
    sample
        .call("client", "socket", 4, (1_000, 1_010))
        .returns(socket_value(4));
    sample
        .call("client", "connect", 4, (2_000, 2_050))
        .argument(Repr::text("127.0.0.1", 99))
        .argument(Repr::Int(50000))
        .ends(CLIENT, SERVER);
    let accepted = Repr::Array(Cut::whole(vec![socket_value(5), Repr::text("x", 9)]));
    sample
        .call("server", "accept", 3, (300, 2_060))
        .ends(SERVER, "")
        .waited()
        .returns(accepted);
    sample
        .call("client", "sendall", 4, (3_000, 3_010))
        .argument(Repr::text("Hey", 9))
        .ends(CLIENT, SERVER)
        .sent(b"Hey");
    sample
        .call("server", "recv", 5, (2_100, 3_020))
        .argument(Repr::Int(16))
        .ends(SERVER, CLIENT)
        .waited()
        .received(b"Hey");
    sample
        .call("server", "close", 5, (4_000, 4_010))
        .ends(SERVER, CLIENT);
    sample
        .call("client", "recv", 4, (5_000, 5_010))
        .argument(Repr::Int(16))
        .ends(CLIENT, SERVER)
        .received(b"");
    sample
        .call("client", "close", 4, (6_000, 6_010))
        .ends(CLIENT, SERVER);
    sample
}

fn drawn(
    sample: &Sample,
    packets: &[Arc<PacketRecord>],
    choice: &Choice,
    columns: usize,
) -> String {
    let ladder = ladder(&sample.records(), packets, &[], choice);
    plain_text(&ladder_text(&ladder, columns, Charset::Unicode))
}

#[test]
fn two_consoles_stand_in_one_ladder_with_the_blocked_accept_and_where_it_wakes() {
    let text = drawn(&transaction(), &[], &Choice::Last, 80);
    let rows = [
        "           server                            client",
        " 0.00 ms   │ socket() = socket fd=3          │",
        " 0.10 ms   │ bind()                          │",
        " 0.20 ms   │ listen()                        │",
        "           │ LISTEN                          │",
        " 0.30 ms   │ accept()                        │",
        "  1.0 ms   ┊                                 │ socket() = socket fd=4",
        "  2.0 ms   ┊                                 │ connect(\"127.0.0.1\", 50000)",
        "           ┊◄─────────── connect ────────────│",
        "           ┊ ESTABLISHED                     │ ESTABLISHED",
        "  2.1 ms   │ = socket fd=5, after 1.8 ms     │",
        "           │ recv(16)                        │",
        "  3.0 ms   ┊                                 │ sendall(\"Hey\")",
        "           ┊◄─────────── 3 bytes ────────────│",
        "           │ = b\"Hey\", after 0.92 ms         │",
        "  4.0 ms   │ close()                         │",
        "           │───────────── close ────────────►│",
        "           │ FIN_WAIT2                       │ CLOSE_WAIT",
        "  5.0 ms   │                                 │ recv(16) = b\"\"",
        "  6.0 ms   │                                 │ close()",
        "           │◄──────────── close ─────────────│",
        "           │ TIME_WAIT                       │ CLOSED",
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), rows, "{text}");
}

#[test]
fn a_name_is_looked_up_before_the_connection_is_made() {
    let mut sample = Sample::default();
    sample
        .call("main", "socket", 3, (0, 10))
        .returns(socket_value(3));
    sample
        .call("main", "getaddrinfo", 3, (110, 190))
        .within("connect")
        .argument(Repr::text("crisewing.com", 99));
    sample
        .call("main", "connect", 3, (100, 300))
        .ends(HERE, WEB);
    let text = drawn(&sample, &[], &Choice::Last, 80);
    let rows: Vec<&str> = text.lines().collect();
    let place = |part: &str| rows.iter().position(|row| row.contains(part));
    assert!(place("getaddrinfo").is_some(), "{text}");
    assert!(place("getaddrinfo") < place(" connect ─"), "{text}");
    assert!(place(" connect ─") < place("ESTABLISHED"), "{text}");
}

#[test]
fn every_width_and_charset_keeps_its_columns() {
    let sample = transaction();
    let ladder = ladder(&sample.records(), &[], &[], &Choice::All);
    for columns in [60, 80, 133, 200] {
        let text = plain_text(&ladder_text(&ladder, columns, Charset::Ascii));
        assert!(text.is_ascii(), "{text}");
        assert!(
            text.lines().all(|line| line.len() <= columns),
            "{columns}:\n{text}"
        );
        assert!(text.contains("ESTABLISHED"), "{text}");
    }
}

#[test]
fn a_call_that_still_waits_is_seen_to_wait() {
    let sample = transaction();
    let pending = PendingCall {
        console: "server".into(),
        call: "accept",
        since: sample.at(7_000),
    };
    let choice = Choice::Socket("server".into(), 3);
    let ladder = ladder(&sample.records(), &[], &[pending], &choice);
    let RowContent::Beside(notes) = &ladder.rows.last().unwrap().content else {
        panic!("no text");
    };
    assert_eq!(notes[0].text, "accept() waits");
}

#[test]
fn sockets_of_one_console_that_talk_to_each_other_have_lines_of_their_own() {
    let mut sample = Sample::default();
    let pair = Repr::Array(Cut::whole(vec![socket_value(3), socket_value(4)]));
    sample.call("main", "socketpair", 3, (0, 10)).returns(pair);
    sample.call("main", "send", 3, (20, 30)).sent(b"Hey");
    sample.call("main", "recv", 4, (40, 50)).received(b"Hey");
    let ladder = ladder(&sample.records(), &[], &[], &Choice::Last);
    assert_eq!(ladder.lines, ["main fd 3", "main fd 4"]);
    let arrows: Vec<_> = ladder
        .rows
        .iter()
        .filter(|row| matches!(row.content, RowContent::Arrow { .. }))
        .collect();
    assert_eq!(arrows.len(), 1);
}

#[test]
fn packets_are_arrows_and_runs_of_segments_are_folded() {
    let (sample, packets) = page(13);
    let text = drawn(&sample, &packets, &Choice::Last, 80);
    for part in [
        "SYN ───",
        "SYN ACK ───",
        "13 × 1448 bytes",
        "13 × ACK",
        "recv(4096) × 13 = 18824 bytes",
        "SYN_SENT",
        "FIN ───",
        "CLOSE_WAIT",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(text.lines().count() < 20, "{text}");
    let names: Vec<&str> = states_of(
        &sample.records(),
        &packets,
        &Choice::Socket("main".into(), 3),
    )
    .iter()
    .map(|state| state.name())
    .collect();
    assert_eq!(names, ["CLOSED", "SYN_SENT", "ESTABLISHED", "CLOSE_WAIT"]);
}

#[test]
fn what_got_lost_ends_on_its_way() {
    let (sample, packets) = datagrams();
    let text = drawn(&sample, &packets, &Choice::Last, 80);
    let rows: Vec<&str> = text.lines().collect();
    let row = |part: &str| *rows.iter().find(|row| row.contains(part)).expect(part);
    assert!(row(" 5 bytes ─").ends_with("►│"), "{text}");
    assert!(row(" 5 bytes lost ").ends_with("✕     │"), "{text}");
    let picture = ladder_svg(&ladder(&sample.records(), &packets, &[], &Choice::Last), "");
    assert!(picture.contains(">5 bytes lost</text>"), "{picture}");
    assert!(
        picture.contains("to 108.59.11.99:80: 5 bytes lost"),
        "{picture}"
    );
}

#[test]
fn packets_fit_every_width_in_both_charsets() {
    let pages = [page(13), datagrams()];
    for (sample, packets) in &pages {
        let ladder = ladder(&sample.records(), packets, &[], &Choice::All);
        for columns in [60, 80, 120, 200] {
            for charset in [Charset::Unicode, Charset::Ascii] {
                let text = plain_text(&ladder_text(&ladder, columns, charset));
                let widest = text.lines().map(|line| line.chars().count()).max();
                assert!(
                    widest.is_some_and(|wide| wide <= columns),
                    "{columns}:\n{text}"
                );
                assert!(charset == Charset::Unicode || text.is_ascii(), "{text}");
                assert!(text.contains("108.59.11.99:80"), "{text}");
            }
        }
    }
}

#[test]
fn a_hosts_name_steers_no_terminal() {
    let mut sample = Sample::default();
    sample
        .call("main", "getaddrinfo", 3, (0, 5))
        .argument(Repr::text("evil\u{1b}[2J.test", 99))
        .returns(Repr::text("108.59.11.99", 99));
    sample.call("main", "connect", 3, (10, 20)).ends(HERE, WEB);
    let text = drawn(&sample, &[], &Choice::All, 80);
    assert!(text.contains("evil"), "{text}");
    assert!(!text.contains('\u{1b}'), "{text}");
}

#[test]
fn a_picture_is_sound_xml_whatever_a_peer_sent() {
    let mut sample = transaction();
    sample
        .call("client", "recv", 4, (7_000, 7_010))
        .argument(Repr::text("</text><script>\u{1b}[2J&", 99))
        .ends(CLIENT, SERVER);
    let picture = ladder_svg(&ladder(&sample.records(), &[], &[], &Choice::All), "");
    let mut reader = quick_xml::Reader::from_str(&picture);
    let mut titles = 0;
    loop {
        match reader.read_event().expect("sound XML") {
            Event::Eof => break,
            Event::Start(tag) => {
                assert_ne!(tag.name().as_ref(), b"script");
                titles += usize::from(tag.name().as_ref() == b"title");
            }
            _ => {}
        }
    }
    assert_eq!(titles, 1);
    assert!(!picture.contains('\u{1b}'));
}
