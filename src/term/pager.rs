//! More than a screen, a page at a time: the person's own pager, run as a process.

use std::env;
use std::io::Write;
use std::process::{Command, Stdio};

/// Shows a text in a pager; false where none could be started. `chosen` is a command line such as
/// `less -R`; without it `PAGER` counts, then `less`.
pub(crate) fn page(text: &str, chosen: Option<&str>) -> bool {
    let from_environment = env::var("PAGER").ok();
    let line = chosen.or(from_environment.as_deref()).unwrap_or("less");
    let Some((program, args)) = shlex::split(line).and_then(|words| {
        let (program, args) = words.split_first()?;
        Some((program.clone(), args.to_vec()))
    }) else {
        return false;
    };
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::piped());
    if env::var_os("LESS").is_none() {
        // Colours, no page for what fits, and what was shown stays: as git sets it. And what to press.
        command.env("LESS", "FRXPsSpace goes on, b goes back, q leaves$");
    }
    // What is typed at it by mistake starts no program and writes no file: see less(1), SECURITY.
    command.env("LESSSECURE", "1");
    let Ok(mut child) = command.spawn() else {
        return false;
    };
    if let Some(mut input) = child.stdin.take() {
        // Who has seen enough quits before the end.
        let _ = input
            .write_all(text.as_bytes())
            .and_then(|()| input.write_all(b"\n"));
    }
    // It was shown, however the pager ended.
    let _ = child.wait();
    true
}
