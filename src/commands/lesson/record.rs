//! `lesson record`: write a lesson by typing it.

use std::fs;
use std::io::{self, IsTerminal};
use std::iter;
use std::path::Path;
use std::sync::Arc;

use super::{new, unable, vocabulary};
use crate::commands::app::App;
use crate::commands::arguments::NewLessonName;
use crate::error::Exit;
use crate::lesson::authoring::record::Recording;
use crate::lesson::authoring::record::recorder::{Recorder, RecordingEnd};
use crate::lesson::authoring::record::verify::verify;
use crate::prompt;
use crate::prompt::{AfterLine, Settings};
use crate::script::statements::CutSource;
use crate::term::notices::Notices;

/// What `lesson record` takes.
#[derive(Debug, clap::Args)]
#[group(id = "lesson-to-record")]
pub(crate) struct Args {
    /// Its name: 15-topic
    name: NewLessonName,
    /// Write below each statement which packets it caused (`//~` lines)
    #[arg(long)]
    packets: bool,
}

/// Records, and writes the lesson in the end.
pub(crate) fn run_command(args: &Args, folder: &Path, shell: &mut App) -> Exit {
    let name = args.name.strip_suffix(".rhai").unwrap_or(&args.name);
    if let Some(why) = new::refusal(name, folder) {
        return unable(shell, &why);
    }
    let by_hand = io::stdin().is_terminal();
    let mut prompt = RecordingPrompt {
        recorder: Recorder::new(name, shell.screen, shell),
        end: None,
        notices: Notices::default(),
    };
    prompt.recorder.recording.packets = args.packets;
    if by_hand {
        prompt.recorder.help();
    }
    let ended = if by_hand {
        let settings = Settings {
            greeting: false,
            ..Settings::of_user().0
        };
        prompt::run(&mut prompt, shell.screen, &settings, None)
    } else {
        prompt::read_all().map(|text| prompt.play(&text))
    };
    shell.attend_own();
    let exit = match ended {
        Err(error) => return unable(shell, &error.to_string()),
        Ok(exit) => exit,
    };
    if prompt.end == Some(RecordingEnd::Cancelled) || exit != Exit::Well {
        return exit;
    }
    let recording = prompt.recorder.recording;
    if recording.takes.is_empty() {
        return unable(shell, "nothing was recorded; no lesson is written");
    }
    write(name, &recording, folder, shell)
}

/// Verifies the lesson and writes it.
fn write(name: &str, recording: &Recording, folder: &Path, shell: &mut App) -> Exit {
    let path = folder.join(format!("{name}.rhai")).display().to_string();
    let text = match verify(name, &path, recording.lesson(), shell) {
        Ok(text) => text,
        Err(why) => {
            // What was typed is not lost: the person may mend it.
            shell.screen.aside(&why);
            let text = recording.lesson();
            if let Ok((_, path)) = keep(name, &text, folder, shell) {
                let text = format!("{path} is written, but does not pass; mend it by hand");
                shell.screen.aside(&text);
            }
            return Exit::Short;
        }
    };
    match keep(name, &text, folder, shell) {
        Ok((name, path)) => {
            let steps = recording.takes.len();
            shell.screen.line(&format!(
                "{path} is written: {steps} steps; lesson run {name}"
            ));
            Exit::Well
        }
        Err(exit) => exit,
    }
}

/// Writes what was recorded, so that nothing typed is lost: under a further name if somebody has
/// taken this one in the meantime, and to the screen where no file can be made.
fn keep(name: &str, text: &str, folder: &Path, shell: &App) -> Result<(String, String), Exit> {
    let is_free = |name: &String| {
        let there = fs::symlink_metadata(folder.join(format!("{name}.rhai"))).is_ok();
        !there && new::refusal(name, folder).is_none()
    };
    let further = (2..100).map(|number| format!("{name}-{number}"));
    let mut names = iter::once(name.to_owned()).chain(further);
    let free = names.find(is_free).unwrap_or_else(|| name.to_owned());
    let written = new::write(&free, text, folder, shell);
    if written.is_err() {
        shell.screen.aside("this is what you recorded:");
        shell.screen.line(text);
    }
    written.map(|path| (free, path))
}

/// The prompt of a recording.
struct RecordingPrompt {
    recorder: Recorder,
    /// How it ended.
    end: Option<RecordingEnd>,
    /// Nobody works in the background of a recording.
    notices: Notices,
}

impl RecordingPrompt {
    /// Plays input that is there already.
    fn play(&mut self, text: &str) -> Exit {
        if let AfterLine::Leave(exit) = prompt::play(self, text) {
            return exit;
        }
        self.end = self.recorder.done();
        if self.end.is_some() {
            Exit::Well
        } else {
            Exit::Short
        }
    }
}

impl prompt::PromptHost for RecordingPrompt {
    fn prompt(&self) -> String {
        format!("{}* ", self.recorder.console)
    }

    fn is_command(&self, line: &str) -> bool {
        self.recorder.is_command(line)
    }

    fn command(&mut self, line: &str) -> AfterLine {
        self.end = self.recorder.command(line);
        match self.end {
            Some(_) => AfterLine::Leave(Exit::Well),
            None => AfterLine::Go,
        }
    }

    fn notices(&self) -> &Notices {
        &self.notices
    }

    /// An error may be what the lesson wants to show.
    fn fell_short(&self) -> bool {
        false
    }

    fn words(&self) -> Arc<dyn prompt::Words> {
        vocabulary::of_recording(&self.recorder.session, &self.recorder.console)
    }

    fn evaluate(&mut self, statement: CutSource) -> AfterLine {
        self.recorder.evaluate(&statement);
        AfterLine::Go
    }
}
