//! Runs the real binaries in a home of their own and compares all that they show: what a test does
//! not state must be empty.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::machine::network_namespaces;

/// How long anything may take, on a busy machine too, before a test gives it up.
pub(crate) const DEADLINE: Duration = Duration::from_mins(2);

/// The main binary.
pub(crate) const SOCKLAB: &str = env!("CARGO_BIN_EXE_socklab");
/// The one that is entered at its `lesson` command.
pub(crate) const LESSON: &str = env!("CARGO_BIN_EXE_lesson");

/// `socklab`, with nothing stated yet.
pub(crate) fn socklab() -> Run {
    Run::new(SOCKLAB)
}

/// `socklab -c CODE`.
pub(crate) fn code(code: &str) -> Run {
    socklab().args(["-c", code])
}

/// `CODE` piped into `socklab`.
pub(crate) fn piped(input: impl Into<Vec<u8>>) -> Run {
    socklab().stdin(input)
}

/// The variables that a program starts with; everything else of the tester's is kept out.
pub(crate) fn clean_environment(home: &Path) -> Vec<(&'static str, String)> {
    let path = std::env::var("PATH").unwrap_or_else(|_| "/usr/bin:/bin".into());
    vec![
        ("PATH", path),
        ("HOME", home.display().to_string()),
        ("LANG", "C.UTF-8".into()),
        ("TERM", "xterm-256color".into()),
    ]
}

/// What a stream must carry.
#[derive(Debug)]
enum Expected {
    Exactly(String),
    Parts(Vec<String>),
}

impl Expected {
    fn part(&mut self, part: &str) {
        match self {
            Self::Parts(parts) => parts.push(part.into()),
            Self::Exactly(_) => *self = Self::Parts(vec![part.into()]),
        }
    }

    fn holds(&self, text: &str) -> bool {
        match self {
            Self::Exactly(whole) => whole == text,
            Self::Parts(parts) => parts.iter().all(|part| text.contains(part)),
        }
    }
}

/// One run of a program: what it is given, and what it must show.
pub(crate) struct Run {
    program: String,
    args: Vec<String>,
    stdin: Vec<u8>,
    home: TempDir,
    stdout: Expected,
    stderr: Expected,
}

impl Run {
    /// A program with no arguments, no input, an empty home, that must show nothing.
    pub(crate) fn new(program: &str) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            stdin: Vec::new(),
            home: tempfile::tempdir().expect("a temporary folder"),
            stdout: Expected::Exactly(String::new()),
            stderr: Expected::Exactly(String::new()),
        }
    }

    /// Further arguments.
    pub(crate) fn args<S: AsRef<str>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args
            .extend(args.into_iter().map(|arg| arg.as_ref().to_string()));
        self
    }

    /// All of its standard input.
    pub(crate) fn stdin(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.stdin = input.into();
        self
    }

    /// A file in its home, which is its current folder too.
    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.home.path().join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).expect("a folder in the temporary home");
        }
        fs::write(path, content).expect("a file in the temporary home");
        self
    }

    /// The whole of standard output, the end of its last line left out.
    pub(crate) fn stdout(mut self, text: &str) -> Self {
        self.stdout = Expected::Exactly(text.into());
        self
    }

    /// Something that standard output must contain.
    pub(crate) fn stdout_has(mut self, part: &str) -> Self {
        self.stdout.part(part);
        self
    }

    /// The whole of standard error, the end of its last line left out.
    pub(crate) fn stderr(mut self, text: &str) -> Self {
        self.stderr = Expected::Exactly(text.into());
        self
    }

    /// Something that standard error must contain.
    pub(crate) fn stderr_has(mut self, part: &str) -> Self {
        self.stderr.part(part);
        self
    }

    /// Runs it to its end and compares; gives what it showed, for a closer look.
    #[track_caller]
    pub(crate) fn status(self, code: i32) -> Shown {
        let mut program = self.spawn();
        let ended = program.end(DEADLINE);
        let shown = Shown {
            stdout: ended.stdout,
            stderr: ended.stderr,
        };
        let right = ended.status.code() == Some(code)
            && self
                .stdout
                .holds(shown.stdout.strip_suffix('\n').unwrap_or(&shown.stdout))
            && self
                .stderr
                .holds(shown.stderr.strip_suffix('\n').unwrap_or(&shown.stderr));
        assert!(
            right,
            "\n`{} {}`\nexpected status {code}, stdout {:#?}, stderr {:#?}\n\
             -- it ended with {}; its stdout:\n{}\n-- its stderr:\n{}\n--",
            self.program,
            self.args.join(" "),
            self.stdout,
            self.stderr,
            ended.status,
            shown.stdout,
            shown.stderr,
        );
        shown
    }

    /// Runs it to its end; gives its exit code and standard output, whatever they are.
    #[track_caller]
    pub(crate) fn any_status(self) -> (i32, String) {
        let ended = self.spawn().end(DEADLINE);
        (ended.status.code().unwrap_or(-1), ended.stdout)
    }

    /// Starts it and leaves it running.
    #[track_caller]
    pub(crate) fn start(self) -> Program {
        let mut program = self.spawn();
        program.home = Some(self.home);
        program
    }

    #[track_caller]
    fn spawn(&self) -> Program {
        let mut command = Command::new(&self.program);
        command
            .args(&self.args)
            .env_clear()
            .envs(clean_environment(self.home.path()))
            .current_dir(self.home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = self.stdin.clone();
        // A program that ends early closes its input: that is no fault of the test's.
        thread::spawn(move || drop(stdin.write_all(&input)));
        let stdout = child.stdout.take().map(lines).expect("a pipe");
        let stderr = child.stderr.take().map(lines).expect("a pipe");
        let heard = String::new();
        Program {
            child,
            stdout,
            stderr,
            heard,
            home: None,
        }
    }
}

/// What a program showed.
pub(crate) struct Shown {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A program that runs. It is killed when this is dropped.
pub(crate) struct Program {
    child: Child,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
    heard: String,
    home: Option<TempDir>,
}

/// A program that has ended.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Program {
    /// The next line that it prints, without its end.
    #[track_caller]
    pub(crate) fn next_line(&mut self) -> String {
        let line = match self.stdout.recv_timeout(DEADLINE) {
            Ok(line) => line,
            Err(error) => {
                // What it complained of says more than the missing line.
                let _ = self.child.kill();
                let complaint: String = self.stderr.iter().collect();
                panic!("no further line ({error}); its stderr: {complaint}");
            }
        };
        self.heard.push_str(&line);
        line.trim_end_matches('\n').to_string()
    }

    /// The next line that it prints within this time, without its end.
    pub(crate) fn line_within(&mut self, limit: Duration) -> Result<String, RecvTimeoutError> {
        let line = self.stdout.recv_timeout(limit)?;
        self.heard.push_str(&line);
        Ok(line.trim_end_matches('\n').to_string())
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ctrl-C, as a terminal sends it.
    #[track_caller]
    pub(crate) fn interrupt(&self) {
        let sent = Command::new("kill")
            .args(["-INT", &self.id().to_string()])
            .status();
        assert!(
            sent.is_ok_and(|status| status.success()),
            "the signal cannot be sent"
        );
    }

    /// Waits for its end; gives all that it showed.
    #[track_caller]
    pub(crate) fn end(&mut self, patience: Duration) -> Ended {
        let end = Instant::now() + patience;
        let rest = self.rest(false, end);
        let stdout = std::mem::take(&mut self.heard) + rest.as_str();
        let stderr = self.rest(true, end);
        let status = self.child.wait().expect("the child can be waited for");
        Ended {
            status,
            stdout,
            stderr,
        }
    }

    #[track_caller]
    fn rest(&mut self, of_stderr: bool, end: Instant) -> String {
        let mut text = String::new();
        loop {
            let lines = if of_stderr {
                &self.stderr
            } else {
                &self.stdout
            };
            match lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => text.push_str(&line),
                Err(RecvTimeoutError::Disconnected) => return text,
                Err(RecvTimeoutError::Timeout) => {
                    let _ = self.child.kill();
                    panic!(
                        "it did not end in time; so far it showed:\n{}{text}",
                        self.heard
                    );
                }
            }
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines of a stream, with their ends, as they come.
fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        let mut line = Vec::new();
        while stream
            .read_until(b'\n', &mut line)
            .is_ok_and(|length| length > 0)
        {
            if sender
                .send(String::from_utf8_lossy(&line).into_owned())
                .is_err()
            {
                return;
            }
            line.clear();
        }
    });
    receiver
}

/// Ports that lessons fix, for one test alone.
pub(crate) struct FixedPorts {
    /// Where the machine gives no network of one's own: other tests wait until it is closed.
    _lock: Option<File>,
}

impl FixedPorts {
    /// Those of the network that this test has for itself.
    pub(crate) fn of_own_network() -> Self {
        Self { _lock: None }
    }

    /// Those of the machine; waits for other tests, in this program and in others.
    pub(crate) fn of_the_machine() -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixed-ports");
        let file = File::create(path).expect("a file in the folder of the tests");
        file.lock().expect("files can be locked");
        Self { _lock: Some(file) }
    }
}

/// `socklab` in a network of its own, where the machine gives one.
pub(crate) fn socklab_alone(args: &[&str]) -> (Run, FixedPorts) {
    if !network_namespaces() {
        return (socklab().args(args), FixedPorts::of_the_machine());
    }
    // No client is given the port that lessons teach: its ended connection would hold it for a minute.
    let script = "ip link set lo up && \
                  { echo 50000 > /proc/sys/net/ipv4/ip_local_reserved_ports; } 2> /dev/null; \
                  exec \"$@\"";
    let run = Run::new("unshare").args(["-rn", "sh", "-c", script, "sh", SOCKLAB]);
    (run.args(args), FixedPorts::of_own_network())
}

/// Waits until the program's console `main` is inside a call that cannot go on: a signal sent
/// earlier would strike the statement between its calls, which means something else.
#[track_caller]
pub(crate) fn wait_until_blocked(id: u32) {
    if !cfg!(target_os = "linux") {
        return;
    }
    let end = Instant::now() + DEADLINE;
    while !is_blocked(id, "main") {
        assert!(Instant::now() < end, "it does not wait in a call");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Whether a console's thread sleeps in a call. One that has nothing to evaluate sleeps too, in
/// futex(2).
pub(crate) fn is_blocked(id: u32, console: &str) -> bool {
    let Ok(threads) = fs::read_dir(format!("/proc/{id}/task")) else {
        return false;
    };
    let of = |folder: &Path, file: &str| fs::read_to_string(folder.join(file)).unwrap_or_default();
    threads.flatten().map(|thread| thread.path()).any(|folder| {
        // "0" is no place: it runs.
        let (name, place) = (of(&folder, "comm"), of(&folder, "wchan"));
        let in_call = !["", "0"].contains(&place.trim()) && !place.contains("futex");
        in_call && name.trim() == console && of(&folder, "stat").contains(") S ")
    })
}
