//! Job control: which console the prompt is in, what runs in the others, how one is left and
//! entered again.

use std::sync::PoisonError;

use crate::commands::app::{App, MAIN};
use crate::commands::foreground::Foreground;
use crate::console::background::{Job, TakenBack};
use crate::console::{Console, StatementRun, Until, Wait};
use crate::error::Exit;
use crate::net::signal::Stops;
use crate::script::engine::Outcome;
use crate::script::failure::{Failure, FailureKind};

/// The first console that is made for a person who leaves one.
const FIRST: &str = "client";

impl App {
    /// Follows a statement to its end, or until Ctrl-Z leaves it; then nothing.
    pub(crate) fn follow(&mut self, run: &mut StatementRun) -> Option<Outcome> {
        self.watch(run);
        let progress = run.follow(Until::default(), &self.screen);
        self.set_foreground(Foreground::Empty);
        progress.ended().map(|ended| ended.outcome)
    }

    /// Catches Ctrl-Z for the statement that is about to begin, while the guard lives. Where nobody
    /// sits at a prompt nothing is left; and without the signal there is no Ctrl-Z, the statement
    /// runs all the same.
    pub(crate) fn catch_stops(&self) -> Option<Stops> {
        if !self.notices.is_attached() {
            return None;
        }
        self.set_foreground(Foreground::Expected { is_stopped: false });
        Stops::catch().ok()
    }

    /// Ctrl-Z goes to this statement from now on.
    pub(crate) fn watch(&self, run: &StatementRun) {
        let foreground = self.foreground.lock();
        let mut foreground = foreground.unwrap_or_else(PoisonError::into_inner);
        foreground.watch(run.detach_request());
    }

    /// Ctrl-Z goes there.
    pub(crate) fn set_foreground(&self, to: Foreground) {
        let foreground = self.foreground.lock();
        *foreground.unwrap_or_else(PoisonError::into_inner) = to;
    }

    /// Lets a statement go on in a console, unwatched by the person at the prompt.
    pub(crate) fn leave_in(
        &mut self,
        console: &str,
        run: StatementRun,
        (source, name): (&str, Option<&str>),
    ) {
        match Job::leave(console, run, (source, name), &self.notices, self.screen) {
            Ok(job) => drop(self.jobs.insert(console.into(), job)),
            Err(error) => self.screen.aside(&format!("error: {error}")),
        }
    }

    /// Leaves a statement running in this console, and goes to another one.
    pub(crate) fn leave(&mut self, run: StatementRun, source: &str, name: Option<&str>) {
        let left = self.console.clone();
        let doing = doing(run.wait().as_ref());
        self.leave_in(&left, run, (source, name));
        self.warned = false;
        let next = self.next_idle();
        // The terminal has shown `^Z`.
        self.screen.raw("");
        self.screen.prose(&format!(
            "`{left}` goes on {doing}; this is `{next}`, and `console {left}` goes back"
        ));
        // Ctrl-C shall not go to the statement that was left.
        match self.session.open(&next) {
            Ok(_) => self.session.attend(&next),
            Err(cause) => {
                let error = cause.during("console");
                self.screen.aside(&format!("error: {error}"));
            }
        }
        self.console = next;
    }

    /// The next console that has nothing to do, or the name of a fresh one.
    fn next_idle(&self) -> String {
        let all: Vec<&str> = self.session.consoles().map(Console::name).collect();
        let idle = |name: &&&str| **name != self.console && self.doing_in(name).is_none();
        let after = all.iter().filter(|name| **name > self.console.as_str());
        let before = all.iter().filter(|name| **name < self.console.as_str());
        if let Some(name) = after.chain(before).find(idle) {
            return (*name).to_string();
        }
        let taken = |name: &String| all.contains(&name.as_str());
        let numbered = (2..).map(|number| format!("console{number}"));
        [FIRST.to_string()]
            .into_iter()
            .chain(numbered)
            .find(|name| !taken(name))
            .unwrap_or_else(|| MAIN.into())
    }

    /// What a busy console is doing; none when it is idle.
    pub(crate) fn doing_in(&self, console: &str) -> Option<String> {
        let console = self.session.console(console)?;
        console.is_busy().then(|| doing(console.wait().as_ref()))
    }

    /// The consoles that are busy, with what they do.
    pub(crate) fn busy(&self) -> Vec<(String, String)> {
        let consoles = self.session.consoles();
        consoles
            .filter_map(|console| {
                let doing = self.doing_in(console.name())?;
                Some((console.name().to_string(), doing))
            })
            .collect()
    }

    /// The statement that a console was left with.
    pub(crate) fn statement_in(&self, console: &str) -> Option<String> {
        let job = self.jobs.get(console).filter(|job| !job.has_ended())?;
        Some(job.statement())
    }

    /// Makes or enters a console. A statement that runs there is in the foreground again.
    pub(crate) fn enter(&mut self, console: &str) {
        if let Err(cause) = self.session.open(console) {
            let text = cause.during("console").to_string();
            self.last = Exit::Unable;
            self.screen.aside(&format!("error: {text}"));
            return;
        }
        self.console = console.to_string();
        self.session.attend(console);
        let Some(job) = self.jobs.remove(console) else {
            return;
        };
        if job.has_ended() {
            return;
        }
        let statement = job.statement();
        let _stops = self.catch_stops();
        if let Some(TakenBack { run, source, name }) = job.take_back() {
            self.screen
                .line(&format!("`{console}` goes on: {statement}"));
            let _failure = self.finish(run, &source, name.as_deref());
        }
    }

    /// Why this console takes no statement now; none when it does.
    pub(crate) fn refusal(&self) -> Option<Failure> {
        let doing = self.doing_in(&self.console)?;
        let mut failure = Failure::plain(
            FailureKind::Error,
            format!("console `{}` is busy, {doing}", self.console),
        );
        failure.note = Some(format!(
            "`console {}` returns to it, `console NAME` goes to another one",
            self.console
        ));
        Some(failure)
    }
}

/// What a busy console does, by the call that it waits in: `running`, `waiting in accept on
/// 127.0.0.1:50000 for 12 s`.
fn doing(wait: Option<&Wait>) -> String {
    let Some(wait) = wait else {
        return "running".into();
    };
    match wait.since.elapsed().as_secs() {
        0 => format!("waiting in {wait}"),
        seconds => format!("waiting in {wait} for {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::doing;
    use crate::commands::app::{App, MAIN};
    use crate::commands::foreground::Foreground;
    use crate::console::{RunProgress, Task, Unseen, Until, Wait};
    use crate::term::screen::Screen;

    #[test]
    fn ctrl_z_before_anybody_watches_leaves_the_statement_all_the_same() {
        let mut shell = App::new(Screen::plain(), Vec::new());
        shell.set_foreground(Foreground::Expected { is_stopped: false });
        let source = Task::Statement("sleep(100)".into());
        let mut run = shell.session.begin(MAIN, source).expect("a console");
        shell.foreground.lock().expect("no panic").stop();
        shell.watch(&run);
        let progress = run.follow(Until::default(), &Unseen);
        run.interrupt();
        assert!(matches!(progress, RunProgress::DetachRequested));
    }

    #[test]
    fn a_busy_console_refuses_a_statement_and_says_where_to_go() {
        let mut shell = App::new(Screen::plain(), Vec::new());
        let running = shell
            .session
            .begin(MAIN, Task::Statement("sleep(100)".into()));
        let running = running.expect("a console");
        let refused = shell.show(Task::Statement("1 + 1".into()), None);
        running.interrupt();
        let refused = refused.expect("it is busy");
        assert!(
            refused.text.starts_with("console `main` is busy, "),
            "{}",
            refused.text
        );
        assert_eq!(
            refused.note.as_deref(),
            Some("`console main` returns to it, `console NAME` goes to another one")
        );
    }

    #[test]
    fn a_waiting_console_says_in_which_call_on_what_and_how_long() {
        let since = Instant::now().checked_sub(Duration::from_secs(12));
        let mut wait = Wait {
            call: "accept",
            on: "127.0.0.1:50000".into(),
            since: since.unwrap_or_else(Instant::now),
        };
        assert_eq!(
            doing(Some(&wait)),
            "waiting in accept on 127.0.0.1:50000 for 12 s"
        );
        (wait.on, wait.since) = ("".into(), Instant::now());
        assert_eq!(doing(Some(&wait)), "waiting in accept");
        assert_eq!(doing(None), "running");
    }
}
