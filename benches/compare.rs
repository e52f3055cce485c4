//! socklab beside CPython and plain Rust: the same work, in turns, on this machine.
//!
//! `cargo bench --bench compare` prints the tables and writes `target/compare.json`; a number behind
//! `--` asks for another count of rounds, a word for the works whose names have it. Each round asks
//! every side once, so that a slow moment of the machine meets them all; the middle of a side's
//! rounds counts.

#[path = "compare/alone.rs"]
mod alone;
#[path = "compare/lessons.rs"]
mod lessons;
#[path = "compare/plain.rs"]
mod plain;
#[path = "compare/served.rs"]
mod served;
#[path = "compare/table.rs"]
mod table;
#[path = "compare/terminal.rs"]
mod terminal;
#[path = "compare/work.rs"]
mod work;

use std::env;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use plain::Peers;
use table::Row;
use terminal::Terminal;
use work::{Figure, Work};

type Outcome<T> = Result<T, Box<dyn Error>>;

const ROUNDS: usize = 7;
const SOCKLAB: &str = env!("CARGO_BIN_EXE_socklab");
/// What the first prompt shows.
const PROMPT: &str = "socklab> ";

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
    let words: Vec<String> = env::args().skip(1).collect();
    let rounds = words.iter().find_map(|word| word.parse().ok());
    let rounds = rounds.unwrap_or(ROUNDS);
    // Cargo adds options of its own.
    let wanted = words
        .iter()
        .find(|word| !word.starts_with('-') && word.parse::<usize>().is_err());
    let is_wanted = |name: &str| wanted.is_none_or(|wanted| name.contains(wanted.as_str()));
    let folder = tempfile::tempdir()?;
    let sides = Sides {
        python: python()?,
        folder: folder.path(),
        peers: Peers::start()?,
    };
    let mut rows = Vec::new();
    let works = work::all()
        .into_iter()
        .chain(lessons::works(folder.path())?);
    for work in works.filter(|work| is_wanted(work.name)) {
        eprintln!("{}...", work.name);
        rows.push(measure(&work, rounds, &sides)?);
    }
    let alone = if is_wanted("alone") {
        eprintln!("socklab alone...");
        alone::all(folder.path(), rounds)?
    } else {
        Vec::new()
    };
    print!(
        "{}",
        table::markdown(&rows, &alone, &versions(&sides.python))
    );
    let json = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/compare.json");
    fs::write(&json, table::json(&rows, &alone))?;
    println!("\nwritten to {}", json.display());
    Ok(())
}

/// What all works need.
struct Sides<'a> {
    python: String,
    folder: &'a Path,
    peers: Peers,
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
        let python = side(work, Side::Python, sides)?;
        let socklab = side(work, Side::Socklab, sides)?;
        let plain = work.plain.map(|plain| plain(&sides.peers)).transpose()?;
        if round > 0 {
            // The first one brings the files into memory.
            row.add(python, socklab, plain);
        }
    }
    Ok(row)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Python,
    Socklab,
}

fn side(work: &Work, side: Side, sides: &Sides<'_>) -> Outcome<f64> {
    let (program, source) = match side {
        Side::Python => (sides.python.as_str(), &work.python),
        Side::Socklab => (SOCKLAB, &work.rhai),
    };
    let mut command = Command::new(program);
    command.env("HOME", sides.folder);
    let script = |command: &mut Command| -> Outcome<()> {
        let path = sides.folder.join("work");
        fs::write(&path, source)?;
        if side == Side::Socklab {
            command.arg("run");
        }
        command.arg(path);
        Ok(())
    };
    match &work.figure {
        Figure::Process(python, socklab) => whole(command.args(match side {
            Side::Python => python,
            Side::Socklab => socklab,
        })),
        Figure::Prompt | Figure::Memory => {
            let start = Instant::now();
            let (args, prompt): (&[&str], _) = match side {
                Side::Python => (&["-q"], ">>> "),
                Side::Socklab => (&[], PROMPT),
            };
            let terminal = Terminal::start(program, args, sides.folder)?;
            let shown = terminal.until(prompt)?;
            if work.figure == Figure::Prompt {
                return Ok(shown.duration_since(start).as_secs_f64());
            }
            terminal.settle()?;
            terminal.memory()
        }
        Figure::StepRecord => {
            script(&mut command)?;
            told(command.args(sides.peers.ports()))
        }
        Figure::Served(clients) => {
            script(&mut command)?;
            served::serve(&mut command, *clients)
        }
    }
}

/// The seconds that a whole process takes.
fn whole(command: &mut Command) -> Outcome<f64> {
    let start = Instant::now();
    let output = command.output()?;
    let took = start.elapsed().as_secs_f64();
    if output.status.success() {
        return Ok(took);
    }
    let (said, told) = (&output.stdout, &output.stderr);
    let (said, told) = (String::from_utf8_lossy(said), String::from_utf8_lossy(told));
    Err(format!("{command:?} failed: {said}{told}").into())
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
