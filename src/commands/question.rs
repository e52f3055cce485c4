//! A question to the person at the terminal before something is lost.

use std::io::{self, Read, Write};
use std::time::Duration;

use crate::commands::app::App;
use crate::net::poll;

/// How often Ctrl-C is looked for while a question stands.
const LOOK: Duration = Duration::from_millis(50);

/// Asks on the terminal; anything but a yes is a no, so is Ctrl-C.
pub(crate) fn is_agreed(question: &str, app: &App) -> bool {
    let mut out = io::stdout().lock();
    let _ = write!(out, "{question} [y/N] ").and_then(|()| out.flush());
    drop(out);
    let mut answer = [0; 64];
    let read = loop {
        if app.interrupted() {
            break 0;
        }
        if poll::input_waits(LOOK) {
            // One read is one line of a terminal.
            break io::stdin().lock().read(&mut answer).unwrap_or_default();
        }
    };
    let answer = String::from_utf8_lossy(&answer[..read]).to_lowercase();
    matches!(answer.trim(), "y" | "yes")
}
