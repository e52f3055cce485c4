//! A call means the same whichever way it goes.

use std::cell::RefCell;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use crate::net::error::Fault;
use crate::net::io_context::IoContext;
use crate::net::live_network::LiveNetwork;
use crate::net::network::{AddrInfo, HostEntry, Network, Query};
use crate::repr::Repr;
use crate::script::context::{Context, Output};
use crate::script::engine::{Engine, Outcome};
use crate::script::statements::CutSource;
use crate::trace::Journal;

struct Unheard;

impl Output for Unheard {
    fn print(&self, _: &str) {}
    fn eprint(&self, _: &str) {}
}

fn engine(network: Arc<dyn Network>) -> Engine {
    Engine::new(Context {
        caller: IoContext::new(network).expect("descriptors are left"),
        output: Box::new(Unheard),
        args: RefCell::default(),
    })
}

/// Evaluates the statements one after the other: what comes of the last one.
fn outcome(engine: &mut Engine, statements: &[&str]) -> Outcome {
    let outcomes = statements
        .iter()
        .map(|source| engine.eval(&CutSource::from(*source)));
    outcomes.last().unwrap_or_default()
}

/// The same in an engine of its own: what the last one shows, its error too.
fn shown(statements: &[&str]) -> String {
    let outcome = outcome(&mut engine(Arc::new(LiveNetwork)), statements);
    outcome.text().unwrap_or_default()
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

/// A socket's variable and a list's part that take as many columns.
const ALIKE: &str = "unpack a, b = socketpair(); let all = [a, b]; let all_0_ = a;";

#[test]
fn errors_say_the_same_at_the_same_place() {
    for call in [
        "recv(-1)",
        "recv(\"80\")",
        "recv()",
        "recv(1, 2, 3)",
        "send(())",
        "send(\"x\", 1.5)",
        "recv(1, MSG_DONTWAIT)",
        "recv(1 / 0)",
        "recv(nobody)",
        "send([1, nobody].len())",
        "nothing_of_the_kind(1)",
        "bind(\"127.0.0.1\", 70000)",
        "getsockname(1)",
        "connect(nobody, 1)",
    ] {
        let of = |receiver: &str| {
            let line = format!("let x = 1 +\n  {receiver}.{call};");
            let outcome = outcome(&mut engine(Arc::new(LiveNetwork)), &[ALIKE, &line]);
            let error = outcome.error.expect(call);
            (error.text.replace(receiver, "s"), error.note, error.at)
        };
        let (direct, searched) = (of("all_0_"), of("all[0]"));
        assert!(direct.2.is_some(), "{direct:?}");
        assert_eq!(direct, searched, "{call}");
    }
}

#[test]
fn what_is_recorded_is_the_same() {
    let recorded = |receiver: &str| {
        let mut engine = engine(Arc::new(LiveNetwork));
        let journal = Arc::<Journal>::default();
        let _wanted = journal.want();
        let tracer = engine.context().caller.tracer();
        tracer.begin_statement(Arc::clone(&journal), "main".into(), 1);
        let lines = ["send(\"hello\", 0)", "recv(1, MSG_DONTWAIT)", "close()"];
        for line in [ALIKE.to_string()]
            .into_iter()
            .chain(lines.map(|line| format!("{receiver}.{line};")))
        {
            let _caught = engine.eval(&CutSource::from(line.as_str()));
        }
        let calls = journal.after(0).into_iter().skip(1);
        calls
            .map(|call| {
                let name = |error| format!("{error:?}");
                let outcome = call.outcome.clone().map_err(name);
                let text = outcome.as_ref().map(Repr::to_string).ok();
                let sent = call.sent.clone();
                (call.call, call.arguments.clone(), outcome, text, sent)
            })
            .collect::<Vec<_>>()
    };
    let direct = recorded("all_0_");
    assert_eq!(direct.len(), 3, "{direct:?}");
    assert_eq!(direct, recorded("all[0]"));
}

#[test]
fn what_an_argument_does_to_the_variable_counts() {
    let other = [PAIR, "let old = a;", "let c = socket();"];
    let with = |line| shown(&[other[0], other[1], other[2], line]);
    assert_eq!(with("a.send({ a = b; \"x\" }); old.recv(5)"), "b\"x\"");
    assert_eq!(with("a.find({ a = \"text\"; \"x\" })"), "2");
    assert_eq!(with("let x = [1]; data.index({ data = x; 1 })"), "0");
    assert_eq!(
        with("a.send({ a = 5; \"x\" })"),
        "error: `send` is a method of a socket, and `a` is a number"
    );
    assert_eq!(
        with("a.send({ a.close(); \"x\" })"),
        "error: send: bad file descriptor (EBADF)"
    );
}

#[test]
fn what_functions_share_and_closures_capture_is_called_too() {
    let lines = [
        PAIR,
        "fn both(text) { a.send(text); b.recv(9) }",
        "let f = |size| b.recv(size);",
        "a.send(\"abc\"); [both(\"def\"), a.send(\"ghi\"), f.call(2), b.recv(1)]",
    ];
    assert_eq!(shown(&lines), "[b\"abcdef\", 3, b\"gh\", b\"i\"]");
    let nested = "a.send(bytes(\"x\")); a.send(b.recv(data.len() - 2)); a.send(data)";
    assert_eq!(shown(&[PAIR, nested]), "3");
    assert_eq!(shown(&[PAIR, "data", "it.len()"]), "3");
    assert_eq!(shown(&[PAIR, "#{s: a}", "it.s.send(\"xy\")"]), "2");
    let shadowed = "let n = 0; { let data = bytes(\"12345\"); n = data.len(); } n + data.len()";
    assert_eq!(shown(&[PAIR, shadowed]), "8");
    let held = "#{send: |text| \"mine\"}";
    assert_eq!(
        shown(&[PAIR, &format!("let m = {held};"), "m.send(1)"]),
        "\"mine\""
    );
}

#[test]
fn a_function_that_hides_a_method_hides_it_on_every_way() {
    let hiding = "fn send(message) { \"mine\" }";
    let direct = shown(&[PAIR, hiding, "a.send(\"x\")"]);
    let searched = shown(&[PAIR, hiding, "all[0].send(\"x\")"]);
    assert_eq!(
        direct.replace("all[0]", "a"),
        searched.replace("all[0]", "a")
    );
}

/// A network in which every call of ours panics.
struct Broken;

impl Network for Broken {
    fn name(&self) -> &'static str {
        "broken"
    }

    fn getservbyname(&self, _: &str, _: Option<&str>) -> Result<u16, Fault> {
        panic!("broken")
    }

    fn getservbyport(&self, _: u16, _: Option<&str>) -> Result<String, Fault> {
        panic!("broken")
    }

    fn getprotobyname(&self, _: &str) -> Result<i32, Fault> {
        panic!("broken")
    }

    fn gethostbyname(&self, _: &str) -> Result<Ipv4Addr, Fault> {
        panic!("broken")
    }

    fn gethostbyname_ex(&self, _: &str) -> Result<HostEntry, Fault> {
        panic!("broken")
    }

    fn gethostbyaddr(&self, _: &str) -> Result<HostEntry, Fault> {
        panic!("broken")
    }

    fn getaddrinfo(&self, _: &Query) -> Result<Vec<AddrInfo>, Fault> {
        panic!("broken")
    }

    fn getnameinfo(&self, _: &SocketAddr, _: i32) -> Result<(String, String), Fault> {
        panic!("broken")
    }

    fn route(&self, _: SocketAddr, _: i32) -> Result<SocketAddr, Fault> {
        panic!("broken")
    }
}

#[test]
fn the_variable_is_there_again_after_a_call_that_panicked() {
    let mut engine = engine(Arc::new(Broken));
    let lines = ["let s = socket();", "s.connect(\"127.0.0.1\", 1)"];
    let failed = outcome(&mut engine, &lines).text().unwrap_or_default();
    assert!(failed.contains("failed inside"), "{failed}");
    let type_of = outcome(&mut engine, &["type(s)"]).text();
    assert_eq!(type_of.as_deref(), Some("\"socket\""));
}
