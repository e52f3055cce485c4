//! Text from consoles in the background: a bounded queue and one writer. Whoever has something to
//! say leaves it here and goes on; nobody waits for the terminal.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The lines that may wait; of a flood the middle is left out.
const LINES: usize = 400;
/// The pause after each writing: what comes meanwhile is written together.
const PAUSE: Duration = Duration::from_millis(20);

/// Writes text, each line with its end, above the line that is being edited. It may block until a
/// line is edited again.
pub(crate) type Writer = Box<dyn FnMut(String) + Send>;

/// The queue. Copies are the same one.
#[derive(Clone, Default)]
pub(crate) struct Notices(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: Mutex<NoticeState>,
    came: Condvar,
}

#[derive(Default)]
struct NoticeState {
    lines: VecDeque<String>,
    left_out: usize,
    attached: bool,
}

impl Notices {
    fn lock(&self) -> MutexGuard<'_, NoticeState> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether somebody writes what is left here: a person sits at the prompt.
    pub(crate) fn is_attached(&self) -> bool {
        self.lock().attached
    }

    /// Leaves lines of text, safe for the terminal already.
    pub(crate) fn leave(&self, text: &str) {
        let mut state = self.lock();
        for line in text.split('\n') {
            if state.lines.len() >= LINES {
                state.lines.pop_front();
                state.left_out += 1;
            }
            state.lines.push_back(line.into());
        }
        drop(state);
        self.0.came.notify_one();
    }

    /// Has `writer` write what is left here, on a thread of its own, to the end of the process.
    /// Errors of the system that gives no thread: the text then stays unseen.
    pub(crate) fn attach(&self, mut writer: Writer) -> std::io::Result<()> {
        let queue = self.clone();
        let body = move || {
            loop {
                let text = queue.take();
                writer(text);
                thread::sleep(PAUSE);
            }
        };
        thread::Builder::new().name("notices".into()).spawn(body)?;
        self.lock().attached = true;
        Ok(())
    }

    /// Waits for text and takes all there is.
    fn take(&self) -> String {
        let mut state = self.lock();
        while state.lines.is_empty() {
            let waited = self.0.came.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
        let mut text = String::new();
        if state.left_out > 0 {
            text.push_str(&format!("({} lines are left out here)\n", state.left_out));
            state.left_out = 0;
        }
        for line in state.lines.drain(..) {
            text.push_str(&line);
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::{LINES, Notices};

    #[test]
    fn what_is_left_is_written_in_its_order() {
        let notices = Notices::default();
        assert!(!notices.is_attached());
        notices.leave("one\ntwo");
        let (sender, written) = mpsc::channel();
        let writer = move |text| drop(sender.send(text));
        notices.attach(Box::new(writer)).unwrap();
        assert!(notices.is_attached());
        let patience = Duration::from_secs(20);
        assert_eq!(written.recv_timeout(patience).unwrap(), "one\ntwo\n");
        notices.leave("three");
        assert_eq!(written.recv_timeout(patience).unwrap(), "three\n");
    }

    #[test]
    fn nobody_waits_for_a_writer_and_a_flood_is_cut() {
        let notices = Notices::default();
        for number in 0..LINES + 7 {
            notices.leave(&number.to_string());
        }
        let text = notices.take();
        assert!(
            text.starts_with("(7 lines are left out here)\n7\n"),
            "{text}"
        );
        assert_eq!(text.lines().count(), LINES + 1);
    }
}
