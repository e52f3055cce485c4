//! lesson: the same program, entered at its lesson command.

use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    socklab::cli::lesson_main(env::args_os()).into()
}
