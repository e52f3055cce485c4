//! A line that shows how far a lesson is, while it takes long; then it is gone.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use unicode_width::UnicodeWidthStr;

use crate::lesson::results::{Event, Report, Verdict};
use crate::repr::escape::printable;

/// A lesson that is over within this time shows no progress.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line is drawn.
const TICK: Duration = Duration::from_millis(200);

/// Passes every event on to another report, and shows progress between them.
pub(crate) struct ProgressLine {
    inner: Box<dyn Report>,
    shared: Arc<Shared>,
    drawer: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<LineState>,
    changed: Condvar,
}

#[derive(Default)]
struct LineState {
    /// What runs.
    task: Option<CurrentTask>,
    done: usize,
    /// How many columns are drawn now.
    drawn: usize,
    over: bool,
}

/// A lesson that runs, or a program that is checked.
struct CurrentTask {
    name: String,
    /// What it consists of: `step`, `check`.
    unit: &'static str,
    count: usize,
    begun: Instant,
}

impl ProgressLine {
    /// The report with progress where standard error is a terminal that can take a line back;
    /// else the report as it is.
    pub(crate) fn around(inner: Box<dyn Report>) -> Box<dyn Report> {
        let dumb = env::var_os("TERM").is_none_or(|term| term == "dumb");
        if dumb || !io::stderr().is_terminal() {
            return inner;
        }
        let shared = Arc::<Shared>::default();
        let drawn = Arc::clone(&shared);
        let drawer = thread::Builder::new()
            .name("progress".into())
            .spawn(move || drawn.draw_until_over());
        match drawer {
            Ok(drawer) => Box::new(Self {
                inner,
                shared,
                drawer: Some(drawer),
            }),
            // A lesson can do without.
            Err(_) => inner,
        }
    }
}

impl Report for ProgressLine {
    fn event(&mut self, event: &Event<'_>) {
        let mut state = self.shared.lock();
        state.erase();
        match event {
            Event::Begun(source, lesson) => {
                state.begin(&source.name, "step", lesson.steps.len());
            }
            Event::Step(step) if !matches!(step.verdict, Verdict::Waits(_)) => state.done += 1,
            Event::Checking(submission, checks) => {
                state.begin(&submission.name(), "check", *checks);
            }
            Event::Check(report) if !report.check.given => state.done += 1,
            Event::Ended(_) | Event::Checked(..) => state.task = None,
            _ => {}
        }
        // Nothing is drawn while the other report writes.
        self.inner.event(event);
        drop(state);
        self.shared.changed.notify_one();
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.erase();
        state.over = true;
        drop(state);
        self.shared.changed.notify_one();
        if let Some(drawer) = self.drawer.take() {
            let _ = drawer.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, LineState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn draw_until_over(&self) {
        let mut state = self.lock();
        while !state.over {
            state.draw();
            state = if state.task.is_some() {
                let waited = self.changed.wait_timeout(state, TICK);
                waited.unwrap_or_else(PoisonError::into_inner).0
            } else {
                let waited = self.changed.wait(state);
                waited.unwrap_or_else(PoisonError::into_inner)
            };
        }
    }
}

impl LineState {
    fn begin(&mut self, name: &str, unit: &'static str, count: usize) {
        self.task = Some(CurrentTask {
            name: printable(name).into_owned(),
            unit,
            count,
            begun: Instant::now(),
        });
        self.done = 0;
    }

    fn draw(&mut self) {
        let line = match &self.task {
            Some(task) if task.begun.elapsed() >= PATIENCE => {
                let (name, unit, count) = (&task.name, task.unit, task.count);
                let seconds = task.begun.elapsed().as_secs();
                // The last one may still have something to clear up.
                let at = (self.done + 1).min(count);
                format!("{name}: {unit} {at} of {count} ({seconds} s)")
            }
            _ => return,
        };
        self.erase();
        self.drawn = line.width();
        put(&line);
    }

    fn erase(&mut self) {
        if self.drawn > 0 {
            put(&format!("\r{}\r", " ".repeat(self.drawn)));
            self.drawn = 0;
        }
    }
}

fn put(text: &str) {
    let mut err = io::stderr().lock();
    // Whoever read our output is gone: there is nobody left to tell.
    let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
}
