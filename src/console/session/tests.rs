//! The calls of a session's consoles as its journal has them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::Session;
use crate::console::{RunProgress, Task, Unseen, Until, Wait};
use crate::net::error::Cause;
use crate::net::live_network::LiveNetwork;
use crate::repr::Repr;
use crate::trace::{CallRecord, End};

fn session() -> Session {
    Session::new(Arc::new(LiveNetwork), Vec::new())
}

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(20);

/// Evaluates a statement to its end; what it printed, its value or its error.
fn eval(session: &mut Session, console: &str, source: &str) -> String {
    let run = session.begin(console, Task::Statement(source.into()));
    let mut run = run.unwrap().recorded();
    let ended = run.follow(Until::within(LONG), &Unseen).ended();
    ended.expect("it ends").transcript()
}

/// The calls that statements in the console `main` make.
fn calls_of(statements: &[&str]) -> Vec<Arc<CallRecord>> {
    let mut session = session();
    let _wanted = session.journal().want();
    for statement in statements {
        eval(&mut session, "main", statement);
    }
    session.journal().after(0)
}

fn names(calls: &[Arc<CallRecord>]) -> Vec<&'static str> {
    calls.iter().map(|call| call.call).collect()
}

#[test]
fn a_call_is_recorded_with_its_arguments_result_bytes_and_ends() {
    let calls = calls_of(&[
        r#"let s = socket(AF_INET, SOCK_DGRAM); s.bind("127.0.0.1", 0);"#,
        r"let t = socket(AF_INET, SOCK_DGRAM); t.connect(s.getsockname());",
        r#"t.send("hello");"#,
        r"s.recvfrom(3);",
    ]);
    assert_eq!(
        names(&calls),
        [
            "socket",
            "bind",
            "socket",
            "getsockname",
            "connect",
            "send",
            "recvfrom"
        ]
    );
    let [.., send, recvfrom] = calls.as_slice() else {
        unreachable!("there are seven");
    };
    assert_eq!((&*send.console, send.statement), ("main", 3));
    assert_eq!(send.arguments, [("data", Repr::text("hello", 9))]);
    assert_eq!(send.outcome, Ok(Repr::Int(5)));
    assert_eq!(send.sent.as_ref().unwrap().first, b"hello");
    assert!(send.received.is_none() && send.within.is_none());
    assert!(send.fd.is_some() && send.fd != recvfrom.fd);
    assert!(send.time.start <= send.time.end && send.time.end <= recvfrom.time.start);
    assert_eq!(recvfrom.arguments, [("size", Repr::Int(3))]);
    let received = recvfrom.received.as_ref().unwrap();
    assert_eq!(
        (received.count, received.first.as_slice()),
        (3, &b"hel"[..])
    );
    // Who sent it, though the receiving socket has no peer.
    assert_eq!((&send.own, &send.peer), (&recvfrom.peer, &recvfrom.own));
    assert!(matches!(&send.peer, Some(End::Inet(to)) if to.port() != 0));
}

#[test]
fn a_long_message_is_counted_whole_and_kept_in_part() {
    let calls = calls_of(&[
        "unpack a, b = socketpair();",
        "a.sendall(bytes(100000)); b.recv_exactly(100000);",
    ]);
    let [pair, sendall, receive] = calls.as_slice() else {
        panic!("not three calls: {:?}", names(&calls));
    };
    assert_eq!(pair.call, "socketpair");
    for payload in [&sendall.sent, &receive.received] {
        let payload = payload.as_ref().unwrap();
        assert_eq!((payload.count, payload.first.len()), (100_000, 64));
    }
    assert_eq!(sendall.outcome, Ok(Repr::Unit));
}

#[test]
fn an_error_is_recorded_with_its_number_and_the_closed_socket_with_its_ends() {
    let calls = calls_of(&[
        r#"let s = socket(); s.bind("127.0.0.1", 0); let c = socket();"#,
        "c.connect(s.getsockname());",
        "s.close();",
    ]);
    let connect = calls.iter().find(|call| call.call == "connect").unwrap();
    let error = connect.outcome.as_ref().unwrap_err();
    assert_eq!(error.name, Some("ECONNREFUSED"));
    assert_eq!(error.number, Cause::from_name("ECONNREFUSED").number());
    let close = calls.last().unwrap();
    assert_eq!(close.call, "close");
    assert!(matches!(close.own, Some(End::Inet(SocketAddr::V4(_)))));
    assert!(close.fd.is_some_and(|fd| fd > 2));
}

#[test]
fn lookups_are_recorded_also_those_that_a_call_makes() {
    let calls = calls_of(&[
        r#"let s = create_server(["127.0.0.1", 0]); let port = s.getsockname()[1];"#,
        r#"getaddrinfo("127.0.0.1", 80); let c = socket(); c.connect("localhost", port);"#,
        r#"create_connection(["localhost", port]);"#,
    ]);
    let lookups: Vec<_> = calls
        .iter()
        .filter(|call| call.call == "getaddrinfo")
        .map(|call| (call.within, call.arguments.first().cloned()))
        .collect();
    let host = |name: &str| Some(("host", Repr::text(name, 99)));
    assert_eq!(
        lookups,
        [
            (None, host("127.0.0.1")),
            (Some("connect"), host("localhost")),
            (Some("create_connection"), host("localhost")),
        ]
    );
}

#[test]
fn what_never_reaches_the_system_is_no_call() {
    let calls = calls_of(&[r#"print(len(bytes("GET")) + dict().len());"#, "socket();"]);
    assert_eq!(names(&calls), ["socket"]);
}

#[test]
fn nothing_is_kept_when_nobody_wants_it() {
    let mut session = session();
    eval(&mut session, "main", "socket();");
    let wanted = session.journal().want();
    eval(&mut session, "main", "socketpair();");
    drop(wanted);
    eval(&mut session, "main", "socket();");
    assert_eq!(names(&session.journal().after(0)), ["socketpair"]);
}

#[test]
fn a_call_that_waits_is_recorded_when_it_ends_whoever_reads() {
    let mut session = session();
    let journal = Arc::clone(session.journal());
    let _wanted = journal.want();
    let listening = r#"let s = create_server(["127.0.0.1", 0]); s.getsockname()[1]"#;
    let port = eval(&mut session, "server", listening);
    let accept = Task::Statement("s.accept();".into());
    let mut accepting = session.begin("server", accept).unwrap();
    let until = Until {
        waits: Some(&|wait: &Wait| wait.call == "accept"),
        ..Until::within(LONG)
    };
    let progress = accepting.follow(until, &Unseen);
    assert!(matches!(progress, RunProgress::Waits(_)), "{progress:?}");
    let reader = {
        let journal = Arc::clone(&journal);
        thread::spawn(move || names(&journal.after(0)))
    };
    assert!(!reader.join().unwrap().contains(&"accept"));
    let connecting = format!(r#"create_connection(["127.0.0.1", {port}]);"#);
    eval(&mut session, "client", &connecting);
    let ended = accepting.follow(Until::within(LONG), &Unseen).ended();
    assert!(ended.is_some());
    let calls = journal.after(0);
    let accept = calls.iter().find(|call| call.call == "accept").unwrap();
    let call = calls
        .iter()
        .find(|call| &*call.console == "client")
        .unwrap();
    let wait = accept.wait.as_ref().unwrap();
    assert!(accept.time.start <= wait.start && wait.end <= accept.time.end);
    assert!(
        wait.start <= call.time.start,
        "it waited before the client called"
    );
    let numbers: Vec<u64> = calls.iter().map(|call| call.number).collect();
    assert!(numbers.is_sorted() && numbers.first() == Some(&1));
}
