//! socklab beside CPython and plain Rust: the same work, in turns, on this machine.
//!
//! `cargo bench --bench compare` prints the table and writes `target/compare.json`; a number behind
//! `--` asks for more rounds. Each round asks every side once, so that a slow moment of the machine
//! meets them all; the middle of a side's rounds counts.

#[path = "compare/plain.rs"]
mod plain;
#[path = "compare/table.rs"]
mod table;
#[path = "compare/work.rs"]
mod work;

use std::env;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use table::Row;
use work::{Figure, Work};

type Outcome<T> = Result<T, Box<dyn Error>>;

const ROUNDS: usize = 7;
const SOCKLAB: &str = env!("CARGO_BIN_EXE_socklab");
/// How long a program gets to begin to wait for its line.
const SETTLING: Duration = Duration::from_millis(300);

fn main() -> ExitCode {
    match compare() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _nobody_listens = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn compare() -> Outcome<()> {
    let given = env::args().skip(1).find_map(|word| word.parse().ok());
    let folder = tempfile::tempdir()?;
    let (python, sender) = (python()?, plain::sender()?);
    let mut rows = Vec::new();
    for work in work::all() {
        eprintln!("{}...", work.name);
        let sides = Sides {
            python: &python,
            folder: folder.path(),
            sender,
        };
        rows.push(measure(&work, given.unwrap_or(ROUNDS), &sides)?);
    }
    print!("{}", table::markdown(&rows, &versions(&python)));
    let json = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/compare.json");
    fs::write(&json, table::json(&rows))?;
    println!("\nwritten to {}", json.display());
    Ok(())
}

/// What all works need.
struct Sides<'a> {
    python: &'a str,
    folder: &'a Path,
    sender: SocketAddr,
}

/// The interpreter itself: `python3` may be a script that looks for one.
fn python() -> Outcome<String> {
    let ask = "import sys; print(sys.executable)";
    let output = Command::new("python3").args(["-c", ask]).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_string())
}

/// All sides of a work, in turns.
fn measure(work: &Work, rounds: usize, sides: &Sides<'_>) -> Outcome<Row> {
    let mut row = Row::of(work);
    for round in 0..=rounds {
        let python = side(work, Command::new(sides.python), &work.python, sides)?;
        let mut command = Command::new(SOCKLAB);
        command.env("HOME", sides.folder);
        if work.figure == Figure::Told {
            command.arg("run");
        }
        let socklab = side(work, command, &work.rhai, sides)?;
        let plain = work.plain.map(|plain| plain(sides.sender)).transpose()?;
        if round > 0 {
            // The first one brings the files into memory.
            row.add(python, socklab, plain);
        }
    }
    Ok(row)
}

fn side(work: &Work, mut command: Command, program: &str, sides: &Sides<'_>) -> Outcome<f64> {
    match work.figure {
        Figure::Process => whole(command.args(["-c", "1"])),
        Figure::Memory => memory(&mut command),
        Figure::Told => {
            let path = sides.folder.join("work");
            fs::write(&path, program)?;
            told(command.arg(path).arg(sides.sender.port().to_string()))
        }
    }
}

/// The seconds that a whole process takes.
fn whole(command: &mut Command) -> Outcome<f64> {
    let start = Instant::now();
    let output = command.output()?;
    let took = start.elapsed().as_secs_f64();
    if output.status.success() {
        Ok(took)
    } else {
        Err(format!("{command:?} failed").into())
    }
}

/// The most MiB that a program has held when it waits for a line.
fn memory(command: &mut Command) -> Outcome<f64> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()?;
    thread::sleep(SETTLING);
    let status = fs::read_to_string(format!("/proc/{}/status", child.id()));
    child.kill()?;
    child.wait()?;
    let status = status?;
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

/// The figure that a program prints in its last line.
fn told(command: &mut Command) -> Outcome<f64> {
    let output = command.output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let figure = text
        .lines()
        .last()
        .and_then(|line| line.trim().parse().ok());
    figure.ok_or_else(|| {
        let said = String::from_utf8_lossy(&output.stderr);
        format!("{command:?} told no figure: {text}{said}").into()
    })
}

fn versions(python: &str) -> String {
    let ask = |program: &str, args: &[&str]| {
        let output = Command::new(program).args(args).output().ok();
        output.map_or_else(String::new, |output| {
            String::from_utf8_lossy(&output.stdout).trim().to_string()
        })
    };
    format!(
        "{}; {}; {}; {} processors; {}",
        ask("uname", &["-srm"]),
        ask(python, &["--version"]),
        ask(SOCKLAB, &["--version"]),
        std::thread::available_parallelism().map_or(0, usize::from),
        ask("date", &["+%Y-%m-%d"])
    )
}
