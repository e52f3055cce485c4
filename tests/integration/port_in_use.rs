//! What is said of a port that is in use is true, and works when it is done.

use crate::builder::code;

/// A server that closes first, so that its connection holds the port; `first` is done to its socket
/// before `bind`, `second` to the one that wants the port after it. `peer` is the client's part.
fn bound_again(first: &str, peer: &str, second: &str) -> String {
    format!(
        "let a = socket(); {first}; a.bind('127.0.0.1', 0); a.listen(1); let at = a.getsockname();
         let c = socket(); c.connect(at); unpack b, from = a.accept(); b.close(); let end = c.recv(1);
         {peer}; a.close(); let d = socket(); {second}; d.bind(at); print('bound')"
    )
}

const REUSE_A: &str = "a.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)";
const REUSE_D: &str = "d.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)";

#[test]
fn with_the_option_on_both_sockets_nobody_waits() {
    code(&bound_again(REUSE_A, "c.close()", REUSE_D))
        .stdout_has("bound")
        .status(0);
}

#[test]
fn an_ended_connection_is_waited_for_and_the_option_is_for_next_time() {
    for first in ["()", REUSE_A] {
        code(&bound_again(first, "c.close()", "()"))
            .stderr_has("a connection that has just ended still holds port")
            .stderr_has("wait a minute: where each server sets `SO_REUSEADDR` before `bind`")
            .status(1);
    }
}

#[test]
fn whoever_has_set_the_option_is_not_told_to_set_it() {
    code(&bound_again("()", "c.close()", REUSE_D))
        .stderr_has("wait a minute: `SO_REUSEADDR` helps only where the socket before had it too")
        .status(1);
}

#[test]
fn a_connection_that_the_other_end_has_open_is_named() {
    code(&bound_again("()", "()", "()"))
        .stderr_has("closed here, and not yet by its other end, still holds port")
        .stderr_has("close the other end and wait a minute")
        .status(1);
}
