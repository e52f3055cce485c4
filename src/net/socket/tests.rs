//! Calls that block as the system's do, on a thread of their own, and how others see and end them.

use std::sync::Arc;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::{Socket, create_server, from_fd, open, pair};
use crate::net::address::Address;
use crate::net::constants::find;
use crate::net::error::{Cause, Error};
use crate::net::io_context::{Activity, IoContext, Status};
use crate::net::live_network::LiveNetwork;
use crate::net::poll::READ;
use crate::net::select;
use crate::net::sys::numbers::{
    self, AF_INET, AF_UNIX, MSG_PEEK, MSG_WAITALL, SOCK_DGRAM, SOCK_STREAM,
};
#[cfg(target_os = "linux")]
use crate::net::sys::processor_time;
use crate::net::target::Target;

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

fn context() -> IoContext {
    IoContext::new(Arc::new(LiveNetwork)).expect("a thread can be signalled")
}

/// A console that evaluates one statement, number 1.
struct Elsewhere<T> {
    status: Arc<Status>,
    thread: JoinHandle<T>,
}

impl<T: Send + 'static> Elsewhere<T> {
    fn begin(statement: impl FnOnce(&IoContext) -> T + Send + 'static) -> Self {
        let (told, status) = mpsc::channel();
        let thread = thread::spawn(move || {
            let caller = context();
            caller.begin(1, Arc::new(LiveNetwork));
            told.send(Arc::clone(caller.status()))
                .expect("the test waits");
            let given = statement(&caller);
            caller.end();
            given
        });
        let status = status.recv().expect("the thread has begun");
        Self { status, thread }
    }

    /// Waits until it waits; gives the call and on what.
    #[track_caller]
    fn until_it_waits(&self) -> (&'static str, String) {
        let waits = |activity: &Activity| !matches!(activity, Activity::Running { .. });
        match until(&self.status, waits) {
            Activity::Waiting { call, on, .. } => (call, on.to_string()),
            other => panic!("it does not wait: {other:?}"),
        }
    }

    #[track_caller]
    fn given(self) -> T {
        self.thread.join().expect("the statement ends")
    }
}

/// Looks at a console until it does what is `wanted`, or for too long; what it does then.
fn until(status: &Status, wanted: impl Fn(&Activity) -> bool) -> Activity {
    let end = Instant::now() + PATIENCE;
    loop {
        let activity = status.activity();
        if wanted(&activity) || Instant::now() >= end {
            return activity;
        }
        thread::yield_now();
    }
}

fn here(port: u16) -> Target {
    Target::Inet {
        host: "127.0.0.1".into(),
        port,
    }
}

fn port_of(caller: &IoContext, server: &Socket) -> Result<u16, Error> {
    match server.getsockname(caller)? {
        Address::Inet(address) => Ok(address.port()),
        _ => Ok(0),
    }
}

/// The value of a constant that only this test names.
fn number(name: &str) -> i32 {
    let found = find(name).and_then(|found| i32::try_from(found.value).ok());
    found.unwrap_or_default()
}

/// The second end of a pair for another thread: a number, which its socket there copies.
fn unix_pair(caller: &IoContext) -> (Socket, i32, Socket) {
    let (a, b) = pair(caller, AF_UNIX, SOCK_STREAM, 0).expect("a pair");
    let fd = b.fileno();
    (a, fd, b)
}

fn on(caller: &IoContext, fd: i32) -> Socket {
    from_fd(caller, fd, AF_UNIX, SOCK_STREAM, 0).expect("a copy")
}

#[test]
fn one_recv_waits_for_all_bytes_where_it_is_told_to() {
    let caller = context();
    let (a, fd, _b) = unix_pair(&caller);
    a.sendall(&caller, b"Hi", 0).unwrap();
    let whole = Elsewhere::begin(move |caller| on(caller, fd).recv(caller, 12, MSG_WAITALL));
    assert_eq!(whole.until_it_waits().0, "recv");
    a.sendall(&caller, b"there, all", 0).unwrap();
    assert_eq!(whole.given().unwrap(), b"Hithere, all");
}

#[test]
fn a_blocking_send_sends_all_and_one_with_a_timeout_a_part() {
    let caller = context();
    let (a, fd, b) = unix_pair(&caller);
    let much = vec![b'x'; 20_000_000];
    a.set_timeout(Some(Duration::from_millis(50))).unwrap();
    let part = a.send(&caller, &much, 0).unwrap();
    assert!(part < much.len());
    b.recv_exactly(&caller, part).unwrap();
    a.set_timeout(None).unwrap();
    let reader = Elsewhere::begin(move |caller| {
        let b = on(caller, fd);
        b.recv_exactly(caller, 20_000_000).map(|all| all.len())
    });
    assert_eq!(a.send(&caller, &much, 0).unwrap(), much.len());
    assert_eq!(reader.given().unwrap(), much.len());
}

#[test]
fn the_systems_own_timeouts_count() {
    let caller = context();
    let (a, b) = pair(&caller, AF_UNIX, SOCK_STREAM, 0).unwrap();
    for name in ["SO_RCVTIMEO", "SO_SNDTIMEO"] {
        // struct timeval: no seconds, and 10 ms.
        let mut time = [0_u8; 16];
        time[8..].copy_from_slice(&10_000_i64.to_ne_bytes());
        let value = super::OptionValue::Bytes(time.to_vec());
        b.setsockopt(&caller, number("SOL_SOCKET"), number(name), &value)
            .unwrap();
    }
    let again = Cause::Os(numbers::EAGAIN);
    assert_eq!(b.recv(&caller, 1, 0).unwrap_err().cause, again);
    let error = b.sendall(&caller, &vec![0; 20_000_000], 0).unwrap_err();
    assert_eq!(error.cause, again);
    drop(a);
}

#[test]
fn a_copy_with_another_timeout_does_not_take_ours_away() {
    let caller = context();
    let (_a, b) = pair(&caller, AF_UNIX, SOCK_STREAM, 0).unwrap();
    let copy = b.dup(&caller).unwrap();
    b.set_timeout(Some(Duration::from_millis(10))).unwrap();
    // Both have one O_NONBLOCK, which goes with this.
    copy.set_timeout(None).unwrap();
    let error = b.recv(&caller, 1, 0).unwrap_err();
    assert_eq!(error.cause, Cause::TimedOut);
}

/// A statement that holds in one kind of call.
type Holding = Box<dyn FnOnce(&IoContext) -> Result<(), Error> + Send>;

/// Every kind of call that can block, with what it says it waits on.
fn calls(caller: &IoContext) -> (Vec<(&'static str, Holding)>, Vec<Socket>) {
    let mut calls: Vec<(&'static str, Holding)> = Vec::new();
    let (quiet, fd, near) = unix_pair(caller);
    calls.push((
        "accept",
        Box::new(|caller| {
            let server = create_server(caller, &here(0), AF_INET, 5, false, false)?;
            server.accept(caller).map(drop)
        }),
    ));
    calls.push((
        "recv",
        Box::new(move |caller| on(caller, fd).recv(caller, 9, 0).map(drop)),
    ));
    calls.push((
        "recv",
        Box::new(move |caller| on(caller, fd).recv(caller, 9, MSG_WAITALL).map(drop)),
    ));
    calls.push((
        "recv",
        Box::new(move |caller| {
            let b = on(caller, fd);
            b.set_timeout(Some(PATIENCE * 10)).expect("it is open");
            let ended = b.recv(caller, 9, 0).map(drop);
            b.set_timeout(None).expect("it is open");
            ended
        }),
    ));
    calls.push((
        "recvfrom",
        Box::new(|caller| {
            let udp = open(caller, AF_INET, SOCK_DGRAM, 0)?;
            udp.bind(caller, &here(0))?;
            udp.recvfrom(caller, 9, MSG_PEEK).map(drop)
        }),
    ));
    calls.push((
        "recvmsg",
        Box::new(move |caller| on(caller, fd).recvmsg(caller, 9, 0, 0).map(drop)),
    ));
    calls.push((
        "recv_all",
        Box::new(move |caller| on(caller, fd).recv_all(caller, 99).map(drop)),
    ));
    calls.push((
        "select",
        Box::new(move |caller| select::select(caller, &[fd], &[], &[], None).map(drop)),
    ));
    calls.push((
        "poll",
        Box::new(move |caller| select::poll(caller, &[(fd, READ)], Some(PATIENCE * 10)).map(drop)),
    ));
    calls.push((
        "sleep",
        Box::new(|caller| {
            caller
                .sleep(PATIENCE * 10)
                .map_err(|cause| cause.during("sleep"))
        }),
    ));
    calls.push((
        "getaddrinfo",
        Box::new(|caller| {
            let (never, forever) = mpsc::channel::<()>();
            let asked = caller.ask("getaddrinfo", "nobody.test", move |_| {
                let _told = forever.recv_timeout(PATIENCE * 10);
                Ok(())
            });
            drop(never);
            asked.map_err(|fault| fault.during("getaddrinfo"))
        }),
    ));
    calls.push((
        "connect",
        Box::new(|caller| {
            let (server, _held) = full_server(caller)?;
            let client = open(caller, AF_INET, SOCK_STREAM, 0)?;
            client.connect(caller, &server)
        }),
    ));
    calls.push((
        "sendall",
        Box::new(move |caller| {
            let (full, _held) = pair(caller, AF_UNIX, SOCK_STREAM, 0)?;
            full.sendall(caller, &vec![0; 64 << 20], 0)
        }),
    ));
    (calls, vec![quiet, near])
}

/// A server whose queue is full, and what fills it.
fn full_server(caller: &IoContext) -> Result<(Target, Vec<Socket>), Error> {
    let server = create_server(caller, &here(0), AF_INET, 0, false, false)?;
    let port = port_of(caller, &server)?;
    let mut held = vec![server];
    for _ in 0..3 {
        let client = open(caller, AF_INET, SOCK_STREAM, 0)?;
        client
            .set_timeout(Some(Duration::ZERO))
            .expect("it is open");
        let _in_progress = client.connect(caller, &here(port));
        held.push(client);
    }
    Ok((here(port), held))
}

#[test]
fn every_kind_of_call_says_that_it_waits_and_hears_an_interrupt() {
    let caller = context();
    let (calls, _held) = calls(&caller);
    for (name, statement) in calls {
        let console = Elsewhere::begin(statement);
        let (call, _) = console.until_it_waits();
        assert_eq!(call, name);
        let begun = Instant::now();
        console.status.interrupt(1);
        let ended = console.given();
        assert_eq!(ended.unwrap_err().cause, Cause::Interrupted, "{name}");
        assert!(
            begun.elapsed() < Duration::from_secs(2),
            "{name}: {:?}",
            begun.elapsed()
        );
    }
}

#[test]
fn a_waiting_call_says_on_what() {
    let console = Elsewhere::begin(|caller| {
        let server = create_server(caller, &here(0), AF_INET, 5, false, false)?;
        let client = open(caller, AF_INET, SOCK_STREAM, 0)?;
        client.connect(caller, &here(port_of(caller, &server)?))?;
        client.recv(caller, 1, 0)
    });
    let (call, on) = console.until_it_waits();
    assert!(
        call == "recv" && on.starts_with("127.0.0.1:"),
        "{call} on {on}"
    );
    console.status.interrupt(1);
    assert_eq!(console.given().unwrap_err().cause, Cause::Interrupted);
}

#[test]
fn no_interrupt_is_lost_and_no_byte_either() {
    const INTERRUPTS: usize = 300;
    let caller = context();
    let (a, fd, b) = unix_pair(&caller);
    let console = Elsewhere::begin(move |caller| {
        let b = on(caller, fd);
        let (mut struck, mut bytes, mut statement) = (0, Vec::new(), 1);
        loop {
            match b.recv(caller, 100, 0) {
                Ok(data) if data.is_empty() => return (struck, bytes),
                Ok(data) => bytes.extend(data),
                Err(error) => {
                    assert_eq!(error.cause, Cause::Interrupted);
                    struck += 1;
                    caller.end();
                    statement += 1;
                    caller.begin(statement, Arc::new(LiveNetwork));
                }
            }
        }
    });
    let mut sent = Vec::new();
    for turn in 0..INTERRUPTS {
        let statement = turn as u64 + 1;
        let byte = u8::try_from(turn % 251).unwrap_or(0);
        a.send(&caller, &[byte], 0).unwrap();
        sent.push(byte);
        let left = |activity: &Activity| !matches!(activity, Activity::Running { statement: now } | Activity::Waiting { statement: now, .. } if *now == statement);
        // Now between two calls, now in one; where it goes on reading, it is asked again.
        console.status.interrupt(statement);
        assert!(
            left(&until(&console.status, left)),
            "interrupt {turn} was lost"
        );
    }
    drop(a);
    drop(b);
    let (struck, bytes) = console.given();
    assert_eq!((struck, bytes), (INTERRUPTS, sent));
}

#[test]
fn a_call_with_something_to_give_is_never_seen_waiting() {
    const TURNS: usize = 3000;
    let caller = context();
    let (a, fd, b) = unix_pair(&caller);
    a.sendall(&caller, &[b'x'; TURNS], 0).unwrap();
    let console = Elsewhere::begin(move |caller| {
        let b = on(caller, fd);
        for _ in 0..TURNS {
            b.recv(caller, 1, 0).expect("a byte is there");
        }
    });
    let mut looks = 0;
    while !console.thread.is_finished() {
        let activity = console.status.activity();
        assert!(
            !matches!(activity, Activity::Waiting { .. }),
            "{activity:?}"
        );
        looks += 1;
    }
    assert!(looks > 0);
    console.given();
    drop(b);
}

#[test]
#[cfg(target_os = "linux")]
fn close_that_lingers_hears_an_interrupt() {
    let console = Elsewhere::begin(|caller| {
        let server = create_server(caller, &here(0), AF_INET, 5, false, false)?;
        let level = number("SOL_SOCKET");
        // A buffer of a set size does not grow later: what `send` leaves here stays here.
        let small = super::OptionValue::Int(4096);
        server.setsockopt(caller, level, number("SO_RCVBUF"), &small)?;
        let client = open(caller, AF_INET, SOCK_STREAM, 0)?;
        client.connect(caller, &here(port_of(caller, &server)?))?;
        let (_conn, _) = server.accept(caller)?;
        // More than the peer, which reads nothing, has room for.
        client
            .set_timeout(Some(Duration::ZERO))
            .expect("it is open");
        while client.send(caller, &[0; 4096], 0).is_ok() {}
        let on = [1_i32.to_ne_bytes(), 100_i32.to_ne_bytes()].concat();
        let on = super::OptionValue::Bytes(on);
        client.setsockopt(caller, level, number("SO_LINGER"), &on)?;
        client.close(caller);
        Ok::<_, Error>(())
    });
    assert_eq!(console.until_it_waits().0, "close");
    console.status.interrupt(1);
    assert!(console.given().is_ok());
}

#[test]
#[cfg(target_os = "linux")]
fn receiving_after_the_end_gives_nothing_and_a_timeout_is_waited_out_without_burning_time() {
    let caller = context();
    let socket = open(&caller, AF_INET, SOCK_DGRAM, 0).unwrap();
    // ENOTCONN, and yet the reading side has ended: so Linux has it.
    let _not_connected = socket.shutdown(&caller, numbers::SHUT_RD);
    assert_eq!(socket.recv(&caller, 9, 0).unwrap(), b"");
    assert_eq!(socket.recvfrom(&caller, 9, 0).unwrap().0, b"");
    assert_eq!(socket.recvmsg(&caller, 9, 0, 0).unwrap().data, b"");
    socket
        .set_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    let (began, used) = (Instant::now(), processor_time());
    let error = socket.recv(&caller, 9, 0).unwrap_err();
    assert_eq!(error.cause, Cause::TimedOut);
    assert!(began.elapsed() >= Duration::from_millis(200));
    let burnt = processor_time().saturating_sub(used);
    assert!(burnt < Duration::from_millis(100), "{burnt:?}");
}

#[test]
fn what_came_before_the_end_is_still_received() {
    let caller = context();
    let (a, b) = pair(&caller, AF_UNIX, SOCK_DGRAM, 0).unwrap();
    a.send(&caller, b"last", 0).unwrap();
    b.shutdown(&caller, numbers::SHUT_RD).unwrap();
    assert_eq!(b.recv(&caller, 9, 0).unwrap(), b"last");
    assert_eq!(b.recv(&caller, 9, 0).unwrap(), b"");
}

#[test]
fn a_second_interrupt_stops_the_statement() {
    let caller = context();
    let (_a, fd, _b) = unix_pair(&caller);
    let console = Elsewhere::begin(move |caller| {
        let b = on(caller, fd);
        let first = b.recv(caller, 1, 0).unwrap_err().cause;
        let second = b.recv(caller, 1, 0).unwrap_err().cause;
        (first, second, caller.status().must_stop())
    });
    for _ in 0..2 {
        console.until_it_waits();
        console.status.interrupt(1);
    }
    assert_eq!(console.given(), (Cause::Interrupted, Cause::Stopped, true));
}
