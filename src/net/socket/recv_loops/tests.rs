//! Wholes over a pair of streams.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use proptest::prelude::{Strategy, any, proptest};

use super::Search;
use crate::net::error::{Cause, Error};
use crate::net::io_context::IoContext;
use crate::net::live_network::LiveNetwork;
use crate::net::socket::{Socket, pair};
use crate::net::sys::numbers;

/// A caller, and two ends of one stream.
fn stream() -> (IoContext, Socket, Socket) {
    let caller = IoContext::new(Arc::new(LiveNetwork)).expect("a pipe can be made");
    let (a, b) = pair(&caller, numbers::AF_UNIX, numbers::SOCK_STREAM, 0).expect("a pair");
    (caller, a, b)
}

fn received(error: &Error) -> &[u8] {
    error.received.as_deref().unwrap_or_default()
}

#[test]
fn a_whole_comes_in_however_many_parts() {
    let caller = IoContext::new(Arc::new(LiveNetwork)).expect("a pipe can be made");
    let (a, b) = std::os::unix::net::UnixStream::pair().expect("a pair");
    let sender = thread::spawn(move || {
        use std::io::Write;
        let mut a = a;
        for _ in 0..300 {
            a.write_all(&[b'x'; 1000]).expect("room comes");
        }
    });
    let fd = std::os::fd::AsRawFd::as_raw_fd(&b);
    let b = super::super::from_fd(&caller, fd, numbers::AF_UNIX, numbers::SOCK_STREAM, 0).unwrap();
    assert_eq!(b.recv_exactly(&caller, 299_999).unwrap().len(), 299_999);
    assert_eq!(b.recv_exactly(&caller, 1).unwrap(), b"x");
    assert_eq!(b.recv_exactly(&caller, 0).unwrap(), b"");
    sender.join().expect("the sender ends");
}

#[test]
fn an_early_end_tells_how_much_came_and_gives_it() {
    let (caller, a, b) = stream();
    a.send(&caller, b"Hey", 0).unwrap();
    a.close(&caller);
    let error = b.recv_exactly(&caller, 10).unwrap_err();
    assert_eq!(
        (error.cause.kind(), received(&error)),
        ("UnexpectedEnd", &b"Hey"[..])
    );
    assert_eq!(error.cause.message(), "the peer ended after 3 of 10 bytes");
}

#[test]
fn a_timeout_tells_how_much_came_and_gives_it() {
    let (caller, a, b) = stream();
    a.send(&caller, b"Hey", 0).unwrap();
    b.set_timeout(Some(Duration::from_millis(20))).unwrap();
    let error = b.recv_exactly(&caller, 10).unwrap_err();
    assert_eq!(
        (&error.cause, received(&error)),
        (&Cause::TimedOut, &b"Hey"[..])
    );
    assert_eq!(
        error.note.as_deref(),
        Some("3 of 10 bytes had come; `err.received` has them")
    );
    b.set_timeout(Some(Duration::ZERO)).unwrap();
    let error = b.recv_all(&caller, 10).unwrap_err();
    assert_eq!(
        (error.cause, error.note),
        (Cause::Os(numbers::EAGAIN), None)
    );
}

#[test]
fn what_follows_the_end_stays_for_the_next_call() {
    let (caller, a, b) = stream();
    a.send(&caller, b"one\r\n\r\r\ntwo\r\n!", 0).unwrap();
    assert_eq!(b.recv_until(&caller, b"\r\n", 100).unwrap(), b"one\r\n");
    assert_eq!(b.recv_until(&caller, b"\r\n", 100).unwrap(), b"\r\r\n");
    assert_eq!(b.recv_until(&caller, b"\r\n", 5).unwrap(), b"two\r\n");
    assert_eq!(b.recv(&caller, 100, 0).unwrap(), b"!");
}

#[test]
fn an_end_that_comes_in_two_parts_is_found() {
    let (caller, a, b) = stream();
    a.send(&caller, b"one\r", 0).unwrap();
    b.set_timeout(Some(Duration::from_secs(10))).unwrap();
    thread::scope(|scope| {
        let fd = a.fileno();
        scope.spawn(move || {
            let other = IoContext::new(Arc::new(LiveNetwork)).expect("a pipe can be made");
            let (family, kind) = (numbers::AF_UNIX, numbers::SOCK_STREAM);
            let a = super::super::from_fd(&other, fd, family, kind, 0).unwrap();
            a.send(&other, b"\ntwo", 0).unwrap();
        });
        assert_eq!(b.recv_until(&caller, b"\r\n", 100).unwrap(), b"one\r\n");
    });
    assert_eq!(b.recv(&caller, 100, 0).unwrap(), b"two");
}

#[test]
fn a_limit_ends_what_has_no_end() {
    let (caller, a, b) = stream();
    a.send(&caller, b"0123456789", 0).unwrap();
    let error = b.recv_until(&caller, b"\n", 4).unwrap_err();
    assert_eq!(
        (error.cause.kind(), received(&error)),
        ("LimitReached", &b"0123"[..])
    );
    let error = b.recv_all(&caller, 5).unwrap_err();
    assert_eq!(error.cause.message(), "more than 5 bytes came");
    assert_eq!(received(&error), b"45678");
    a.close(&caller);
    assert_eq!(
        b.recv_all(&caller, 1).unwrap(),
        b"9",
        "no more came than that"
    );
    assert_eq!(b.recv_all(&caller, 0).unwrap(), b"");
    let error = b.recv_until(&caller, b"\n", 4).unwrap_err();
    assert_eq!(error.cause.kind(), "UnexpectedEnd");
}

#[test]
fn an_empty_end_and_a_datagram_socket_are_refused() {
    let (caller, _a, b) = stream();
    let error = b.recv_until(&caller, b"", 4).unwrap_err();
    assert_eq!(error.cause.kind(), "InvalidValue");
    let (a, _b) = pair(&caller, numbers::AF_UNIX, numbers::SOCK_DGRAM, 0).unwrap();
    assert_eq!(
        a.recv_all(&caller, 4).unwrap_err().cause.kind(),
        "WrongType"
    );
}

proptest! {
    #[test]
    fn the_search_finds_what_a_plain_one_finds(
        text in proptest::collection::vec(0_u8..3, 0..60),
        wanted in proptest::collection::vec(0_u8..3, 1..6),
        cut in any::<proptest::sample::Index>().prop_map(|index| index.index(61)),
    ) {
        let plain = text
            .windows(wanted.len())
            .position(|window| window == wanted)
            .map(|at| at + wanted.len());
        let (first, second) = text.split_at(cut.min(text.len()));
        let mut search = Search::new(&wanted);
        let mut reached = search.reach(first).unwrap_or_default();
        if !search.is_found() {
            reached += search.reach(second).unwrap_or_default();
        }
        assert_eq!(search.is_found().then_some(reached), plain);
    }
}
