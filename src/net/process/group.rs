//! A program in a process group of its own: it and all that it starts can be stopped together,
//! also when this process is told to end.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::sync::Once;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};

/// The variable of the environment that marks what a program starts, whatever group it goes to.
const MARK: &str = "SOCKLAB_PROGRAM";
/// The groups that live; 0 is a free place.
static GROUPS: [AtomicI32; 8] = [const { AtomicI32::new(0) }; 8];
static MARKS: AtomicU32 = AtomicU32::new(0);

/// A process group. When it is dropped, nothing of it lives.
#[derive(Debug)]
pub(crate) struct Group {
    id: libc::pid_t,
    /// What stands in the environment of its processes.
    mark: String,
}

/// Starts a command as the leader of a group of its own. Errors: ENOENT, EACCES, EAGAIN, EMFILE.
pub(crate) fn spawn(command: &mut Command) -> io::Result<(Child, Group)> {
    end_with_us();
    let number = MARKS.fetch_add(1, Ordering::Relaxed);
    let mark = format!("{}.{number}", std::process::id());
    command.env(MARK, &mark).process_group(0);
    die_with_us(command);
    let child = command.spawn()?;
    let id = libc::pid_t::try_from(child.id()).unwrap_or(0);
    for place in &GROUPS {
        let free = place.compare_exchange(0, id, Ordering::SeqCst, Ordering::SeqCst);
        if free.is_ok() {
            break;
        }
    }
    Ok((child, Group { id, mark }))
}

impl Group {
    /// Sends SIGINT, as Ctrl-C does.
    pub(crate) fn interrupt(&self) {
        self.send(libc::SIGINT);
    }

    fn send(&self, signal: libc::c_int) {
        if self.id > 0 {
            // SAFETY: killpg(2) takes any number. The group is ours: its leader is not reaped yet,
            // so nobody else can have its id.
            unsafe { libc::killpg(self.id, signal) };
        }
    }

    /// Whether the leader has ended. It can still be waited for.
    pub(crate) fn leader_has_ended(&self) -> bool {
        let id = libc::id_t::try_from(self.id).unwrap_or(0);
        let flags = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
        // SAFETY: the structure is zeroed, which is valid for it, and lives through the call.
        unsafe {
            let mut told: libc::siginfo_t = std::mem::zeroed();
            let done = libc::waitid(libc::P_PID, id, &raw mut told, flags);
            done < 0 || told.si_pid() != 0
        }
    }

    /// Kills whatever of it lives. The leader must not have been reaped yet.
    pub(crate) fn kill(&self) {
        self.send(libc::SIGKILL);
        for pid in self.marked() {
            // SAFETY: kill(2) takes any number; the process has our mark.
            unsafe { libc::kill(pid, libc::SIGKILL) };
        }
    }

    /// Whether something of it lives, as far as the system tells.
    pub(crate) fn has_members(&self) -> bool {
        self.marked().next().is_some()
    }

    /// Whether a process is one of ours (Linux; elsewhere none is found).
    pub(crate) fn includes(&self, pid: u32) -> bool {
        let wanted = format!("{MARK}={}", self.mark);
        fs::read(format!("/proc/{pid}/environ")).is_ok_and(|all| {
            all.split(|byte| *byte == 0)
                .any(|one| one == wanted.as_bytes())
        })
    }

    /// The living processes with our mark (Linux; elsewhere none is found).
    pub(crate) fn marked(&self) -> impl Iterator<Item = libc::pid_t> {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        entries
            .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
            .filter(|pid| self.includes(*pid))
            .filter_map(|pid| libc::pid_t::try_from(pid).ok())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        for place in &GROUPS {
            let _ = place.compare_exchange(self.id, 0, Ordering::SeqCst, Ordering::SeqCst);
        }
    }
}

/// Has the program killed when we die without a chance to do it (prctl(2), Linux).
#[cfg(target_os = "linux")]
fn die_with_us(command: &mut Command) {
    // SAFETY: between fork and exec only prctl(2) is called, which is async-signal-safe.
    unsafe {
        command.pre_exec(|| {
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
            Ok(())
        });
    }
}

#[cfg(not(target_os = "linux"))]
fn die_with_us(_command: &mut Command) {}

extern "C" fn on_end(signal: libc::c_int) {
    for place in &GROUPS {
        let group = place.load(Ordering::SeqCst);
        if group > 0 {
            // SAFETY: killpg(2) is async-signal-safe; a group that is gone is no harm.
            unsafe { libc::killpg(group, libc::SIGKILL) };
        }
    }
    // SAFETY: raise(3) is async-signal-safe. The handler was taken away when we came here, so that
    // the signal now does what it does by itself.
    unsafe { libc::raise(signal) };
}

/// Has the groups killed when we are told to end: SIGTERM, and SIGHUP of a closed terminal.
fn end_with_us() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for signal in [libc::SIGTERM, libc::SIGHUP] {
            // SAFETY: the structures are zeroed and then filled; the handler only makes calls that
            // are async-signal-safe. A signal that is ignored, as under nohup(1), stays so.
            unsafe {
                let mut before: libc::sigaction = std::mem::zeroed();
                libc::sigaction(signal, std::ptr::null(), &raw mut before);
                if before.sa_sigaction != libc::SIG_DFL {
                    continue;
                }
                let mut action: libc::sigaction = std::mem::zeroed();
                action.sa_sigaction = on_end as *const () as libc::sighandler_t;
                action.sa_flags = libc::SA_RESETHAND;
                libc::sigemptyset(&raw mut action.sa_mask);
                libc::sigaction(signal, &raw const action, std::ptr::null_mut());
            }
        }
    });
}

/// What is known of a process's threads: each at rest, and how often each has been so.
///
/// Two equal answers mean that nothing ran in between: every thread waits for something from
/// outside. None where the system does not tell, or where a thread runs.
pub(crate) fn at_rest(pids: impl Iterator<Item = libc::pid_t>) -> Option<Vec<(String, String)>> {
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
