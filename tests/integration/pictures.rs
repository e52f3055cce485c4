//! What happened, seen: `trace` and the pictures of a conversation.

use crate::builder::piped;
use crate::terminal::Setup;

#[test]
fn each_call_shows_as_it_ends_while_that_is_on() {
    piped(
        "trace on\nunpack a, b = socketpair()\na.sendall('GET / HTTP/1.1 and much more')\nb.recv(3)\n\
         trace off\nb.recv(2)\n",
    )
    .stdout("b\"GET\"\nb\" /\"")
    .stderr_has("sendall(\"GET / HT\"…, 28 bytes)")
    .stderr_has("recv(3) = b\"GET\"  ")
    .status(0);
}

#[test]
fn the_prompt_knows_what_was_and_a_script_keeps_nothing() {
    let mut terminal = Setup::new().columns(100).prompt();
    terminal.enter("unpack a, b = socketpair(); a.send('Hey')");
    let shown = terminal.enter("trace");
    assert!(shown.contains("main "), "{shown}");
    assert!(shown.contains("send(\"Hey\") = 3"), "{shown}");
    assert_eq!(terminal.enter("let trace = 5; trace"), "5");
    piped("let s = socket()\ntrace\n")
        .stdout_has("no call is recorded; `trace on` shows each from now on")
        .status(0);
}
