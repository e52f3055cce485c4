//! Ctrl-C in every kind of wait, again and again: each time the prompt is back, with all variables,
//! and nothing is lost that a call had taken.
//!
//! How long it took is printed. By hand, 500 times each beside two busy processors:
//! `cargo test --test integration every_wait -- --ignored --nocapture`

use std::fs;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::builder::{DEADLINE, SOCKLAB, wait_until_blocked};
use crate::interrupt::MUTE_NAME_SERVER;
use crate::machine::namespaces;
use crate::terminal::{CTRL_C, PROMPT, Setup, Terminal};

/// A kind of wait: what is entered first, the statement that waits (with [`TURN`] where each time is
/// to differ), an expression that tells whether all is there after it, and what the statement shows.
struct Wait {
    first: &'static str,
    statement: &'static str,
    whole: &'static str,
    shows: &'static str,
}

/// Stands for two labels of a name that no other turn has.
const TURN: &str = "TURN";

/// One whose statement ends in the error of the interrupted call.
const fn wait(statement: &'static str) -> Wait {
    Wait {
        first: "",
        statement,
        whole: "true",
        shows: ": interrupted",
    }
}

const PREPARED: &[&str] = &[
    "let kept = 'still here'; unpack a, b = socketpair(); let server = create_server('127.0.0.1', 0)",
    "unpack full, empty = socketpair(); full.setblocking(false)",
    "try { loop { full.send(bytes(4096)); } } catch { }",
    "full.setblocking(true); let file = b.makefile('r'); let p = poll(); p.register(b, POLLIN)",
    // Whoever connects to it beyond the second is not answered.
    "let deaf = socket(); deaf.bind('127.0.0.1', 0); deaf.listen(0); let callers = []",
    "for i in 0..4 { let c = socket(); c.setblocking(false); c.connect_ex(deaf.getsockname()); callers.push(c); }",
    "let much = bytes(1 << 30); let got = ''",
];

fn waits() -> Vec<Wait> {
    let mut all = [
        "server.accept()",
        "b.recv(10)",
        "b.recvfrom(10)",
        "b.recv_all()",
        "full.send('x')",
        "socket().connect(deaf.getsockname())",
        "unpack c, d = socketpair(); c.sendall(much)",
        "select([b], [], [])",
        "select([b], [], [], 100)",
        "p.poll()",
        "sleep(100)",
        "file.readline()",
    ]
    .map(wait)
    .into_iter()
    .collect::<Vec<_>>();
    all.push(Wait {
        first: "got = ''; a.send('taken');",
        statement: "got = b.recv(100, MSG_WAITALL);",
        whole: "got == bytes('taken')",
        shows: "",
    });
    all
}

/// Interrupts each kind so many times; prints how long the prompt was away.
fn interrupt_each(terminal: &mut Terminal, times: usize) {
    for line in PREPARED {
        assert_eq!(terminal.enter(line), "", "{line}");
    }
    let id = terminal.id();
    interrupt_all(terminal, &waits(), times, |_| wait_until_blocked(id));
    interrupt_lookups(times);
}

/// Lookups of a name server that hears, writes what it heard, and never answers. The question of the
/// very turn is waited for: lookups that were left ask again.
fn interrupt_lookups(times: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let setup = format!("cd '{}' && {MUTE_NAME_SERVER}", folder.path().display());
    if !namespaces(&["-rnm"], &setup) {
        return;
    }
    let mute = "let s = socket(AF_INET, SOCK_DGRAM); s.bind('127.0.0.1', 53); \
                loop { print(s.recv(512)) }";
    // In a session of its own, where Ctrl-C does not reach it.
    let script = format!(
        "trap : INT; {setup} && {{ setsid {SOCKLAB} -c \"{mute}\" > asked & }} && {SOCKLAB}; kill $!"
    );
    let mut terminal = Setup::new()
        .columns(200)
        .program(["unshare", "-rnm", "sh", "-c", &script])
        .prompt();
    assert_eq!(terminal.enter("let kept = 'still here'"), "");
    let until_asked = |statement: &str| {
        let mut labels: Vec<&str> = statement
            .split(['\'', '.'])
            .filter(|part| !part.contains(['(', ')']))
            .collect();
        if statement.starts_with("gethostbyaddr") {
            labels.reverse();
        }
        let question: String = labels
            .iter()
            .map(|label| format!("\\x{:02x}{label}", label.len()))
            .collect();
        let end = Instant::now() + DEADLINE;
        loop {
            let asked = fs::read_to_string(folder.path().join("asked")).unwrap_or_default();
            if asked.contains(&question) {
                return;
            }
            assert!(Instant::now() < end, "nobody asks the name server: {asked}");
            thread::sleep(Duration::from_millis(1));
        }
    };
    let lookups = [
        "gethostbyname('TURN.example')",
        "gethostbyaddr('198.18.TURN')",
    ]
    .map(wait);
    interrupt_all(&mut terminal, &lookups, times, until_asked);
    terminal.send("exit\r");
    terminal.end();
}

/// Interrupts each of the statements so many times, as soon as it waits.
fn interrupt_all(
    terminal: &mut Terminal,
    waits: &[Wait],
    times: usize,
    until_it_waits: impl Fn(&str),
) {
    for wait in waits {
        let mut took: Vec<Duration> = (0..times)
            .map(|turn| {
                if !wait.first.is_empty() {
                    terminal.enter(wait.first);
                }
                // Two labels of a name, or two parts of an address.
                let name = format!("{}.{}", turn / 100, turn % 100);
                let statement = wait.statement.replace(TURN, &name);
                terminal.send(&format!("{statement}\r"));
                until_it_waits(&statement);
                let begun = Instant::now();
                terminal.send(CTRL_C);
                let shown = terminal.wait_until("prompt", DEADLINE, |s| s.ends_with(PROMPT));
                let took = begun.elapsed();
                assert!(shown.contains(wait.shows), "{}: {shown}", wait.statement);
                let whole = format!("kept == 'still here' && {}", wait.whole);
                assert_eq!(terminal.enter(&whole), "true", "{}", wait.statement);
                took
            })
            .collect();
        took.sort_unstable();
        let milliseconds = |time: Option<&Duration>| time.map_or(0.0, |t| t.as_secs_f64() * 1e3);
        eprintln!(
            "{:45} {times} times: middle {:6.2} ms, 99 of 100 {:6.2} ms, worst {:6.2} ms",
            wait.statement,
            milliseconds(took.get(times / 2)),
            milliseconds(took.get(times * 99 / 100)),
            milliseconds(took.last()),
        );
    }
}

#[test]
fn ctrl_c_leaves_every_wait_with_all_that_was_there() {
    interrupt_each(&mut Setup::new().columns(200).prompt(), 3);
}

#[test]
#[ignore = "takes minutes"]
fn ctrl_c_leaves_every_wait_500_times_beside_busy_processors() {
    let done = Arc::new(AtomicBool::new(false));
    let busy = [(); 2].map(|()| {
        let done = Arc::clone(&done);
        thread::spawn(move || {
            let mut turns = 0u64;
            while !done.load(Ordering::Relaxed) {
                turns = black_box(turns.wrapping_add(1));
            }
        })
    });
    interrupt_each(&mut Setup::new().columns(200).prompt(), 500);
    done.store(true, Ordering::Relaxed);
    for thread in busy {
        thread.join().expect("it only counts");
    }
}
