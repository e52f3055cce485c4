//! How long it takes to start: to the first prompt, through `-c 1`, through a lesson; beside Python.
//!
//! `cargo bench --bench start` prints the table; a number behind `--` asks for more rounds.

use std::env;
use std::error::Error;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use pty_process::{Size, blocking};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Fewer rounds say little about a median.
const ROUNDS: usize = 20;
/// Rounds that are not counted: they bring the files into memory.
const WARM_UP: usize = 2;
/// What the first prompt shows.
const PROMPT: &[u8] = b"socklab> ";
const SOCKLAB: &str = env!("CARGO_BIN_EXE_socklab");
const LESSON: &str = "03-getaddrinfo";

/// One row of the table.
struct Work {
    name: String,
    kind: Kind,
    times: Vec<Duration>,
}

enum Kind {
    /// A process that ends by itself.
    Whole(PathBuf, Vec<&'static str>),
    /// socklab on a terminal, until its prompt shows.
    Prompt,
}

impl Work {
    fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            kind,
            times: Vec::new(),
        }
    }

    fn measure(&self, home: &Path) -> Outcome<Duration> {
        match &self.kind {
            Kind::Whole(program, args) => whole(program, args, home),
            Kind::Prompt => first_prompt(home),
        }
    }

    /// The middle time, in milliseconds.
    fn median(&self) -> f64 {
        let mut sorted: Vec<f64> = self
            .times
            .iter()
            .map(|time| time.as_secs_f64() * 1e3)
            .collect();
        sorted.sort_by(f64::total_cmp);
        let half = sorted.len() / 2;
        if sorted.len() % 2 == 1 {
            sorted[half]
        } else {
            f64::midpoint(sorted[half - 1], sorted[half])
        }
    }

    fn fastest(&self) -> f64 {
        self.times
            .iter()
            .min()
            .map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
    }
}

fn main() -> ExitCode {
    match bench() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bench() -> Outcome<()> {
    let asked = env::args().skip(1).find_map(|word| word.parse().ok());
    let rounds = asked.unwrap_or(ROUNDS).max(ROUNDS);
    let home = tempfile::tempdir()?;
    let python = python();
    let mut works = works(python.as_deref());
    // Interleaved, so that whatever else the machine does strikes every row alike.
    for round in 0..WARM_UP + rounds {
        for work in &mut works {
            let time = work.measure(home.path())?;
            if round >= WARM_UP {
                work.times.push(time);
            }
        }
    }
    print(&works, python.is_some(), rounds);
    Ok(())
}

fn works(python: Option<&Path>) -> Vec<Work> {
    let socklab = |args: Vec<&'static str>| Kind::Whole(SOCKLAB.into(), args);
    let mut works = vec![
        Work::new("socklab, to the first prompt", Kind::Prompt),
        Work::new("socklab -c 1", socklab(vec!["-c", "1"])),
        Work::new(
            format!("socklab lesson run {LESSON}"),
            socklab(vec!["lesson", "run", LESSON]),
        ),
    ];
    if let Some(python) = python {
        let pass = Kind::Whole(python.into(), vec!["-c", "pass"]);
        works.push(Work::new("python3 -c pass", pass));
    }
    works
}

/// Python's own program, so that no wrapper of a version manager is measured; none if it is missing.
fn python() -> Option<PathBuf> {
    let asked = Command::new("python3")
        .args(["-c", "import sys; print(sys.executable, end='')"])
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let path = PathBuf::from(String::from_utf8(asked.stdout).ok()?);
    (asked.status.success() && path.is_file()).then_some(path)
}

/// From the start of a process to its end, which has to be a good one.
fn whole(program: &Path, args: &[&str], home: &Path) -> Outcome<Duration> {
    let begun = Instant::now();
    let status = Command::new(program)
        .args(args)
        .env("HOME", home)
        .env_remove("XDG_STATE_HOME")
        .current_dir(home)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()?;
    let time = begun.elapsed();
    if status.success() {
        Ok(time)
    } else {
        Err(format!(
            "`{} {}` ended with {status}",
            program.display(),
            args.join(" ")
        )
        .into())
    }
}

/// From the start of socklab on a new terminal until its prompt shows.
fn first_prompt(home: &Path) -> Outcome<Duration> {
    let (mut terminal, end) = blocking::open()?;
    terminal.resize(Size::new(24, 80))?;
    let begun = Instant::now();
    let mut child = blocking::Command::new(SOCKLAB)
        .env("HOME", home)
        .env("TERM", "xterm-256color")
        .env_remove("XDG_STATE_HOME")
        .current_dir(home)
        .spawn(end)?;
    let mut shown = Vec::new();
    let mut buffer = [0; 4096];
    while !shown.windows(PROMPT.len()).any(|part| part == PROMPT) {
        let count = terminal.read(&mut buffer)?;
        if count == 0 {
            return Err("socklab ended before its prompt".into());
        }
        shown.extend_from_slice(&buffer[..count]);
    }
    let time = begun.elapsed();
    // Ctrl-D on an empty line leaves.
    terminal.write_all(b"\x04")?;
    let status = child.wait()?;
    if status.success() {
        Ok(time)
    } else {
        Err(format!("socklab at its prompt ended with {status}").into())
    }
}

fn print(works: &[Work], python: bool, rounds: usize) {
    let reference = works.last().filter(|_| python).map(Work::median);
    println!("| work | median ms | fastest ms | of `python3 -c pass` |");
    println!("|---|---:|---:|---:|");
    for work in works {
        let ratio = reference.map_or("no python3".into(), |pass| {
            format!("{:.2}", work.median() / pass)
        });
        println!(
            "| {} | {:.1} | {:.1} | {ratio} |",
            work.name,
            work.median(),
            work.fastest()
        );
    }
    println!("\n{rounds} interleaved rounds");
}
