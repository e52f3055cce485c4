//! The programs that exercises are checked with: a script of the learner's, a command, or one of
//! the scripts that lie beside the lesson.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use crate::lesson::diagnosis::Language;
use crate::lesson::library::{Entry, Origin};
use crate::lesson::run::exercise::Examinee;
use crate::net::process::{Launch, Program};

/// The name under which the program takes all its commands.
pub(crate) const PROGRAM: &str = "socklab";

/// A script that lies beside a lesson, in the exercise's folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    /// What a learner begins with.
    Starter,
    /// What passes every check.
    Solution,
}

impl Script {
    /// The file's name.
    pub(crate) fn file(self) -> &'static str {
        match self {
            Self::Starter => "starter.rhai",
            Self::Solution => "solution.rhai",
        }
    }
}

/// A script of an exercise as a program; the error says why it cannot be read.
pub(crate) fn of_exercise(
    entry: &Entry,
    exercise: &str,
    script: Script,
) -> Result<Examinee, String> {
    let name = format!("{exercise}/{}", script.file());
    let text = entry.beside(&name).map_err(|error| error.to_string())?;
    match &entry.origin {
        Origin::File(path) => {
            let trusted = entry.is_trusted(&text, &format!("{}/{name}", entry.full_name));
            let file = path.with_extension("").join(name);
            let words = ["--confined".into(), file.into()];
            socklab(&words[usize::from(trusted)..], None)
        }
        // It lies in no file: it comes through a pipe.
        Origin::Embedded(_) => socklab(&["/dev/stdin".into()], Some(text)),
    }
}

/// A script as a program: this very program runs it.
pub(crate) fn of_script(file: &Path) -> Result<Examinee, String> {
    socklab(&[file.into()], None)
}

fn socklab(script: &[OsString], input: Option<Vec<u8>>) -> Result<Examinee, String> {
    let own = env::current_exe()
        .map_err(|error| format!("this program's own file is not to be found: {error}"))?;
    let words = [own.into(), "run".into()].into_iter();
    let words = words.chain(script.iter().cloned()).collect();
    let called = Some(PROGRAM.into());
    let program = Arc::new(Program::new(Launch {
        words,
        called,
        input,
    }));
    Ok(Examinee {
        program,
        language: Language::Rhai,
    })
}

/// A command line as a program; its words are split as a shell does.
pub(crate) fn of_command(line: &str) -> Result<Examinee, String> {
    let words = shlex::split(line)
        .ok_or_else(|| format!("a quote is open in `{line}`; close it and try again"))?;
    if words.is_empty() {
        return Err("the command is empty; write `--command \"python3 server.py\"`".into());
    }
    let program = Arc::new(Program::new(Launch {
        words: words.into_iter().map(OsString::from).collect(),
        called: None,
        input: None,
    }));
    let language = Language::of_command(line);
    Ok(Examinee { program, language })
}
