//! A program in a process group of its own: it and all that it starts can be stopped together,
//! also when this process is told to end.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::net::sys::process_group;

/// The variable of the environment that marks what a program starts, whatever group it goes to.
const MARK: &str = "SOCKLAB_PROGRAM";
static MARKS: AtomicU32 = AtomicU32::new(0);

/// A process group. When it is dropped, nothing of it lives.
#[derive(Debug)]
pub(crate) struct ProcessGroup {
    id: i32,
    /// What stands in the environment of its processes.
    mark: String,
    /// The processes that were there before it: to look into each of them takes long.
    before: HashSet<u32>,
}

/// Starts a command as the leader of a group of its own. Errors: ENOENT, EACCES, EAGAIN, EMFILE.
pub(crate) fn spawn(command: &mut Command) -> io::Result<(Child, ProcessGroup)> {
    let number = MARKS.fetch_add(1, Ordering::Relaxed);
    let mark = format!("{}.{number}", std::process::id());
    command.env(MARK, &mark).process_group(0);
    process_group::die_with_us(command);
    let before = processes().collect();
    let child = command.spawn()?;
    let id = i32::try_from(child.id()).unwrap_or(0);
    process_group::end_with_us(id);
    Ok((child, ProcessGroup { id, mark, before }))
}

impl ProcessGroup {
    /// Sends SIGINT, as Ctrl-C does.
    pub(crate) fn interrupt(&self) {
        process_group::interrupt_group(self.id);
    }

    /// Whether the leader has ended. It can still be waited for.
    pub(crate) fn leader_has_ended(&self) -> bool {
        process_group::has_ended(self.id)
    }

    /// Kills whatever of it lives. The leader must not have been reaped yet.
    pub(crate) fn kill(&self) {
        process_group::kill_group(self.id);
        // A number that another process had may be one of ours by now.
        for pid in processes().filter(|pid| self.has_mark(*pid)) {
            process_group::kill(i32::try_from(pid).unwrap_or(0));
        }
    }

    /// Has nothing killed by its number any more.
    pub(crate) fn release(&self) {
        process_group::release(self.id);
    }

    /// Whether something of it lives, as far as the system tells.
    pub(crate) fn has_members(&self) -> bool {
        self.marked().next().is_some()
    }

    /// Stops the group's time, or lets it go on.
    pub(crate) fn freeze(&self, still: bool) {
        if still {
            process_group::freeze_group(self.id);
        } else {
            process_group::thaw_group(self.id);
        }
    }

    /// Whether a process has our mark (Linux; elsewhere none is found).
    fn has_mark(&self, pid: u32) -> bool {
        let wanted = format!("{MARK}={}", self.mark);
        fs::read(format!("/proc/{pid}/environ")).is_ok_and(|all| {
            all.split(|byte| *byte == 0)
                .any(|one| one == wanted.as_bytes())
        })
    }

    /// Whether a process is one of ours, by its mark or its group, whatever it made of its
    /// environment (Linux).
    pub(crate) fn owns(&self, pid: u32) -> bool {
        if self.before.contains(&pid) {
            return false;
        }
        stat_field(pid, GROUP) == Some(self.id.into()) || self.has_mark(pid)
    }

    /// The living processes with our mark (Linux; elsewhere none is found).
    pub(crate) fn marked(&self) -> impl Iterator<Item = i32> {
        processes()
            .filter(|pid| !self.before.contains(pid) && self.has_mark(*pid))
            .filter_map(|pid| i32::try_from(pid).ok())
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.release();
    }
}

/// The processes there are (Linux; elsewhere none is found).
fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// The places of the group, and of the processor time for itself and for its calls, in ticks, among
/// the fields of `/proc/PID/stat` that follow the name (proc(5)).
const GROUP: usize = 2;
const TIMES: [usize; 2] = [11, 12];

/// A number of `/proc/PID/stat`; none where the system does not tell.
fn stat_field(pid: u32, field: usize) -> Option<i64> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in brackets, and may have brackets itself.
    let (_, rest) = text.rsplit_once(')')?;
    rest.split_whitespace().nth(field)?.parse().ok()
}

/// The seconds of processor time that processes took so far; none where the system does not tell.
pub(crate) fn processor_seconds(pids: impl Iterator<Item = i32>) -> Option<f64> {
    let mut all = None;
    for pid in pids.filter_map(|pid| u32::try_from(pid).ok()) {
        for field in TIMES {
            let ticks = stat_field(pid, field).unwrap_or_default();
            *all.get_or_insert(0) += ticks;
        }
    }
    #[allow(
        clippy::cast_precision_loss,
        reason = "ticks of a program that has just begun"
    )]
    all.map(|ticks| ticks as f64 / process_group::ticks_a_second() as f64)
}

/// How many descriptors processes have open in all; none where the system does not tell.
pub(crate) fn descriptors(pids: impl Iterator<Item = i32>) -> Option<usize> {
    let open = |pid| Some(fs::read_dir(format!("/proc/{pid}/fd")).ok()?.count());
    pids.filter_map(open).reduce(|all, one| all + one)
}

/// What is known of a process's threads: each at rest, and how often each has been so.
///
/// Two equal answers mean that nothing ran in between: every thread waits for something from
/// outside. None where the system does not tell, or where a thread runs.
pub(crate) fn at_rest(pids: impl Iterator<Item = i32>) -> Option<Vec<(String, String)>> {
    let mut counts = Vec::new();
    for pid in pids {
        for thread in fs::read_dir(format!("/proc/{pid}/task")).ok()?.flatten() {
            let status = fs::read_to_string(thread.path().join("status")).ok()?;
            let field = |name: &str| {
                let found = status.lines().find_map(|line| line.strip_prefix(name));
                found.map(|value| value.trim().to_string())
            };
            if !field("State:")?.starts_with('S') {
                return None;
            }
            let switches = field("voluntary_ctxt_switches:")?;
            let name = thread.path().as_os_str().to_string_lossy().into_owned();
            counts.push((name, switches));
        }
    }
    (!counts.is_empty()).then_some(counts)
}

/// Whether this system tells about threads at all.
pub(crate) fn tells() -> bool {
    fs::metadata(AsRef::<OsStr>::as_ref("/proc/self/task")).is_ok()
}
