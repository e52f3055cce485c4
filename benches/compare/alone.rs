//! What has no counterpart in Python: keys, completion and help at the prompt, and how a lesson's
//! parser and matcher grow.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use socklab::lesson::format::parse::parse;
use socklab::lesson::format::pattern::Captures;

use crate::lessons::lesson_of;
use crate::terminal::Terminal;
use crate::{Outcome, PROMPT, SOCKLAB};

/// What the prompt is burdened with.
const HISTORY: usize = 10_000;
const VARIABLES: usize = 1_000;
/// How many keys are pressed.
const KEYS: usize = 200;
/// Ctrl-U: the line is given up.
const CLEAR: &str = "\x15";

/// One figure of ours, less is better.
pub(crate) struct Alone {
    pub(crate) name: String,
    pub(crate) unit: &'static str,
    /// What it may be at most; none where nothing was promised.
    pub(crate) most: Option<f64>,
    /// Smallest first.
    pub(crate) figures: Vec<f64>,
}

impl Alone {
    fn new(
        name: impl Into<String>,
        unit: &'static str,
        most: Option<f64>,
        mut figures: Vec<f64>,
    ) -> Self {
        figures.sort_by(f64::total_cmp);
        Self {
            name: name.into(),
            unit,
            most,
            figures,
        }
    }
}

/// Everything that is measured alone.
pub(crate) fn all(folder: &Path, rounds: usize) -> Outcome<Vec<Alone>> {
    let mut rows = at_the_prompt(folder, rounds)?;
    rows.extend(steps(rounds)?);
    Ok(rows)
}

/// Keys, completion and help, with a long history and many variables.
fn at_the_prompt(folder: &Path, rounds: usize) -> Outcome<Vec<Alone>> {
    let home = folder.join("burdened");
    let state = home.join(".local/state/socklab");
    fs::create_dir_all(&state)?;
    let entries: String = (0..HISTORY)
        .map(|at| format!("let entry_{at} = getaddrinfo(\"host-{at}.test\", {at})\n"))
        .collect();
    fs::write(state.join("history"), format!("#V2\n{entries}"))?;
    let variables: String = (0..VARIABLES)
        .map(|at| format!("let variable_{at} = {at};\n"))
        .collect();
    fs::write(home.join("variables.rhai"), variables)?;
    let terminal = Terminal::start(SOCKLAB, &[], &home)?;
    terminal.until(PROMPT)?;
    terminal.settle()?;
    terminal.send("load variables.rhai\r")?;
    terminal.until(PROMPT)?;
    terminal.settle()?;
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    let line = "let answer = variable_99 + getaddrinfo(\"h\")[0][4][1];";
    let mut keys = Vec::new();
    while keys.len() < KEYS {
        for key in line.chars() {
            keys.push(milliseconds(terminal.answer(&key.to_string())?));
        }
        terminal.answer(CLEAR)?;
    }
    let (mut completions, mut searches, mut helps) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds * 3 {
        terminal.answer("let x = getaddri")?;
        completions.push(milliseconds(terminal.answer("\t")?));
        terminal.answer(CLEAR)?;
        terminal.answer("let entry_7")?;
        searches.push(milliseconds(terminal.answer("\x1b[A")?));
        terminal.answer(CLEAR)?;
        terminal.answer("help recv")?;
        let sent = terminal.send("\r")?;
        let shown = terminal.until(PROMPT)?;
        helps.push(milliseconds(shown.duration_since(sent)));
        terminal.settle()?;
    }
    let burden = "10,000 entries, 1,000 variables";
    let mut slowest = keys.clone();
    slowest.sort_by(f64::total_cmp);
    let slowest = slowest.split_off(slowest.len() * 99 / 100);
    Ok(vec![
        Alone::new(format!("a key press, {burden}"), "ms", Some(5.0), keys),
        Alone::new("the slowest hundredth of these", "ms", Some(5.0), slowest),
        Alone::new("Tab after `getaddri`", "ms", None, completions),
        Alone::new("Up after `let entry_7`", "ms", None, searches),
        Alone::new("`help recv` to the next prompt", "ms", None, helps),
    ])
}

/// Parse and match, per step, and how that grows.
fn steps(rounds: usize) -> Outcome<Vec<Alone>> {
    let mut rows = Vec::new();
    for (count, most) in [(100, None), (10_000, Some(20.0)), (100_000, Some(20.0))] {
        let text = lesson_of(count);
        let mut figures = Vec::new();
        for _ in 0..rounds {
            let start = Instant::now();
            parse_and_match(&text)?;
            let steps = f64::from(u32::try_from(count)?);
            figures.push(start.elapsed().as_secs_f64() * 1e6 / steps);
        }
        let name = format!("parse and match, a step of {count}");
        rows.push(Alone::new(name, "µs", most, figures));
    }
    Ok(rows)
}

fn parse_and_match(text: &str) -> Outcome<()> {
    let lesson = parse(black_box(text)).map_err(|problems| format!("{problems:?}"))?;
    for (number, step) in lesson.steps.iter().enumerate() {
        let transcript = step.statement().and_then(|s| s.transcript.as_ref());
        let transcript = transcript.ok_or("a step without a transcript")?;
        let shown = (number + 1).to_string();
        let found = transcript.pattern.matches(&shown, &[], &Captures::new());
        found.map_err(|_| format!("step {number} does not match"))?;
    }
    Ok(())
}
