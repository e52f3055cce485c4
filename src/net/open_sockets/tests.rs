//! What the list tells of sockets that are open.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::net::io_context::IoContext;
use crate::net::live_network::LiveNetwork;
use crate::net::socket::{create_server, open, pair};
use crate::net::sys::{fd, numbers};
use crate::net::target::Target;

fn caller() -> IoContext {
    IoContext::new(Arc::new(LiveNetwork)).expect("a pipe can be made")
}

#[test]
fn a_socket_is_listed_as_long_as_it_is_open() {
    let caller = caller();
    let sockets = Arc::clone(caller.status().sockets());
    assert!(sockets.is_empty());
    let closed = open(&caller, numbers::AF_INET, numbers::SOCK_DGRAM, 0).unwrap();
    let dropped = closed.dup(&caller).unwrap();
    let detached = closed.dup(&caller).unwrap();
    assert_eq!(sockets.reports().len(), 3);
    closed.close(&caller);
    drop(dropped);
    assert_eq!(sockets.reports().len(), 1);
    let given = detached.detach();
    assert!(sockets.is_empty());
    let unowned = fd::UnownedFds::default();
    unowned.insert(given);
    assert!(unowned.take(given).is_some());
}

#[test]
fn a_report_tells_addresses_state_and_waiting_bytes() {
    let caller = caller();
    let sockets = caller.status().sockets();
    let here = Target::Inet {
        host: "127.0.0.1".into(),
        port: 0,
    };
    let server = create_server(&caller, &here, numbers::AF_INET, 5, false, false).unwrap();
    let report = sockets.report_of(server.fileno()).unwrap();
    assert_eq!(report.own, Some(server.getsockname(&caller).unwrap()));
    assert_eq!((report.peer, report.bytes_in), (None, None));
    if cfg!(target_os = "linux") {
        assert_eq!((report.state, report.queue), (Some("LISTEN"), Some((0, 5))));
    }
    let (a, b) = pair(&caller, numbers::AF_UNIX, numbers::SOCK_STREAM, 0).unwrap();
    a.send(&caller, b"Hey", 0).unwrap();
    let report = sockets.report_of(b.fileno()).unwrap();
    assert_eq!(
        (report.state, report.bytes_in),
        (Some("connected"), Some(3))
    );
    assert_eq!(sockets.report_of(-1), None);
}

#[test]
fn a_reader_never_meets_a_descriptor_that_means_something_else() {
    let caller = caller();
    let sockets = Arc::clone(caller.status().sockets());
    let done = Arc::new(AtomicBool::new(false));
    let seen_done = Arc::clone(&done);
    let reader = thread::spawn(move || {
        while !seen_done.load(Ordering::SeqCst) {
            for report in sockets.reports() {
                assert!(
                    report.own.is_some(),
                    "the descriptor was closed: {report:?}"
                );
            }
        }
    });
    for _ in 0..2000 {
        let socket = open(&caller, numbers::AF_INET, numbers::SOCK_DGRAM, 0).unwrap();
        // Other threads of the process take the freed numbers meanwhile.
        drop(socket);
    }
    done.store(true, Ordering::SeqCst);
    reader.join().expect("every report was of an open socket");
}
