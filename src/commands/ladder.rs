//! `ladder`: a conversation as a picture, on the terminal or in a file.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use std::{env, thread};

use crate::commands::app::App;
use crate::error::Exit;
use crate::files::{self, Existing};
use crate::prompt::AfterLine;
use crate::script::inspect::SocketName;
use crate::term::screen::{Screen, Style, columns};
use crate::trace::{
    Charset, Choice, Ladder, PendingCall, Tone, TonedText, ladder, ladder_svg, ladder_text,
    plain_text,
};

/// The columns of a ladder where no terminal says how many there are.
const UNATTENDED: usize = 80;
/// The fewest and the most columns that a ladder is drawn in.
const NARROW: usize = 60;
const WIDE: usize = 200;
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
                "`{}` is no socket here, and no port; `sockets` lists them",
                what[0]
            );
            return refuse(shell, &text);
        }
    };
    let charset = charset(args.ascii);
    let drawn = shell.draw(&choice);
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

/// The signs to draw with: ASCII where that is wanted, and where the terminal knows no others.
pub(crate) fn charset(ascii: bool) -> Charset {
    if ascii || env::var_os("TERM").is_some_and(|term| term == "dumb") {
        Charset::Ascii
    } else {
        Charset::Unicode
    }
}

impl App {
    /// The conversation that a word means: a variable's socket, a port, `all`.
    pub(crate) fn conversation(&self, word: &str) -> Option<Choice> {
        let here = self.session.console(self.console());
        let held = here.and_then(|console| {
            let snapshot = console.snapshot();
            let named = |row: &&SocketName| row.name == word;
            snapshot.sockets.iter().find(named).map(|row| row.fd)
        });
        if let Some(fd) = held {
            return Some(Choice::Socket(Arc::from(self.console()), fd));
        }
        match word {
            "all" => Some(Choice::All),
            _ => {
                let port = word.parse().ok();
                let of_address = || word.parse().ok().map(|a: SocketAddr| a.port());
                port.or_else(of_address).map(Choice::Port)
            }
        }
    }

    /// Draws a conversation as far as it went.
    pub(crate) fn draw(&self, choice: &Choice) -> Ladder {
        let journal = self.session.journal();
        let pending = self.session.consoles().filter_map(|console| {
            let wait = console.wait()?;
            Some(PendingCall {
                console: console.name().into(),
                call: wait.call,
                since: wait.since,
            })
        });
        let pending: Vec<PendingCall> = pending.collect();
        ladder(
            &journal.after(0),
            &journal.packets_after(0),
            &pending,
            choice,
        )
    }
}

/// Draws again and again, until Ctrl-C.
fn follow(shell: &mut App, choice: &Choice, charset: Charset) {
    shell.forget_interrupts();
    let mut last = None;
    while !shell.take_interrupt() {
        let drawn = shell.draw(choice);
        if last.as_ref() != Some(&drawn) {
            let text = painted(shell.screen, &drawn, charset);
            // From the top of an empty screen.
            shell.screen.raw(&format!("\x1b[H\x1b[2J{text}"));
            last = Some(drawn);
        }
        thread::sleep(PAUSE);
    }
}

/// The picture in the screen's width and colours, and what it does not show.
fn painted(screen: Screen, drawn: &Ladder, charset: Charset) -> String {
    let width = columns().unwrap_or(UNATTENDED).clamp(NARROW, WIDE);
    let mut text = paint(screen, &ladder_text(drawn, width, charset));
    if drawn.calls_alone {
        text.push('\n');
        text.push_str(&screen.paint(Style::Dim, CALLS_ALONE));
    }
    text
}

/// Lines of a picture in the screen's colours.
pub(crate) fn paint(screen: Screen, lines: &[Vec<TonedText>]) -> String {
    let piece = |(tone, text): &TonedText| screen.paint(style(*tone), text);
    let line = |line: &Vec<TonedText>| line.iter().map(piece).collect::<String>();
    let lines: Vec<String> = lines.iter().map(line).collect();
    let lines = lines.iter().map(|line| line.trim_end());
    lines.collect::<Vec<_>>().join("\n")
}

/// What is said below a picture without packets.
const CALLS_ALONE: &str = "There are no packets to see here: the picture shows the calls alone.";

fn style(tone: Tone) -> Style {
    match tone {
        Tone::Frame | Tone::Quiet => Style::Dim,
        Tone::Name => Style::Strong,
        Tone::Call => Style::Plain,
        Tone::Failed => Style::Error,
        Tone::Data => Style::Sent,
        Tone::Control => Style::Good,
        Tone::State => Style::State,
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
