//! What a test asks of the machine beside a Rust toolchain. What is not there is left out, and said
//! at the end of all tests; in CI that is a failure, unless the script names it in `MAY_SKIP`.
#![allow(dead_code)] // each test program asks for some of it

use std::env;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::process::parent_id;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

/// Leaves a test, or a part of one, out: the machine lacks something.
#[track_caller]
pub(crate) fn skip(lacks: &str) {
    let allowed = env::var("MAY_SKIP").unwrap_or_default();
    assert!(
        env::var_os("CI").is_none() || is_named(&allowed, lacks),
        "this machine has no {lacks}, and in CI a test that is left out is a failure: \
         install it, or name it in MAY_SKIP"
    );
    // What cannot be noted is said at least where the test's output is shown.
    eprintln!("skipped: this machine has no {lacks}");
    let test = thread::current().name().unwrap_or_default().to_string();
    let notes = OpenOptions::new().create(true).append(true).open(notes());
    let _ = notes.and_then(|mut notes| writeln!(notes, "{lacks}\t{test}"));
}

/// Where the programs of one `cargo test` note what they leave out.
pub(crate) fn notes() -> PathBuf {
    env::temp_dir().join(format!("socklab-skipped-{}", parent_id()))
}

fn is_named(allowed: &str, lacks: &str) -> bool {
    allowed.split_whitespace().any(|name| name == lacks)
}

/// Whether something is there; if not, what depends on it is skipped.
#[track_caller]
fn there(what: &str, is: bool) -> bool {
    if !is {
        skip(what);
    }
    is
}

/// Whether a program is installed.
#[track_caller]
pub(crate) fn installed(program: &str) -> bool {
    let find = format!("command -v {program}");
    there(program, succeeds(Command::new("sh").args(["-c", &find])))
}

/// Whether unshare(1) makes namespaces of these kinds, as `-rn` says, in which `setup` succeeds.
#[track_caller]
pub(crate) fn namespaces(kinds: &[&str], setup: &str) -> bool {
    let mut unshare = Command::new("unshare");
    unshare.args(kinds).args(["sh", "-c", setup]);
    there("namespaces", succeeds(&mut unshare))
}

/// Whether unshare(1) makes a network of its own, with a loopback interface.
#[track_caller]
pub(crate) fn network_namespaces() -> bool {
    namespaces(&["-rn"], "ip link set lo up")
}

/// Whether a user may join two machines of their own by a wire, as the lab does.
#[track_caller]
pub(crate) fn private_internet() -> bool {
    let mut wire = Command::new("unshare");
    wire.args([
        "-rn", "ip", "link", "add", "left", "type", "veth", "peer", "name", "right",
    ]);
    network_namespaces() && there("veth", succeeds(&mut wire))
}

/// Whether strace(1) may look at other programs here.
#[track_caller]
pub(crate) fn strace() -> bool {
    there("strace", succeeds(Command::new("strace").arg("true")))
}

/// Whether loopback has IPv6.
#[track_caller]
pub(crate) fn ipv6() -> bool {
    there("ipv6", TcpListener::bind("[::1]:0").is_ok())
}

/// The path of a Python of 3.9 or newer.
#[track_caller]
pub(crate) fn python() -> Option<String> {
    let ask = "import sys; print(sys.executable if sys.version_info >= (3, 9) else '')";
    let output = Command::new("python3").args(["-I", "-c", ask]).output();
    let path = output
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .map(|path| path.trim().to_string())
        .filter(|path| !path.is_empty());
    there("python3", path.is_some()).then_some(path).flatten()
}

fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

#[test]
fn only_what_is_named_may_be_skipped() {
    assert!(is_named("chromium fish", "fish"));
    for allowed in ["", "chromium", "python", "python3.9"] {
        assert!(!is_named(allowed, "python3"), "{allowed}");
    }
}
