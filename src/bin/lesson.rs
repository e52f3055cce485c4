//! lesson: starts the `socklab` beside it under the name of `lesson`, by which it enters its lesson
//! command. A launcher, so that the program is linked once.

use std::env;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let program = match beside() {
        Ok(program) => program,
        Err(error) => {
            eprintln!("error: this program's own file is not to be found: {error}");
            return ExitCode::from(2);
        }
    };
    let error = Command::new(&program)
        .arg0("lesson")
        .args(env::args_os().skip(1))
        .exec();
    eprintln!(
        "error: {} cannot be started: {error}\n  `lesson` needs the `socklab` it was installed with, in the same folder",
        program.display()
    );
    ExitCode::from(2)
}

/// The `socklab` in the folder of this very file, wherever links lead to it from.
fn beside() -> io::Result<PathBuf> {
    let own = env::current_exe()?.canonicalize()?;
    Ok(own.with_file_name(format!("socklab{}", env::consts::EXE_SUFFIX)))
}
