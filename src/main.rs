//! socklab: argv in, exit code out.

use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    socklab::cli::main(env::args_os()).into()
}
