//! What one script can take of the machine: an error comes before the machine suffers.

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
