//! Process groups: to signal them, to wait for them, and to have them end when we do.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::Once;
use std::sync::atomic::{AtomicI32, Ordering};

use super::super::platform;

/// The groups that are killed when we are told to end; 0 is a free place.
static GROUPS: [AtomicI32; 8] = [const { AtomicI32::new(0) }; 8];

/// Has a program die with us, where the system can do that (Linux).
pub(crate) fn die_with_us(command: &mut Command) {
    platform::die_with_us(command);
}

/// Has a group killed when we are told to end, until [`release`].
pub(crate) fn end_with_us(group: i32) {
    catch_ends();
    for place in &GROUPS {
        let free = place.compare_exchange(0, group, Ordering::SeqCst, Ordering::SeqCst);
        if free.is_ok() {
            break;
        }
    }
}

/// Lets a group live on when we end.
pub(crate) fn release(group: i32) {
    for place in &GROUPS {
        let _ = place.compare_exchange(group, 0, Ordering::SeqCst, Ordering::SeqCst);
    }
}

/// Has a program begin with room for so many open descriptors and no more (setrlimit(2)).
pub(crate) fn limit_descriptors(command: &mut Command, most: u32) {
    // SAFETY: plain integers, for which zeros are valid.
    let mut limit: libc::rlimit = unsafe { std::mem::zeroed() };
    // SAFETY: `limit` has room for what the call writes.
    unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) };
    // Only root may ask for more than there is.
    limit.rlim_max = limit.rlim_max.min(libc::rlim_t::from(most));
    limit.rlim_cur = limit.rlim_max;
    // SAFETY: between fork and exec only setrlimit(2) is called, which is async-signal-safe.
    unsafe {
        command.pre_exec(
            move || match libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) {
                result if result < 0 => Err(io::Error::last_os_error()),
                _ => Ok(()),
            },
        );
    }
}

/// Has a group stand still until [`thaw_group`].
pub(crate) fn freeze_group(group: i32) {
    signal_group(group, libc::SIGSTOP);
}

/// Has a group go on.
pub(crate) fn thaw_group(group: i32) {
    signal_group(group, libc::SIGCONT);
}

/// The parts of a second in which times of processes are counted (sysconf(3)).
pub(crate) fn ticks_a_second() -> i64 {
    // SAFETY: sysconf(3) takes a number.
    unsafe { libc::sysconf(libc::_SC_CLK_TCK) }.max(1)
}

/// Sends SIGINT to a group, as Ctrl-C does.
pub(crate) fn interrupt_group(group: i32) {
    signal_group(group, libc::SIGINT);
}

/// Kills a group.
pub(crate) fn kill_group(group: i32) {
    signal_group(group, libc::SIGKILL);
}

fn signal_group(group: i32, signal: libc::c_int) {
    if group > 0 {
        // SAFETY: killpg(2) takes two numbers.
        unsafe { libc::killpg(group, signal) };
    }
}

/// Kills a process.
pub(crate) fn kill(process: i32) {
    if process > 0 {
        // SAFETY: kill(2) takes two numbers.
        unsafe { libc::kill(process, libc::SIGKILL) };
    }
}

/// Whether a child has ended. It can still be waited for.
pub(crate) fn has_ended(child: i32) -> bool {
    let id = libc::id_t::try_from(child).unwrap_or(0);
    let flags = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
    // SAFETY: the structure is zeroed, which is valid for it, and lives through the call.
    unsafe {
        let mut told: libc::siginfo_t = std::mem::zeroed();
        let done = libc::waitid(libc::P_PID, id, &raw mut told, flags);
        done < 0 || told.si_pid() != 0
    }
}

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

/// Has the groups killed at SIGTERM, and at SIGHUP of a closed terminal.
fn catch_ends() {
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
