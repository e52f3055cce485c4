//! Drives the prompt through a real pseudo-terminal, as a person's fingers and eyes would.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::Child;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};
use tempfile::TempDir;
use vt100::{Parser, Screen as View};

use super::builder::{DEADLINE, SOCKLAB, clean_environment};

/// What the prompt says on the real network.
pub(crate) const PROMPT: &str = "socklab> ";

/// What a terminal is told when the line editor takes it.
const PASTE_MODE_BEGINS: &[u8] = b"\x1b[?2004h";
/// What a terminal is told when the line editor hands it back.
const PASTE_MODE_ENDS: &[u8] = b"\x1b[?2004l";

/// The keys that are no letters.
pub(crate) const CTRL_C: &str = "\x03";
pub(crate) const CTRL_L: &str = "\x0c";
pub(crate) const CTRL_R: &str = "\x12";
pub(crate) const CTRL_D: &str = "\x04";
pub(crate) const CTRL_Z: &str = "\x1a";
pub(crate) const UP: &str = "\x1b[A";
pub(crate) const DOWN: &str = "\x1b[B";
pub(crate) const RIGHT: &str = "\x1b[C";
pub(crate) const TAB: &str = "\t";

/// A home whose path is as long on every machine, whatever its TMPDIR: screens break lines by it.
fn short_home() -> TempDir {
    tempfile::tempdir_in("/tmp").expect("a folder")
}

/// How the terminal is set up.
pub(crate) struct Setup {
    program: Vec<String>,
    env: Vec<(String, String)>,
    rows: u16,
    columns: u16,
    home: Option<TempDir>,
}

impl Setup {
    /// 24 rows of 80 columns, `TERM=xterm-256color`, an empty home.
    pub(crate) fn new() -> Self {
        let (rows, columns, home) = (24, 80, None);
        Self {
            program: vec![SOCKLAB.into()],
            env: Vec::new(),
            rows,
            columns,
            home,
        }
    }

    /// The same with a configuration file that says this.
    pub(crate) fn configured(config: &str) -> Self {
        let home = short_home();
        let folder = home.path().join(".config/socklab");
        fs::create_dir_all(&folder).expect("the folder is made");
        fs::write(folder.join("config.toml"), config).expect("the file is written");
        Self::new().home(home)
    }

    /// Another number of columns.
    pub(crate) fn columns(mut self, columns: u16) -> Self {
        self.columns = columns;
        self
    }

    /// Another number of rows.
    pub(crate) fn rows(mut self, rows: u16) -> Self {
        self.rows = rows;
        self
    }

    /// A variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// The home of an earlier session.
    pub(crate) fn home(mut self, home: TempDir) -> Self {
        self.home = Some(home);
        self
    }

    /// Another command, which becomes socklab.
    pub(crate) fn program<S: Into<String>>(mut self, words: impl IntoIterator<Item = S>) -> Self {
        self.program = words.into_iter().map(Into::into).collect();
        self
    }

    /// A file in the home.
    pub(crate) fn file(mut self, name: &str, content: &str) -> Self {
        let home = self.home.get_or_insert_with(short_home);
        fs::write(home.path().join(name), content).expect("a file in the temporary home");
        self
    }

    /// Starts the program; nothing has been waited for yet.
    #[track_caller]
    pub(crate) fn start(self) -> Terminal {
        let home = self.home.unwrap_or_else(short_home);
        let (pty, pts) = open().expect("a pseudo-terminal");
        pty.resize(Size::new(self.rows, self.columns))
            .expect("its size can be set");
        let child = Command::new(&self.program[0])
            .args(&self.program[1..])
            .env_clear()
            .envs(clean_environment(home.path()))
            .envs(self.env)
            .current_dir(home.path())
            .spawn(pts)
            .expect("the program starts");
        let pty = Arc::new(pty);
        let seen = Arc::new(Seen {
            state: Mutex::new(State {
                // A terminal that tells no size still has one.
                parser: Parser::new(
                    self.rows,
                    if self.columns == 0 { 80 } else { self.columns },
                    0,
                ),
                raw: Vec::new(),
                closed: false,
            }),
            changed: Condvar::new(),
        });
        let (from, to) = (Arc::clone(&pty), Arc::clone(&seen));
        thread::spawn(move || watch(&from, &to));
        Terminal {
            pty,
            child,
            seen,
            mark: 0,
            home: Some(home),
        }
    }

    /// Starts the program and waits for its first prompt.
    #[track_caller]
    pub(crate) fn prompt(self) -> Terminal {
        let mut terminal = self.start();
        terminal.wait_for_prompt();
        terminal
    }
}

/// What the terminal has been shown.
struct Seen {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: Parser,
    raw: Vec<u8>,
    closed: bool,
}

impl Seen {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn watch(mut pty: &Pty, seen: &Seen) {
    let mut bytes = [0; 4096];
    loop {
        // A terminal whose program has ended reads as an error on Linux.
        let count = pty.read(&mut bytes).unwrap_or(0);
        let mut state = seen.state();
        state.parser.process(&bytes[..count]);
        state.raw.extend_from_slice(&bytes[..count]);
        state.closed = count == 0;
        seen.changed.notify_all();
        if count == 0 {
            return;
        }
    }
}

/// A terminal with the program in it, which is killed when this is dropped.
pub(crate) struct Terminal {
    pty: Arc<Pty>,
    child: Child,
    seen: Arc<Seen>,
    /// How much had been shown when the last keys were sent.
    mark: usize,
    home: Option<TempDir>,
}

impl Terminal {
    /// Sends keys. The waits that follow look at what is shown from now on.
    #[track_caller]
    pub(crate) fn send(&mut self, keys: &str) {
        self.mark = self.seen.state().raw.len();
        (&*self.pty)
            .write_all(keys.as_bytes())
            .expect("the terminal takes keys");
    }

    /// Types a line, and waits for the prompt after it; gives what stands between.
    #[track_caller]
    pub(crate) fn enter(&mut self, line: &str) -> String {
        self.send(&format!("{line}\r"));
        self.wait_for_prompt()
    }

    /// Waits until this text has been shown since the last keys.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        self.wait_until(&format!("`{text}`"), DEADLINE, |shown| shown.contains(text))
    }

    /// Waits until the prompt stands at the end; gives what was shown since the last keys, without
    /// the line that was typed and without the prompt.
    #[track_caller]
    pub(crate) fn wait_for_prompt(&mut self) -> String {
        self.wait_for_prompt_of(PROMPT)
    }

    /// The same for another prompt.
    #[track_caller]
    pub(crate) fn wait_for_prompt_of(&mut self, prompt: &str) -> String {
        let whole = self.wait_until_raw(prompt, DEADLINE, |shown, raw, ever| {
            shown.ends_with(prompt) && (reads_a_line(raw) || !contains(ever, PASTE_MODE_BEGINS))
        });
        // While it is typed an entry is drawn anew for each key, over several lines and with hints
        // below; where it was sent the paste mode ends.
        let raw = self.raw();
        let raw = &raw[self.mark..];
        let sent = raw
            .windows(PASTE_MODE_ENDS.len())
            .rposition(|part| part == PASTE_MODE_ENDS);
        let shown = sent.map_or(whole, |at| plain(&raw[at..]));
        let body = shown.strip_suffix(prompt).unwrap_or(&shown);
        let after = body.split_once('\n').map_or("", |(_, after)| after);
        after.trim_end().to_string()
    }

    /// Waits until what was shown since the last keys is as it should be.
    #[track_caller]
    pub(crate) fn wait_until(
        &mut self,
        what: &str,
        patience: Duration,
        mut right: impl FnMut(&str) -> bool,
    ) -> String {
        self.wait_until_raw(what, patience, |shown, _, _| right(shown))
    }

    /// The same for the text, the bytes since the last keys, and all bytes.
    #[track_caller]
    fn wait_until_raw(
        &mut self,
        what: &str,
        patience: Duration,
        mut right: impl FnMut(&str, &[u8], &[u8]) -> bool,
    ) -> String {
        let end = Instant::now() + patience;
        let mut state = self.seen.state();
        loop {
            let shown = plain(&state.raw[self.mark..]);
            if right(&shown, &state.raw[self.mark..], &state.raw) {
                return shown;
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !state.closed,
                "no {what}{}; the screen:\n{}\n-- since the last keys:\n{shown:?}",
                if state.closed {
                    " before its end"
                } else {
                    " in time"
                },
                state.parser.screen().contents(),
            );
            state = match self.seen.changed.wait_timeout(state, left) {
                Ok((state, _)) => state,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }

    /// Waits until a person sees what is right.
    #[track_caller]
    pub(crate) fn wait_for_screen(&mut self, what: &str, mut right: impl FnMut(&str) -> bool) {
        self.wait_for_view(what, |view| right(&view.contents()));
    }

    /// The same, with colours and the cursor's place.
    #[track_caller]
    pub(crate) fn wait_for_view(&mut self, what: &str, mut right: impl FnMut(&View) -> bool) {
        let end = Instant::now() + DEADLINE;
        let mut state = self.seen.state();
        loop {
            if right(state.parser.screen()) {
                return;
            }
            let left = end.saturating_duration_since(Instant::now());
            let late = left.is_zero() || state.closed;
            let shown = state.parser.screen().contents();
            assert!(!late, "no {what}; the screen:\n{shown}");
            state = match self.seen.changed.wait_timeout(state, left) {
                Ok((state, _)) => state,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }

    /// Looks at what a person sees now.
    pub(crate) fn view<T>(&self, look: impl FnOnce(&View) -> T) -> T {
        look(self.seen.state().parser.screen())
    }

    /// Waits until nothing has come for a while: good enough to keep a new screen, not for a test.
    pub(crate) fn wait_until_quiet(&self) {
        let mut before = usize::MAX;
        loop {
            let now = self.seen.state().raw.len();
            if now == before {
                return;
            }
            before = now;
            thread::sleep(Duration::from_millis(700));
        }
    }

    /// Another size, as when a window is pulled.
    pub(crate) fn resize(&mut self, rows: u16, columns: u16) {
        self.mark = self.seen.state().raw.len();
        let mut state = self.seen.state();
        state.parser.screen_mut().set_size(rows, columns);
        self.pty
            .resize(Size::new(rows, columns))
            .expect("its size can be set");
    }

    /// How many times the line editor has begun to read a line.
    pub(crate) fn lines_begun(&self) -> usize {
        begun(&self.seen.state().raw)
    }

    /// Waits until the line editor has begun to read so many lines.
    #[track_caller]
    pub(crate) fn wait_for_lines(&mut self, count: usize) {
        let end = Instant::now() + DEADLINE;
        let mut state = self.seen.state();
        while begun(&state.raw) < count {
            let left = end.saturating_duration_since(Instant::now());
            let late = left.is_zero() || state.closed;
            let shown = state.parser.screen().contents();
            assert!(!late, "no fresh line; the screen:\n{shown}");
            state = match self.seen.changed.wait_timeout(state, left) {
                Ok((state, _)) => state,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }

    /// What a person sees now.
    pub(crate) fn screen(&self) -> String {
        self.seen.state().parser.screen().contents()
    }

    /// Every byte that the terminal was sent.
    pub(crate) fn raw(&self) -> Vec<u8> {
        self.seen.state().raw.clone()
    }

    /// Waits for the program's end; gives its exit code.
    #[track_caller]
    pub(crate) fn end(&mut self) -> Option<i32> {
        let end = Instant::now() + DEADLINE;
        let mut state = self.seen.state();
        while !state.closed {
            let left = end.saturating_duration_since(Instant::now());
            let contents = state.parser.screen().contents();
            assert!(!left.is_zero(), "it did not end; the screen:\n{contents}");
            state = match self.seen.changed.wait_timeout(state, left) {
                Ok((state, _)) => state,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
        drop(state);
        self.child
            .wait()
            .expect("the child can be waited for")
            .code()
    }

    /// The program's process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The home of the session.
    pub(crate) fn home(&self) -> &Path {
        self.home
            .as_ref()
            .expect("the home is taken only at the end")
            .path()
    }

    /// Waits for the end and gives the home to a further session.
    #[track_caller]
    pub(crate) fn end_and_keep_home(mut self) -> TempDir {
        assert_eq!(self.end(), Some(0));
        self.home.take().expect("the home is taken only once")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn contains(raw: &[u8], part: &[u8]) -> bool {
    raw.windows(part.len()).any(|found| found == part)
}

/// Whether the line editor began to read and has not stopped since: a prompt that is drawn anew
/// while keys arrive is not the next one.
fn reads_a_line(raw: &[u8]) -> bool {
    let last = |part: &[u8]| raw.windows(part.len()).rposition(|found| found == part);
    last(PASTE_MODE_BEGINS) > last(PASTE_MODE_ENDS)
}

fn begun(raw: &[u8]) -> usize {
    let windows = raw.windows(PASTE_MODE_BEGINS.len());
    windows.filter(|part| *part == PASTE_MODE_BEGINS).count()
}

/// The text of what a terminal was sent: escape sequences and carriage returns left out.
fn plain(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    let mut plain = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\r' => {}
            '\x1b' => {
                if letters.next() == Some('[') {
                    // Parameters, then one letter that ends the sequence.
                    let _ = letters.find(|letter| ('@'..='~').contains(letter));
                }
            }
            _ => plain.push(letter),
        }
    }
    plain
}
