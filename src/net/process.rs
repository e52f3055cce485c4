//! A program of the learner's: started as often as a check needs it, watched, and stopped with
//! all that it started.

mod group;
mod listening;
mod output;
mod wake;

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use self::group::ProcessGroup;
use self::listening::{does_not_listen, ended_before, free, listens, listens_elsewhere};
use self::output::{OutputReader, ProgramOutput};
use super::error::{Cause, Fault};
use super::network::Network;
use crate::net::port_owner;
use crate::net::sys::numbers;

/// How long a server may take until it listens; a check has ten seconds as a rule.
const START: Duration = Duration::from_secs(8);
/// How long one that listens elsewhere may take.
const ELSEWHERE: Duration = Duration::from_secs(2);
/// How long killed processes may take to be gone.
const GRACE: Duration = Duration::from_secs(2);
/// How long we wait for a busy program to come to rest before Ctrl-C.
const REST: Duration = Duration::from_secs(1);
/// How long the system may take to free the port of a program that was killed.
const LETTING_GO: Duration = Duration::from_secs(1);
/// Between two searches for the ports of a program that does not listen where it should.
const SEEK: Duration = Duration::from_millis(200);
/// Between two looks at a program.
const LOOK: Duration = Duration::from_millis(3);

/// How a program is started.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    /// The program and its arguments; not empty.
    pub(crate) words: Vec<OsString>,
    /// What it is told that it is called, where that is another name.
    pub(crate) called: Option<OsString>,
    /// What it finds on its standard input: little enough for a pipe (64 KiB).
    pub(crate) input: Option<Vec<u8>>,
}

/// How a program ended, and what it wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ended {
    /// The exit code, if it chose one.
    pub(crate) code: Option<i32>,
    /// The signal that ended it.
    pub(crate) signal: Option<i32>,
    /// It did not end in time, so we killed it.
    pub(crate) killed: bool,
    /// Its standard output.
    pub(crate) stdout: Vec<u8>,
    /// Its standard error.
    pub(crate) stderr: Vec<u8>,
}

impl Ended {
    /// "ended with exit code 1".
    pub(crate) fn in_words(&self) -> String {
        match (self.code, self.signal) {
            (_, Some(numbers::SIGINT)) => "was ended by Ctrl-C".into(),
            (_, Some(signal)) => format!("was ended by signal {signal}"),
            (code, None) => format!("ended with exit code {}", code.unwrap_or_default()),
        }
    }
}

/// Lets time pass between two looks: by sleeping, or so that Ctrl-C can end it.
pub(crate) type Pause<'a> = &'a mut dyn FnMut(Duration) -> Result<(), Cause>;

/// A pause that only sleeps.
#[allow(
    clippy::unnecessary_wraps,
    reason = "one of the ways to wait that may fail"
)]
pub(crate) fn sleeping(time: Duration) -> Result<(), Cause> {
    std::thread::sleep(time);
    Ok(())
}

/// The program. What lives of it is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Program {
    launch: Launch,
    state: Mutex<State>,
    written: Mutex<ProgramOutput>,
}

#[derive(Debug, Default)]
struct State {
    live: Option<Live>,
    /// The port on which it listened when it was last started as a server.
    port: Option<u16>,
    /// It was to listen when it was started last, and does not.
    failed: bool,
    /// Somebody else listened on its port when it was started last.
    taken: bool,
}

#[derive(Debug)]
struct Live {
    child: Child,
    group: ProcessGroup,
    reader: OutputReader,
    /// It was told to end, or ends by itself when its work is done.
    may_end: bool,
}

impl Program {
    /// A program that was not started yet.
    pub(crate) fn new(launch: Launch) -> Self {
        Self {
            launch,
            state: Mutex::default(),
            written: Mutex::default(),
        }
    }

    /// Starts it as a server on the machine of `network`, and waits until it listens on `port`, for
    /// eight seconds at most.
    ///
    /// The kernel's table tells; a connection only to try would count as a client. Errors:
    /// EADDRINUSE when somebody else listens there, EBUSY when it runs already, ENOENT and EACCES
    /// of the program itself; and why it does not listen, in words.
    pub(crate) fn start(
        &self,
        network: &dyn Network,
        port: u16,
        pause: Pause<'_>,
    ) -> Result<(), Fault> {
        let tables = network.socket_tables();
        {
            let mut state = self.lock();
            (state.port, state.failed, state.taken) = (None, true, false);
        }
        let begun = Instant::now();
        // What was killed a moment ago may still be letting go of it.
        while let Err(fault) = free(&tables, port) {
            if begun.elapsed() >= LETTING_GO {
                self.lock().taken = true;
                return Err(fault);
            }
            pause(LOOK)?;
        }
        self.launch(network, &[], false)?;
        self.wait_for_port(&tables, port, pause)?;
        let mut state = self.lock();
        state.port = Some(port);
        state.failed = false;
        Ok(())
    }

    /// Waits until the program listens on the port; the error says why it does not.
    fn wait_for_port(&self, tables: &Path, port: u16, pause: Pause<'_>) -> Result<(), Fault> {
        let begun = Instant::now();
        let mut sought = begun;
        // Since when it listens, and not on this port.
        let mut elsewhere: Option<Instant> = None;
        loop {
            let somebody_listens = listens(tables, port);
            if somebody_listens && !group::tells() {
                return Ok(());
            }
            // To ask every process for its sockets takes long.
            if somebody_listens || sought.elapsed() >= SEEK {
                sought = Instant::now();
                let ports = self.ports(tables);
                if ports.contains(&port) {
                    return Ok(());
                }
                elsewhere = (!ports.is_empty()).then(|| elsewhere.unwrap_or(sought));
                if elsewhere.is_some_and(|since| since.elapsed() >= ELSEWHERE) {
                    self.end();
                    return Err(listens_elsewhere(&ports, port));
                }
            }
            if let Some(ended) = self.reap_if_ended() {
                return Err(ended_before(&ended, tables, port));
            }
            if begun.elapsed() >= START {
                self.end();
                return Err(does_not_listen(port, START.as_secs()));
            }
            if let Err(cause) = pause(LOOK) {
                self.end();
                return Err(cause.into());
            }
        }
    }

    /// The ports on which it listens, as far as the system tells.
    fn ports(&self, tables: &Path) -> Vec<u16> {
        match &self.lock().live {
            Some(live) => port_owner::ports_of(tables, |pid| live.group.owns(pid)),
            None => Vec::new(),
        }
    }

    /// Starts it on the machine of `network` with further arguments, and does not wait for anything. Errors: those of the
    /// program itself, and EBUSY when it runs already.
    pub(crate) fn run(&self, network: &dyn Network, args: &[OsString]) -> Result<(), Fault> {
        self.lock().port = None;
        self.launch(network, args, true)
    }

    fn launch(&self, network: &dyn Network, args: &[OsString], may_end: bool) -> Result<(), Fault> {
        self.reap_if_ended();
        let mut state = self.lock();
        if state.live.is_some() {
            return Err(Cause::Os(numbers::EBUSY).noting("it runs already; `stop` ends it"));
        }
        let (program, first) = self
            .launch
            .words
            .split_first()
            .ok_or(Cause::Os(numbers::ENOENT))?;
        let mut command = Command::new(program);
        command.args(first).args(args);
        if let Some(called) = &self.launch.called {
            command.arg0(called);
        }
        let input = if self.launch.input.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        };
        command
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        network.place(&mut command)?;
        let (mut child, group) =
            group::spawn(&mut command).map_err(|error| unstartable(program, &error))?;
        if let (Some(mut stdin), Some(text)) = (child.stdin.take(), &self.launch.input) {
            // A program that does not read it says so by itself.
            let _ = stdin.write_all(text);
        }
        let streams = [
            child.stdout.take().map(OwnedFd::from),
            child.stderr.take().map(OwnedFd::from),
        ];
        let [Some(out), Some(err)] = streams else {
            return Err(Cause::Os(numbers::EBADF).into());
        };
        let written = ProgramOutput::default();
        let reader = match OutputReader::start([File::from(out), File::from(err)], written.clone())
        {
            Ok(reader) => reader,
            Err(cause) => {
                group.kill();
                let _ = child.wait();
                return Err(cause.into());
            }
        };
        *self.written.lock().unwrap_or_else(PoisonError::into_inner) = written;
        state.live = Some(Live {
            child,
            group,
            reader,
            may_end,
        });
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn written(&self) -> ProgramOutput {
        self.written
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The port on which it was last started as a server.
    pub(crate) fn port(&self) -> Option<u16> {
        self.lock().port
    }

    /// Whether it was to listen when it was started last, and did not.
    pub(crate) fn failed_to_start(&self) -> bool {
        self.lock().failed
    }

    /// Whether somebody else listened on its port when it was started last: it was not run then.
    pub(crate) fn found_port_taken(&self) -> bool {
        self.lock().taken
    }

    /// Whether it runs: started, and not ended yet.
    pub(crate) fn is_running(&self) -> bool {
        self.lock()
            .live
            .as_ref()
            .is_some_and(|live| !live.group.leader_has_ended())
    }

    /// How it ended, if it did so although it was to go on: a server that nobody told to end.
    pub(crate) fn died(&self) -> Option<Ended> {
        let unasked = |live: &Live| !live.may_end && live.group.leader_has_ended();
        if !self.lock().live.as_ref().is_some_and(unasked) {
            return None;
        }
        self.reap_if_ended()
    }

    /// What its last run wrote to standard output so far.
    pub(crate) fn stdout(&self) -> Vec<u8> {
        self.written().stdout()
    }

    /// What its last run wrote to standard error so far.
    pub(crate) fn stderr(&self) -> Vec<u8> {
        self.written().stderr()
    }

    /// The last of what its last run wrote since this was asked last.
    pub(crate) fn take_news(&self) -> Vec<u8> {
        self.written().take_news()
    }

    /// Waits until it waits itself, all its threads, for `limit` at most: what came to it so far
    /// is dealt with. Where the system does not tell, a short time passes.
    pub(crate) fn settle(&self, limit: Duration, pause: Pause<'_>) -> Result<(), Cause> {
        if !group::tells() {
            return pause(Duration::from_millis(100).min(limit));
        }
        let deadline = Instant::now() + limit;
        let mut before = None;
        while Instant::now() < deadline {
            let now = match &self.lock().live {
                Some(live) if !live.group.leader_has_ended() => group::at_rest(live.group.marked()),
                _ => return Ok(()),
            };
            if now.is_some() && now == before {
                return Ok(());
            }
            before = now;
            pause(LOOK)?;
        }
        Ok(())
    }

    /// Sends Ctrl-C to it and to all in its group, once it waits for something.
    pub(crate) fn interrupt(&self, pause: Pause<'_>) -> Result<(), Cause> {
        self.settle(REST, pause)?;
        if let Some(live) = &mut self.lock().live {
            live.may_end = true;
            live.group.interrupt();
        }
        Ok(())
    }

    /// Waits for its end; none when `limit` runs out first. What it started is killed then.
    pub(crate) fn wait(&self, limit: Duration, pause: Pause<'_>) -> Result<Option<Ended>, Fault> {
        let deadline = Instant::now() + limit;
        loop {
            if self.lock().live.is_none() {
                return Err(Cause::Unknown("the program does not run".into())
                    .noting("`start` or `run` starts it"));
            }
            if let Some(ended) = self.reap_if_ended() {
                return Ok(Some(ended));
            }
            if Instant::now() >= deadline {
                return Ok(None);
            }
            pause(LOOK)?;
        }
    }

    /// Stops it: Ctrl-C, and if that does not end it within `grace`, SIGKILL.
    pub(crate) fn stop(&self, grace: Duration, pause: Pause<'_>) -> Result<Ended, Fault> {
        self.interrupt(pause)?;
        match self.wait(grace, pause)? {
            Some(ended) => Ok(ended),
            None => self
                .end()
                .ok_or_else(|| Cause::Unknown("the program does not run".into()).into()),
        }
    }

    /// Ends it at once, and all that it started.
    pub(crate) fn end(&self) -> Option<Ended> {
        let killed = self.is_running();
        let live = self.lock().live.take()?;
        Some(self.reap(live, killed))
    }

    fn reap_if_ended(&self) -> Option<Ended> {
        let mut state = self.lock();
        if !state.live.as_ref()?.group.leader_has_ended() {
            return None;
        }
        let live = state.live.take()?;
        drop(state);
        Some(self.reap(live, false))
    }

    /// Kills what is left, waits for it, and gathers what it wrote.
    fn reap(&self, mut live: Live, killed: bool) -> Ended {
        live.group.kill();
        let status = live.child.wait();
        let deadline = Instant::now() + GRACE;
        while live.group.has_members() && Instant::now() < deadline {
            std::thread::sleep(LOOK);
        }
        live.reader.finish();
        let status = status.as_ref();
        Ended {
            code: status.ok().and_then(ExitStatus::code),
            signal: status.ok().and_then(ExitStatusExt::signal),
            killed,
            stdout: self.stdout(),
            stderr: self.stderr(),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.end();
    }
}

/// Why the program itself cannot be started.
fn unstartable(program: &OsStr, error: &io::Error) -> Fault {
    let name = program.to_string_lossy();
    let mend = match error.kind() {
        io::ErrorKind::NotFound => {
            format!("no program `{name}`; check its name, or give its path")
        }
        io::ErrorKind::PermissionDenied => {
            format!("`{name}` may not be run; `chmod +x {name}` allows it")
        }
        _ => format!("`{name}` cannot be started"),
    };
    match error.raw_os_error() {
        Some(number) => Cause::Os(number).noting(mend),
        None => Cause::Unknown(error.to_string()).noting(mend),
    }
}
