//! `ladder`: a conversation as a picture, on the terminal or in a file.

use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::commands::app::App;
use crate::error::Exit;
use crate::files::{self, Existing};
use crate::prompt::AfterLine;
use crate::term::painting::{CALLS_ALONE, UNATTENDED, charset, painted};
use crate::trace::{Charset, Choice, Ladder, ladder_svg, ladder_text, plain_text};

/// How often a picture is looked at anew.
const PAUSE: Duration = Duration::from_millis(100);

/// What `ladder` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A socket's variable, a port, or `all`; without it, the socket that was used last. And a file to
    /// write: `FILE.svg`, `FILE.md`, `FILE.txt`
    #[arg(num_args = 0..=2, value_name = "WHAT")]
    words: Vec<String>,
    /// Draw with ASCII signs
    #[arg(long)]
    ascii: bool,
    /// Replace a file that is there already
    #[arg(long)]
    force: bool,
    /// Draw again whenever something happens, until Ctrl-C
    #[arg(long)]
    follow: bool,
}

/// Draws it.
pub(crate) fn run_command(args: &Args, shell: &mut App) -> AfterLine {
    let (files, what): (Vec<&String>, Vec<&String>) = args
        .words
        .iter()
        .partition(|word| format_of(word).is_some());
    if let ([_, extra, ..], _) | (_, [_, extra, ..]) = (&files[..], &what[..]) {
        return refuse(
            shell,
            &format!("`{extra}` is one too many; see `help ladder`"),
        );
    }
    let choice = match what.first().map(|word| shell.conversation(word)) {
        None => Choice::Last,
        Some(Some(choice)) => choice,
        Some(None) => {
            let text = format!(
                "`{}` is no open socket here, and no port; `sockets` lists them, and `ladder` alone draws \
                 the last conversation, of a closed one too",
                what[0]
            );
            return refuse(shell, &text);
        }
    };
    let charset = charset(args.ascii);
    let drawn = shell.session.ladder(&choice);
    if let Some(file) = files.first() {
        return write(shell, &drawn, Path::new(file), (charset, args.force));
    }
    if drawn.rows.is_empty() {
        let text = "nothing was recorded of that yet; use a socket first, or `ladder all`";
        shell.screen.prose(text);
        return AfterLine::Go;
    }
    if args.follow {
        follow(shell, &choice, charset);
    } else {
        let text = painted(shell.screen, &drawn, charset);
        shell.screen.paged(&text);
    }
    AfterLine::Go
}

/// Says why a picture cannot be drawn.
pub(crate) fn refuse(shell: &mut App, text: &str) -> AfterLine {
    shell.screen.aside(&format!("error: {text}"));
    shell.note(Exit::Unable)
}

impl App {
    /// The conversation that a word means: a variable's socket, a port, `all`.
    pub(crate) fn conversation(&self, word: &str) -> Option<Choice> {
        self.session.conversation(self.console(), word)
    }
}

/// Draws again and again, until Ctrl-C.
fn follow(shell: &mut App, choice: &Choice, charset: Charset) {
    shell.forget_interrupts();
    let mut last = None;
    while !shell.take_interrupt() {
        let drawn = shell.session.ladder(choice);
        if last.as_ref() != Some(&drawn) {
            let text = painted(shell.screen, &drawn, charset);
            // From the top of an empty screen.
            shell.screen.raw(&format!("\x1b[H\x1b[2J{text}"));
            last = Some(drawn);
        }
        thread::sleep(PAUSE);
    }
}

/// The kind of picture that a file's name asks for.
fn format_of(name: &str) -> Option<&str> {
    let ending = Path::new(name).extension()?.to_str()?;
    ["svg", "md", "txt"]
        .into_iter()
        .find(|known| ending == *known)
}

/// Writes a picture as a file, whole or not at all.
fn write(
    shell: &mut App,
    drawn: &Ladder,
    file: &Path,
    (charset, force): (Charset, bool),
) -> AfterLine {
    let text = || {
        let mut text = plain_text(&ladder_text(drawn, UNATTENDED, charset));
        if drawn.calls_alone {
            text.push_str(CALLS_ALONE);
            text.push('\n');
        }
        text
    };
    let content = match file.extension().and_then(|ending| ending.to_str()) {
        Some("svg") => ladder_svg(drawn, ""),
        Some("md") => format!("```text\n{}```\n", text().replace("```", "` ` `")),
        _ => text(),
    };
    save(shell, file, content.as_bytes(), force, "wrote the picture")
}

/// Writes a file, and says what of it was written.
pub(crate) fn save(
    shell: &mut App,
    file: &Path,
    content: &[u8],
    force: bool,
    done: &str,
) -> AfterLine {
    let path = file.display();
    match files::write(file, content, Existing::by_force(force)) {
        Ok(()) => {
            shell.screen.line(&format!("{done}: `{path}`"));
            shell.note(Exit::Well)
        }
        Err(error) if error.is_there_already() => {
            let text = format!("`{path}` is there already; `--force` replaces it");
            refuse(shell, &text)
        }
        Err(error) => refuse(shell, &error.to_string()),
    }
}
