//! Statements in consoles: begun, followed, seen to wait, stopped, left; constants given to them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::{RunProgress, Session, StatementRun, Task, Unseen, Until, Wait};
use crate::net::live_network::LiveNetwork;
use crate::script::context::Output;

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(20);

fn session() -> Session {
    Session::new(Arc::new(LiveNetwork), Vec::new())
}

fn begin(session: &mut Session, source: &str) -> StatementRun {
    let begun = session.begin("main", Task::Statement(source.into()));
    begun.expect("a console").recorded()
}

#[track_caller]
fn assert_shows(session: &mut Session, source: &str, shown: &str) {
    let mut run = begin(session, source);
    let ended = run.follow(Until::within(LONG), &Unseen).ended();
    assert_eq!(ended.expect("it ends").transcript(), shown, "{source}");
}

#[test]
fn a_transcript_is_the_printed_lines_then_the_value_or_the_error() {
    let mut session = session();
    assert_shows(&mut session, "print(1); print(\"a\\nb\"); 2", "1\na\nb\n2");
    assert_shows(&mut session, "print(1); throw \"x\"", "1\nerror: x");
    assert_shows(&mut session, "print(\"\")", "\n");
    assert_shows(&mut session, "let x = 1", "");
    assert_shows(&mut session, "eprint(\"beside\"); 3", "3");
}

#[test]
fn what_a_statement_prints_before_it_waits_is_heard_first_however_much_it_is() {
    struct Count(std::cell::Cell<usize>);
    impl Output for Count {
        fn print(&self, _line: &str) {
            self.0.set(self.0.get() + 1);
        }
        fn eprint(&self, _line: &str) {}
    }
    let mut session = session();
    let mut run = begin(&mut session, "for i in 0..500 { print(i); } sleep(600)");
    let count = Count(std::cell::Cell::new(0));
    let until = Until {
        waits: Some(&|wait: &Wait| wait.call == "sleep"),
        ..Until::within(LONG)
    };
    let progress = run.follow(until, &count);
    assert!(matches!(progress, RunProgress::Waits(_)), "{progress:?}");
    assert_eq!(count.0.get(), 500);
    assert!(!run.ends_within(Duration::ZERO));
    let begun = Instant::now();
    assert!(run.stop(&Unseen).is_interrupted());
    assert!(begun.elapsed() < LONG);
}

#[test]
fn a_deadline_leaves_a_statement_as_it_is_and_its_end_is_heard_later() {
    let mut session = session();
    let mut run = begin(&mut session, "print(1); sleep(0.2); 2");
    let progress = run.follow(Until::within(Duration::from_millis(20)), &Unseen);
    assert!(matches!(progress, RunProgress::OutOfTime), "{progress:?}");
    assert!(run.ends_within(LONG));
    assert!(run.wait().is_none());
    let ended = run.follow(Until::default(), &Unseen).ended();
    assert_eq!(ended.expect("it ended").transcript(), "1\n2");
}

#[test]
fn who_follows_a_statement_can_be_asked_to_leave_it() {
    let mut session = session();
    let mut run = begin(&mut session, "sleep(600)");
    let request = run.detach_request();
    let asks = thread::spawn(move || request.detach());
    let progress = run.follow(Until::default(), &Unseen);
    assert!(
        matches!(progress, RunProgress::DetachRequested),
        "{progress:?}"
    );
    asks.join().expect("it asked");
    // It goes on, and is still the console's.
    assert!(session.console("main").is_some_and(super::Console::is_busy));
    run.stop(&Unseen);
}

#[test]
fn a_constant_comes_to_a_console_as_data() {
    let mut session = session();
    let text = "a \"quote\", a \\ and ${x}\n";
    let texts = [
        ("port", "50000"),
        ("host", text),
        ("big", "99999999999999999999"),
    ];
    let texts: BTreeMap<String, String> = texts
        .iter()
        .map(|(name, text)| ((*name).into(), (*text).into()))
        .collect();
    assert_shows(&mut session, "let port = 1", "");
    session.define("main", &texts).expect("a console");
    assert_shows(&mut session, "port + 1", "50001");
    assert_shows(&mut session, "host.len", &text.len().to_string());
    assert_shows(&mut session, "type_of(big)", "\"string\"");
    assert_shows(&mut session, "fn next() { port + 2 } next()", "50002");
    assert!(session.has_variable("main", "host"));
    // The learner's own of that name stays, until it is another constant.
    assert_shows(&mut session, "let port = 7", "");
    session.define("main", &texts).expect("a console");
    assert_shows(&mut session, "port", "7");
    let reset = session.begin("main", Task::Reset);
    reset.expect("a console");
    session.define("main", &texts).expect("a console");
    assert_shows(&mut session, "port", "50000");
}

#[test]
fn a_console_that_is_dropped_stops_what_runs_in_it() {
    let mut session = session();
    let mut run = begin(&mut session, "loop { try { sleep(600) } catch { } }");
    drop(session);
    let ended = run.follow(Until::within(LONG), &Unseen).ended();
    assert!(ended.expect("it ended").is_interrupted());
}
