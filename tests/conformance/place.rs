//! Where the cases run: a network namespace of our own, where the system lets us make one.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv6Addr, TcpListener};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use crate::case::Case;
use crate::machine::namespaces;

/// Set in the process that runs inside the namespace.
const INSIDE: &str = "SOCKLAB_CONFORMANCE_INSIDE";
/// Set there when the name server answers.
const RESOLVER: &str = "SOCKLAB_CONFORMANCE_RESOLVER";

const HOSTS: &str = "127.0.0.1 localhost\n::1 localhost ip6-localhost\n127.0.0.1 HOSTNAME\n\
    192.0.2.1 one.test first second\n192.0.2.2 many.test\n192.0.2.3 many.test\n\
    2001:db8::4 four.test\n192.0.2.5 five.test\n2001:db8::5 five.test\n";
const RESOLV: &str = "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n";
const NSSWITCH: &str = "hosts: files dns\nservices: files\nprotocols: files\n";

/// What the machine offers to cases.
pub(crate) struct Place {
    offers: Vec<&'static str>,
    /// The minor version of Python 3.
    python: u32,
    names: Option<Child>,
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(names) = &mut self.names {
            let _gone_already = names.kill();
            let _status = names.wait();
        }
    }
}

/// Runs this test again in a namespace of its own and gives how it ended; none where we are in one
/// already, or where the system does not let us.
pub(crate) fn enter() -> Option<ExitStatus> {
    if env::var_os(INSIDE).is_some() || !namespaces(&["-rnm"], "ip link set lo up") {
        return None;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let put = |file: &str, text: &str| {
        fs::write(folder.path().join(file), text).expect("a writable folder");
    };
    put("hosts", &HOSTS.replace("HOSTNAME", name.trim()));
    put("resolv.conf", RESOLV);
    put("nsswitch.conf", NSSWITCH);
    put("names.py", include_str!("names.py"));
    let enter = format!(
        "ip link set lo up || exit 99
         export {INSIDE}=1
         cd {folder}
         if mount --bind hosts /etc/hosts && mount --bind resolv.conf /etc/resolv.conf \\
             && {{ [ ! -e /etc/nsswitch.conf ] || mount --bind nsswitch.conf /etc/nsswitch.conf; }}
         then export {RESOLVER}=$PWD; fi
         exec \"$0\" --exact every_case_gives_what_cpython_gives --nocapture",
        folder = folder.path().display()
    );
    let me = env::current_exe().expect("a test has a program");
    let mut command = Command::new("unshare");
    command.args(["-rnm", "sh", "-c", &enter]).arg(me);
    command.status().ok()
}

impl Place {
    /// Tries everything that a case may need.
    pub(crate) fn find(python: &str) -> Self {
        let mut offers = Vec::new();
        let inside = env::var_os(INSIDE).is_some();
        if inside {
            offers.extend(["namespace", "raw"]);
        }
        if TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok() {
            offers.push("ipv6");
        }
        if Path::new("/etc/services").exists() {
            offers.push("services");
        }
        if cfg!(target_os = "linux") {
            offers.push("linux");
        }
        if UnixDatagram::unbound().is_ok() {
            offers.push("unix");
        }
        let names = env::var_os(RESOLVER).and_then(|folder| name_server(Path::new(&folder)));
        if names.is_some() {
            offers.push("resolver");
        }
        let python = minor_version(python);
        Self {
            offers,
            python,
            names,
        }
    }

    /// Whether a case can run here.
    pub(crate) fn offers(&self, needs: &[String]) -> bool {
        needs.iter().all(|need| {
            self.holds_for_python(need)
                .unwrap_or_else(|| self.offers.contains(&need.as_str()))
        })
    }

    /// Whether this Python is one of `python>=3.N` or `python<3.N`; nothing for other needs.
    fn holds_for_python(&self, need: &str) -> Option<bool> {
        let minor = |text: &str| text.strip_prefix("3.")?.parse::<u32>().ok();
        let range = need.strip_prefix("python")?;
        if let Some(first) = range.strip_prefix(">=") {
            return Some(self.python >= minor(first)?);
        }
        Some(self.python < minor(range.strip_prefix('<')?)?)
    }
}

fn minor_version(python: &str) -> u32 {
    let ask = "import sys; print(sys.version_info.minor)";
    let output = Command::new(python).args(["-I", "-c", ask]).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_string());
    text.ok()
        .and_then(|text| text.parse().ok())
        .expect("Python tells its version")
}

/// Starts the name server, and waits until it answers. It ends when its input does, so that none
/// is left behind.
fn name_server(folder: &Path) -> Option<Child> {
    let mut command = Command::new("python3");
    command.arg(folder.join("names.py"));
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    let mut line = String::new();
    let read = BufReader::new(child.stdout.take()?).read_line(&mut line);
    (read.is_ok() && line.trim() == "ready").then_some(child)
}

/// How many of the skipped cases wanted what is not here; another version of Python is no lack.
pub(crate) fn counted<'a>(skipped: &'a [Case], place: &Place) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    for need in skipped.iter().flat_map(|case| &case.needs) {
        let is_lack = place.holds_for_python(need).is_none();
        if is_lack && !place.offers(std::slice::from_ref(need)) {
            *counts.entry(need.as_str()).or_default() += 1;
        }
    }
    counts
}
