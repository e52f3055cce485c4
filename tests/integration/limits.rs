//! What one script can take of the machine: an error comes before the machine suffers.

use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::thread;
use std::time::Duration;

use crate::builder::{Run, SOCKLAB, code};

#[test]
fn a_deep_recursion_is_an_error_and_no_crash() {
    code("fn f(x) { f(x + 1) } f(0)")
        .stderr_has("error: ")
        .status(1);
    let nested = format!("{}1{}", "(".repeat(5000), ")".repeat(5000));
    code(&nested).stderr_has("error: ").status(1);
}

#[test]
fn a_script_cannot_take_all_the_memory() {
    assert_bounded("let s = \"x\"; loop { s += s; }");
    assert_bounded("let a = [0]; loop { a += a; }");
}

/// Evaluates code that asks for more memory than there is: it must end in an error. Should the
/// program not bound it, the system does, before the machine suffers.
#[track_caller]
fn assert_bounded(growing: &str) {
    let script = format!("ulimit -v 4000000; exec {SOCKLAB} -c '{growing}'");
    Run::new("sh")
        .args(["-c", &script])
        .stderr_has("error: ")
        .status(1);
}

#[test]
fn a_single_call_cannot_take_all_the_memory() {
    assert_bounded("let a = []; a.pad(1000000000000, 1)");
    assert_bounded("\"x\" * 1000000000000");
    assert_bounded("bytes(\"x\") * 1000000000000");
    assert_bounded("blob(1000000000000, 0)");
    assert_bounded("unpack a, b = socketpair(); b.settimeout(0.01); b.recv(1000000000000)");
}

#[test]
fn a_text_cannot_be_padded_without_end() {
    assert_bounded("let t = \"x\"; t.pad(1000000000000, \"y\")");
}

#[test]
fn a_blob_cannot_be_padded_without_end() {
    assert_bounded("let b = blob(1); b.pad(1000000000000, 1)");
}

#[test]
fn a_huge_value_costs_what_it_shows() {
    let script =
        format!("ulimit -v 2500000; echo 'bytes(1000000000)' | exec {SOCKLAB} | tail -c 40");
    Run::new("sh")
        .args(["-c", &script])
        .stdout("x00\\x00\\x00\" … 995,805,696 more bytes")
        .status(0);
}

#[test]
fn values_deeper_in_each_other_than_the_stack_are_an_error() {
    let (open, close) = ("[".repeat(45), "]".repeat(45));
    let arrays = format!(
        "let a = []; fn wrap(n) {{ if n == 0 {{ a }} else {{ {open}wrap(n - 1){close} }} }} \
         for i in 0..200 {{ a = wrap(900); }}"
    );
    code(&arrays)
        .stderr_has("error: this holds millions of values at once")
        .status(1);
}

#[test]
fn a_pipe_is_carried_out_as_its_lines_come() {
    let script = format!(
        "(echo 'print(\"one\");'; read line <back; echo \"print('$line');\") | {SOCKLAB} | \
         while read line; do echo \"got $line\"; [ \"$line\" = one ] && echo two >back; done; true"
    );
    Run::new("sh")
        .args(["-c", &format!("mkfifo back; {script}")])
        .stdout("got one\ngot two")
        .status(0);
}

#[test]
fn what_comes_back_to_itself_is_an_error_before_the_stack_runs_out() {
    let brackets = format!(
        "fn f(n) {{ {}f(n + 1){} }} f(0)",
        "(".repeat(60),
        ")".repeat(60)
    );
    for endless in [
        "let s = \"eval(s)\"; eval(s)",
        "fn f(n) { [[[[[[[[[[[[[[[[[[[[f(n + 1)]]]]]]]]]]]]]]]]]]]] } f(0)",
        brackets.as_str(),
    ] {
        code(endless).stderr_has("error: ").status(1);
    }
    Run::new(SOCKLAB)
        .file("a.rhai", "import \"b\" as b;")
        .file("b.rhai", "import \"a\" as a;")
        .args(["run", "a.rhai"])
        .stderr_has("error: this goes too deep")
        .status(1);
}

#[test]
fn values_that_lie_deep_in_each_other_are_compared_and_written_within_bounds() {
    let deep = |levels: usize, rest: &str| {
        let (open, close) = ("[".repeat(50), "]".repeat(50));
        let made =
            format!("fn deep(n) {{ if n == 0 {{ [] }} else {{ {open}deep(n - 1){close} }} }}");
        format!("{made} let a = deep({levels}); let b = deep({levels}); {rest}")
    };
    for comparing in ["a == b", "a != b", "[a].contains(b)", "#{x: a} == #{x: b}"] {
        code(&deep(30, comparing))
            .stderr_has("error: values lie more than 1000 deep in each other")
            .status(1);
    }
    code(&deep(30, "#{x: a}.to_json()"))
        .stderr_has("error: values lie more than 1000 deep in each other")
        .status(1);
    code(&deep(800, "repr(a).len > 100 && [a, b].len == 2"))
        .stdout("true")
        .status(0);
    code(&deep(
        10,
        "[a == b, a != b, [a].contains(b), [1, \"1\"] == [1, 1], #{x: a} == #{x: b}]",
    ))
    .stdout("[true, false, true, false, true]")
    .status(0);
}

/// A peer that sends to whoever calls, without an end and without a line end; its port.
fn endless_peer() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        let piece = vec![b'x'; 1 << 16];
        for mut caller in listener.incoming().flatten() {
            while caller.write_all(&piece).is_ok() {}
        }
    });
    port
}

#[test]
fn a_file_of_a_peer_that_sends_without_end_fills_no_memory() {
    let port = endless_peer();
    for reading in ["makefile().readline()", "makefile('rb').read()"] {
        let script = format!(
            "ulimit -v 5000000; exec {SOCKLAB} -c \"create_connection('127.0.0.1', {port}).{reading}\""
        );
        Run::new("sh")
            .args(["-c", &script])
            .stderr_has("this holds more than 1 GiB of memory")
            .status(1);
    }
}

#[test]
fn ctrl_c_ends_reading_from_a_peer_that_sends_without_end() {
    let port = endless_peer();
    let script = format!(
        "let f = create_connection('127.0.0.1', {port}).makefile(); print('reads'); f.readline()"
    );
    let mut program = Run::new(SOCKLAB).args(["-c", &script]).start();
    assert_eq!(program.next_line(), "reads");
    program.interrupt();
    let ended = program.end(Duration::from_secs(5));
    assert_eq!(ended.status.code(), Some(130), "{}", ended.stderr);
}
