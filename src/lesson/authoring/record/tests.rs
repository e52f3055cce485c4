//! What becomes a hole, what is named, and what stays.

use super::{Own, Recording, Take, wide};
use crate::lesson::format::parse::parse;

fn take(console: &str, source: &str, transcript: &str) -> Take {
    Take {
        console: console.into(),
        source: source.into(),
        transcript: transcript.into(),
        ..Take::default()
    }
}

fn lesson(takes: Vec<Take>) -> String {
    let own = Own {
        names: vec!["desk.home".into()],
        addresses: vec!["192.168.7.2".parse().unwrap()],
    };
    let recording = Recording {
        packets: false,
        title: "T".into(),
        takes,
        closing: vec!["Bye.".into()],
        own,
    };
    let text = recording.lesson();
    parse(&text).unwrap_or_else(|problems| panic!("{text}\n{problems:#?}"));
    let (_, body) = text.split_once("lab\n\n").unwrap();
    body.strip_suffix("\n// Bye.\n").unwrap().to_owned()
}

#[test]
fn a_port_that_comes_back_is_captured_and_typed_by_its_name() {
    let text = lesson(vec![
        take("main", "let s = create_server('127.0.0.1', 0)", ""),
        take("main", "s.getsockname()", "[\"127.0.0.1\", 40123]"),
        take(
            "client",
            "let c = create_connection(\"127.0.0.1\", 40123)",
            "",
        ),
        take("client", "c.getpeername()", "[\"127.0.0.1\", 40123]"),
        take("client", "c.getsockname()", "[\"127.0.0.1\", 40999]"),
    ]);
    let expected = "let s = create_server('127.0.0.1', 0);\n\n\
        s.getsockname();\n//> [\"127.0.0.1\", {port:port}]\n\n\
        //@ console: client\nlet c = create_connection(\"127.0.0.1\", port);\n\n\
        c.getpeername();\n//> [\"127.0.0.1\", {=port}]\n\n\
        c.getsockname();\n//> [\"127.0.0.1\", {port}]\n";
    assert_eq!(text, expected);
}

#[test]
fn a_port_that_was_chosen_stays() {
    let text = lesson(vec![
        take("main", "s.bind([\"127.0.0.1\", 50000])", ""),
        take("main", "s.getsockname()", "[\"127.0.0.1\", 50000]"),
        take("main", "p.getpeername()", "[\"108.168.213.86\", 80]"),
    ]);
    assert!(
        text.contains("//> [\"127.0.0.1\", 50000]") && text.contains(", 80]"),
        "{text}"
    );
}

#[test]
fn descriptors_own_names_and_addresses_become_holes() {
    let text = lesson(vec![
        take("main", "s", "<socket fd=9 family=AF_INET>"),
        take("main", "s.fileno()", "9"),
        take("main", "s.close()", ""),
        take("main", "t", "<socket fd=9 family=AF_INET>"),
        take("main", "u.close()", ""),
        take("main", "t;", "<socket fd=9 family=AF_INET>"),
        take("main", "gethostname()", "\"desk.home\""),
        take("main", "gethostbyname(gethostname())", "\"192.168.7.2\""),
        take("main", "let port = 1", ""),
        take("main", "x.getsockname()[1]", "40001"),
        take("main", "x.getsockname()[1] + 0", "40001"),
    ]);
    assert!(
        text.contains("//> <socket fd={fd:fd} family") && text.contains("//> {=fd}"),
        "{text}"
    );
    assert!(
        text.contains("t;\n//> <socket fd={fd:fd2} family"),
        "{text}"
    );
    assert!(text.contains("t;\n//> <socket fd={=fd2} family"), "{text}");
    assert!(
        text.contains("//> \"{host}\"") && text.contains("//> \"{ipv4}\""),
        "{text}"
    );
    assert!(
        text.contains("//> {port:port2}") && text.contains("//> {=port2}"),
        "{text}"
    );
}

#[test]
fn prose_waits_and_braces_are_written_so_that_they_stay_what_they_are() {
    let mut waiting = take("server", "unpack conn, addr = s.accept()", "");
    waiting.waits = true;
    waiting.prose = vec!["Wait.".into(), String::new(), "More.".into()];
    let text = lesson(vec![
        waiting,
        take("server", "if true { print(\"{port}\") }", "{port}\n...\n"),
    ]);
    let expected = "// Wait.\n//\n// More.\n//@ console: server\n//@ waits\n\
        unpack conn, addr = s.accept();\n\nif true { print(\"{port}\") }\n//> \\{port}\n//> \\...\n//>\n";
    assert_eq!(text, expected);
}

#[test]
fn what_was_different_the_second_time_is_made_wide() {
    assert_eq!(wide("a 12 {int} b", "a 5 {int} b"), "a {int} \\{int} b");
    assert_eq!(wide("yes", "no"), "...");
}
