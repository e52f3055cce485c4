//! A program of the learner's: started as often as a check needs it, watched, and stopped with
//! all that it started.

mod captured_output;
mod group;
mod port_state;
mod server_start;
mod turn;
mod wake;

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use self::captured_output::{OutputReader, ProgramOutput};
use self::group::ProcessGroup;
pub(crate) use self::server_start::StartFailure;
use self::turn::PortTurn;
use super::error::{Cause, Fault};
use super::network::Network;
use crate::net::port_owner;
use crate::net::sys::{numbers, process_group};

/// How long killed processes may take to be gone.
const GRACE: Duration = Duration::from_secs(2);
/// How long we wait for a busy program to come to rest before Ctrl-C.
const REST: Duration = Duration::from_secs(1);
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
pub(crate) struct ProgramEnd {
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

impl ProgramEnd {
    /// "ended with exit code 1".
    pub(crate) fn in_words(&self) -> String {
        match (self.code, self.signal) {
            (_, Some(numbers::SIGINT)) => "was ended by Ctrl-C".into(),
            (_, Some(numbers::SIGPIPE)) => "was ended by SIGPIPE".into(),
            (_, Some(numbers::SIGSEGV)) => "was ended by SIGSEGV, a wrong use of memory".into(),
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
    state: Mutex<ProgramState>,
    written: Mutex<ProgramOutput>,
}

#[derive(Debug, Default)]
struct ProgramState {
    live: Option<Live>,
    /// The port on which it listened when it was last started as a server.
    port: Option<u16>,
    /// Why it does not listen, where it was to when it was started last.
    failure: Option<StartFailure>,
    /// It has listened as it was to, in one of its runs.
    listened: bool,
    /// Our turn with the port.
    turn: Option<(u16, PortTurn)>,
    /// The time that a start may take, where it is not the usual one.
    patience: Option<Duration>,
    /// What a start waits for now, and since when.
    awaited: Option<(String, Instant)>,
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

    /// Starts it on the machine of `network` with further arguments, and does not wait for anything.
    /// Errors: those of the program itself, and EBUSY when it runs already.
    pub(crate) fn run(&self, network: &dyn Network, args: &[OsString]) -> Result<(), Fault> {
        {
            let mut state = self.lock();
            (state.port, state.failure) = (None, None);
        }
        self.launch(network, args, None, true)
    }

    /// Starts the process: the one place that does. `descriptors` is how many it may have open.
    fn launch(
        &self,
        network: &dyn Network,
        args: &[OsString],
        descriptors: Option<u32>,
        may_end: bool,
    ) -> Result<(), Fault> {
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
        if let Some(most) = descriptors {
            process_group::limit_descriptors(&mut command, most);
        }
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

    fn lock(&self) -> MutexGuard<'_, ProgramState> {
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

    /// Why it does not listen, where it was to when it was started last.
    pub(crate) fn start_failure(&self) -> Option<StartFailure> {
        self.lock().failure.clone()
    }

    /// Where it listens, as far as the system tells; in order.
    pub(crate) fn listens_at(&self, tables: &Path) -> Vec<SocketAddr> {
        match &self.lock().live {
            Some(live) => port_owner::listeners(tables, |pid| live.group.owns(pid)),
            None => Vec::new(),
        }
    }

    /// Whether it runs: started, and not ended yet.
    pub(crate) fn is_running(&self) -> bool {
        self.lock()
            .live
            .as_ref()
            .is_some_and(|live| !live.group.leader_has_ended())
    }

    /// Whether it ended although it was to go on: a server that nobody told to end.
    pub(crate) fn has_died(&self) -> bool {
        let unasked = |live: &Live| !live.may_end && live.group.leader_has_ended();
        self.lock().live.as_ref().is_some_and(unasked)
    }

    /// How it ended, if it did so although it was to go on.
    pub(crate) fn died(&self) -> Option<ProgramEnd> {
        if !self.has_died() {
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

    /// Has all its processes stand still, or go on.
    pub(crate) fn freeze(&self, still: bool) {
        if let Some(live) = &self.lock().live {
            live.group.freeze(still);
        }
    }

    /// The seconds of processor time that it took so far; none where the system does not tell.
    pub(crate) fn processor_seconds(&self) -> Option<f64> {
        let state = self.lock();
        group::processor_seconds(state.live.as_ref()?.group.marked())
    }

    /// How many descriptors it has open; none where the system does not tell.
    pub(crate) fn descriptors(&self) -> Option<usize> {
        let state = self.lock();
        group::descriptors(state.live.as_ref()?.group.marked())
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
    pub(crate) fn wait(
        &self,
        limit: Duration,
        pause: Pause<'_>,
    ) -> Result<Option<ProgramEnd>, Fault> {
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
    pub(crate) fn stop(&self, grace: Duration, pause: Pause<'_>) -> Result<ProgramEnd, Fault> {
        self.interrupt(pause)?;
        match self.wait(grace, pause)? {
            Some(ended) => Ok(ended),
            None => self
                .end()
                .ok_or_else(|| Cause::Unknown("the program does not run".into()).into()),
        }
    }

    /// Ends it at once, and all that it started.
    pub(crate) fn end(&self) -> Option<ProgramEnd> {
        let killed = self.is_running();
        let live = self.lock().live.take()?;
        Some(self.reap(live, killed))
    }

    fn reap_if_ended(&self) -> Option<ProgramEnd> {
        let mut state = self.lock();
        if !state.live.as_ref()?.group.leader_has_ended() {
            return None;
        }
        let live = state.live.take()?;
        drop(state);
        Some(self.reap(live, false))
    }

    /// Kills what is left, waits for it, and gathers what it wrote.
    fn reap(&self, mut live: Live, killed: bool) -> ProgramEnd {
        live.group.kill();
        // From here on the number may be another's.
        live.group.release();
        let status = live.child.wait();
        let deadline = Instant::now() + GRACE;
        while live.group.has_members() && Instant::now() < deadline {
            std::thread::sleep(LOOK);
        }
        live.reader.finish();
        let status = status.as_ref();
        ProgramEnd {
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
