//! A call means the same whichever way it goes.

use std::cell::RefCell;
use std::sync::Arc;

use crate::net::io_context::IoContext;
use crate::net::system::System;
use crate::script::context::{Context, Output};
use crate::script::engine::Engine;
use crate::script::statements::CutSource;

struct Unheard;

impl Output for Unheard {
    fn print(&self, _: &str) {}
    fn eprint(&self, _: &str) {}
}

/// Evaluates the statements one after the other: what the last one shows, its error too.
fn shown(statements: &[&str]) -> String {
    let mut engine = Engine::new(Context {
        caller: IoContext::new(Arc::new(System)).expect("descriptors are left"),
        output: Box::new(Unheard),
        args: RefCell::default(),
    });
    let outcomes = statements
        .iter()
        .map(|source| engine.eval(&CutSource::from(*source)).text());
    outcomes.last().flatten().unwrap_or_default()
}

const PAIR: &str =
    "unpack a, b = socketpair(); let i = 1; let all = [a, b]; let data = bytes(\"xyz\")";

#[test]
fn a_method_on_a_variable_gives_values_and_errors() {
    assert_eq!(
        shown(&[PAIR, "a.send(\"hello\")", "b.recv(4)"]),
        "b\"hell\""
    );
    assert_eq!(shown(&[PAIR, "let n = len(data); n + data.len()"]), "6");
    assert_eq!(
        shown(&[PAIR, "a.close();", "a.send(\"x\")"]),
        "error: send: bad file descriptor (EBADF)"
    );
    assert_eq!(
        shown(&[PAIR, "a.recv(\"80\")"]),
        "error: recv: `size` takes a number: `80`, not `\"80\"`"
    );
    let line = "for n in 0..3 { a.send(bytes([48 + n])); } b.recv(9)";
    assert_eq!(shown(&[PAIR, line]), "b\"012\"");
}

#[test]
fn a_wrong_count_of_arguments_is_explained_the_same_way() {
    for call in ["recv()", "recv(1, 2, 3)", "send()", "send(\"x\", 0, 0)"] {
        let direct = shown(&[PAIR, &format!("a.{call}")]);
        let searched = shown(&[PAIR, &format!("all[0].{call}")]);
        assert!(direct.starts_with("error: "), "{direct}");
        assert_eq!(direct, searched);
    }
}

#[test]
fn a_variable_may_change_its_type() {
    let turns =
        "let x = data; let seen = []; for n in 0..2 { seen.push(x.len()); x = \"text\"; } seen";
    assert_eq!(shown(&[PAIR, turns]), "[3, 4]");
    assert_eq!(shown(&[PAIR, "let x = [1, 2]; x.len() + len(x)"]), "4");
}

#[test]
fn a_socket_may_be_in_a_constant_a_list_and_a_function() {
    assert_eq!(shown(&[PAIR, "const c = a;", "c.send(\"x\")"]), "1");
    assert_eq!(shown(&[PAIR, "all[i].send(\"xy\")"]), "2");
    assert_eq!(shown(&[PAIR, "all[data.len() - 2].send(\"xy\")"]), "2");
    let function = "fn taken() { b.recv(9) }";
    let used = "a.send(\"shared\"); b.fileno(); taken()";
    assert_eq!(shown(&[PAIR, function, used]), "b\"shared\"");
}

#[test]
fn functions_of_the_script_come_first() {
    assert_eq!(shown(&["fn twice() { this * 2 }", "21.twice()"]), "42");
    assert_eq!(shown(&["fn twice(x) { x * 2 } twice(21)"]), "42");
    let hiding = "fn hexdump(what) { \"mine\" }";
    assert_eq!(shown(&[PAIR, hiding, "hexdump(data)"]), "\"mine\"");
    assert_eq!(shown(&[PAIR, "let f = |x| x.len(); f.call(data)"]), "3");
}

#[test]
fn the_variable_is_there_again_after_a_call_that_failed() {
    let lines = [
        PAIR,
        "try { a.recv(-1); } catch { }",
        "a.send(\"still here\")",
    ];
    assert_eq!(shown(&lines), "10");
}
