//! What the judge makes of lines and of what they showed.

use super::{
    CodeFacts, Judgement, Seen, ValueType, Variable, WrongReason, judge, only_asks, type_of_call,
};
use crate::lesson::format::model::{Statement, StepKind};
use crate::lesson::format::parse::parse_bytes;
use crate::lesson::format::pattern::Captures;
use crate::lesson::tutor::code_facts::NameSet;
use crate::lesson::tutor::deeds::Deeds;
use crate::script::catalog::Effect;

/// A statement with its transcript, as a lesson has it.
fn statement(text: &str) -> Statement {
    let lesson = parse_bytes(format!("//! # T\n\n{text}\n").as_bytes()).expect("a lesson");
    match lesson.steps.into_iter().next().map(|step| step.kind) {
        Some(StepKind::Statement(statement)) => statement,
        other => panic!("no statement: {other:?}"),
    }
}

/// The judgement of a line that showed this.
fn judged(text: &str, line: &str, shown: &str) -> Judgement {
    judged_with(text, line, shown, &[])
}

fn judged_with(text: &str, line: &str, shown: &str, types: &[(&str, &str, &str)]) -> Judgement {
    let statement = statement(text);
    let transcript = statement.transcript.as_ref();
    let compared = transcript.map(|it| it.pattern.matches(shown, &[], &Captures::new()));
    let some = |word: &str| ValueType::of_rhai(word);
    let variables = types.iter().map(|(name, has, wants)| Variable {
        name: (*name).into(),
        has: some(has),
        wants: some(wants),
    });
    let seen = Seen {
        line,
        failed: shown.starts_with("error:"),
        interrupted: false,
        compared,
        check: None,
        variables: variables.collect(),
        done: &CodeFacts::of(line),
        deeds: &Deeds::default(),
        aims: &[],
        parts_before: 0,
        own_functions: &NameSet::new(),
    };
    judge(&statement, seen)
}

fn right() -> Judgement {
    Judgement::Right(Captures::new())
}

#[test]
fn the_value_counts_and_not_the_words() {
    let step = "20 + 22;\n//> 42";
    assert_eq!(judged(step, "20+22", "42"), right());
    assert_eq!(judged(step, "6 * 7", "42"), right());
}

#[test]
fn exploring_is_no_try_and_a_try_is_told_what_differs() {
    let step = "getservbyname(\"ssh\");\n//> 22";
    assert_eq!(judged(step, "1 + 1", "2"), Judgement::Open);
    let wrong = judged(step, "getservbyname(\"http\")", "80");
    assert!(
        matches!(wrong, Judgement::Wrong(WrongReason::Differs(_))),
        "{wrong:?}"
    );
    let failed = judged(step, "nope", "error: no variable");
    assert_eq!(failed, Judgement::Wrong(WrongReason::Failed));
}

#[test]
fn a_value_that_was_copied_answers_no_call() {
    let step = "getservbyname(\"ssh\");\n//> 22";
    assert_eq!(judged(step, "22", "22"), Judgement::Copied);
    assert_eq!(judged(step, "23", "23"), Judgement::Open);
    let list = "[IPPROTO_TCP, IPPROTO_UDP];\n//> [6, 17]";
    assert_eq!(judged(list, "[6, 17]", "[6, 17]"), Judgement::Copied);
    assert_eq!(judged("foo.type;\n//> 1", "1", "1"), Judgement::Copied);
    assert_eq!(judged("20 + 2;\n//> 22", "22", "22"), right());
}

#[test]
fn another_port_or_host_is_wrong_and_a_variable_is_not() {
    let bind = "server.bind([\"127.0.0.1\", 50000]);";
    let wanted = "[\"127.0.0.1\", 50000]";
    for line in [
        "server.bind('127.0.0.1', 50001)",
        "server.bind([\"10.0.0.1\", 50000])",
        "server.bind(\"\", 50000)",
    ] {
        let other = Judgement::Wrong(WrongReason::Address(wanted.into()));
        assert_eq!(judged(bind, line, ""), other, "{line}");
    }
    for line in [
        "server.bind('127.0.0.1', 50000)",
        "server.bind([\"localhost\", 50000])",
        "server.bind(address)",
        "server.bind([host, 50000])",
    ] {
        assert_eq!(judged(bind, line, ""), right(), "{line}");
    }
    let refused = "socket().connect([\"closed.test\", 80]);\n//> error: refused";
    let other = judged(
        refused,
        "socket().connect([\"closed.test\", 81])",
        "error: refused",
    );
    assert!(
        matches!(other, Judgement::Wrong(WrongReason::Address(_))),
        "{other:?}"
    );
    let card = "far.sendto(\"hello\", [\"echo.test\", 7]);\n//> 5";
    let mine = "far.sendto(\"howdy\", [\"echo.test\", 7])";
    assert_eq!(judged(card, mine, "5"), right());
}

#[test]
fn an_error_that_the_step_expects_is_right_in_any_words() {
    let step = "nmae;\n//> error: ...`nmae`...";
    assert_eq!(judged(step, "print(nmae)", "error: no `nmae`"), right());
    let other = judged(step, "nnn", "error: no `nnn`");
    assert!(matches!(other, Judgement::Wrong(WrongReason::Differs(_))));
}

#[test]
fn a_variable_must_exist_with_the_same_type() {
    let step = "let s = socket();";
    let line = "let s = socket(AF_INET, SOCK_STREAM)";
    assert_eq!(
        judged_with(step, line, "", &[("s", "socket", "socket")]),
        right()
    );
    let wrong = judged_with(step, "let s = 5", "", &[("s", "integer", "socket")]);
    assert!(
        matches!(wrong, Judgement::Wrong(WrongReason::Type(_))),
        "{wrong:?}"
    );
    let elsewhere = judged_with(step, "let t = 5", "", &[("s", "", "socket")]);
    assert_eq!(elsewhere, Judgement::Open);
    // It was there before: the line has not made it.
    let before = judged_with(step, "1 + 1", "", &[("s", "socket", "socket")]);
    assert_eq!(before, Judgement::Open);
}

#[test]
fn a_call_for_its_effect_must_have_it() {
    let step = "client.sendall(\"Hey\");";
    assert_eq!(judged(step, "client.send(bytes(\"Hi\"))", "3"), right());
    assert_eq!(judged(step, "client.fileno()", "4"), Judgement::Open);
    // The same text shown, but nothing received.
    let step = "len(s.recv(10));\n//> 3";
    assert_eq!(judged(step, "3", "3"), Judgement::Copied);
    assert_eq!(judged(step, "s.recv(4096).len", "3"), right());
}

#[test]
fn a_call_that_does_the_same_in_other_words_is_right() {
    let step = "b.recv(4096);\n//> b\"hello\"";
    for line in ["b.recv_all()", "b.recv_exactly(5)", "b.recv_until(\"o\")"] {
        assert_eq!(judged(step, line, "b\"hello\""), right(), "{line}");
    }
    let step = "client.sendall(\"Hey\");";
    assert_eq!(judged(step, "client.sendmsg([\"Hey\"])", "3"), right());
    let far = judged(step, "client.sendto(\"Hey\", [\"127.0.0.1\", 7])", "3");
    assert!(!matches!(far, Judgement::Right(_)), "{far:?}");
}

#[test]
fn to_close_is_not_to_send() {
    let done = |source: &str| CodeFacts::of(source).effects();
    assert_eq!(done("s.close()"), [Effect::Closes].into());
    assert!(done("s.sendall(1); s.close()").contains(&Effect::Sends));
}

#[test]
fn the_type_that_a_line_gives_its_variable_is_that_of_its_last_call() {
    for (source, wanted) in [
        ("s.recv(10)", Some(ValueType::Bytes)),
        ("s.recv_all()", Some(ValueType::Bytes)),
        ("s.recv(10).decode()", Some(ValueType::Text)),
        ("socket.socket(socket.AF_INET)", Some(ValueType::Socket)),
        ("server.accept()", Some(ValueType::Array)),
        ("s.send(f(1))", Some(ValueType::Integer)),
        ("mine(1)", None),
        ("s.recv(10)[0]", None),
    ] {
        assert_eq!(type_of_call(source), wanted, "{source}");
    }
}

#[test]
fn what_only_asks_may_be_asked_again() {
    let asks = |source: &str| only_asks(&CodeFacts::of(source));
    assert!(asks("getaddrinfo(\"localhost\", 80).filter(|i| i[1] == 1)"));
    assert!(asks("s.getsockopt(SOL_SOCKET, SO_TYPE)") && asks("len(infos)"));
    for source in [
        "s.recv(1)",
        "infos.push(1)",
        "mine()",
        "s.dup()",
        "ports.append(1)",
    ] {
        assert!(!asks(source), "{source}");
    }
}

#[test]
fn the_other_side_of_a_connection_is_wrong() {
    let step = "client.shutdown(SHUT_WR);";
    assert_eq!(judged(step, "client.shutdown(socket.SHUT_WR)", ""), right());
    assert_eq!(judged(step, "client.shutdown(1)", ""), right());
    let other = judged(step, "client.shutdown(SHUT_RD)", "");
    assert_eq!(other, Judgement::Wrong(WrongReason::NoEffect));
}

#[test]
fn a_function_must_be_defined() {
    let step = "fn double(n) { n * 2 }";
    assert_eq!(judged(step, "fn double(x) { x + x }", ""), right());
    assert_eq!(judged(step, "1", "1"), Judgement::Open);
}

#[test]
fn a_transcript_that_takes_anything_still_wants_the_call() {
    let step = "getaddrinfo(gethostname(), 80);\n//> ...";
    assert_eq!(judged(step, "1 + 1", "2"), Judgement::Open);
    assert_eq!(
        judged(step, "getaddrinfo(gethostname(), \"http\")", "[]"),
        right()
    );
}

#[test]
fn the_lessons_own_line_is_never_wrong() {
    let shown = judged("name;\n//> \"Ada\"", "name", "\"Bob\"");
    assert!(matches!(shown, Judgement::RightBut(_)), "{shown:?}");
}
