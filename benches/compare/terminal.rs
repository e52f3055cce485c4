//! A program on a pseudo-terminal: how long it takes to answer a key.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::Child;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};

use crate::Outcome;

/// How long any answer may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// When nothing has been shown for so long, the program is done.
const QUIET: Duration = Duration::from_millis(15);

/// The terminal; the program in it is killed when this is dropped.
pub(crate) struct Terminal {
    pty: Arc<Pty>,
    child: Child,
    shown: Receiver<(Instant, Vec<u8>)>,
}

impl Terminal {
    /// Starts a program with a home of its own.
    pub(crate) fn start(program: &str, args: &[&str], home: &Path) -> Outcome<Self> {
        let (pty, end) = open()?;
        pty.resize(Size::new(24, 80))?;
        let child = Command::new(program)
            .args(args)
            .env("HOME", home)
            .env("TERM", "xterm-256color")
            .env_remove("XDG_STATE_HOME")
            .current_dir(home)
            .spawn(end)?;
        let pty = Arc::new(pty);
        let (sender, shown) = channel();
        let from = Arc::clone(&pty);
        thread::spawn(move || {
            let mut room = [0; 16_384];
            // A terminal whose program has ended reads as an error on Linux.
            while let Ok(count @ 1..) = (&*from).read(&mut room) {
                if sender
                    .send((Instant::now(), room[..count].to_vec()))
                    .is_err()
                {
                    return;
                }
            }
        });
        Ok(Self { pty, child, shown })
    }

    /// Waits until this has been shown; gives when.
    pub(crate) fn until(&self, wanted: &str) -> Outcome<Instant> {
        let wanted = wanted.as_bytes();
        let mut seen = Vec::new();
        loop {
            let (when, part) = self.shown.recv_timeout(PATIENCE).map_err(|_| {
                let seen = String::from_utf8_lossy(&seen);
                format!(
                    "`{}` was not shown: {seen}",
                    String::from_utf8_lossy(wanted)
                )
            })?;
            seen.extend(part);
            if seen.windows(wanted.len()).any(|part| part == wanted) {
                return Ok(when);
            }
        }
    }

    /// Sends keys.
    pub(crate) fn send(&self, keys: &str) -> Outcome<Instant> {
        let sent = Instant::now();
        (&*self.pty).write_all(keys.as_bytes())?;
        Ok(sent)
    }

    /// Sends keys, and gives how long it took until something was shown; then waits until nothing
    /// more is.
    pub(crate) fn answer(&self, keys: &str) -> Outcome<Duration> {
        let sent = self.send(keys)?;
        let (when, _) = self.shown.recv_timeout(PATIENCE)?;
        self.settle()?;
        Ok(when.duration_since(sent))
    }

    /// Waits until nothing more is shown.
    pub(crate) fn settle(&self) -> Outcome<()> {
        loop {
            match self.shown.recv_timeout(QUIET) {
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The most MiB that the program has held.
    pub(crate) fn memory(&self) -> Outcome<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        // Some kernels do not tell the most, only what is held now.
        let held = |key: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(key))?;
            line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok()
        };
        let kib = held("VmHWM:")
            .or_else(|| held("VmRSS:"))
            .ok_or("no figure of memory here")?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A program that has ended already cannot be killed, and that is well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
