//! `lesson reset`, `export-progress`, `import-progress`: what is kept of a learner's way.

use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;

use etcetera::{BaseStrategy, choose_base_strategy};

use super::{unable, write};
use crate::commands::app::App;
use crate::commands::arguments::LessonName;
use crate::commands::question;
use crate::error::Exit;
use crate::lesson::library::Library;
use crate::lesson::progress::store::{Store, StoredProgress};
use crate::lesson::progress::{Progress, Unreadable};

/// What `lesson reset` takes.
#[derive(Debug, clap::Args)]
#[group(id = "progress-to-reset")]
pub(crate) struct Reset {
    /// A lesson; without one, all of them
    name: Option<LessonName>,
    /// Forget all of them without asking
    #[arg(long, short)]
    yes: bool,
}

/// What `lesson export-progress` takes.
#[derive(Debug, clap::Args)]
#[group(id = "progress-to-export")]
pub(crate) struct Export {
    /// Where to; `-` is standard output
    file: PathBuf,
    /// Replace a file that is there already
    #[arg(long)]
    force: bool,
}

/// What `lesson import-progress` takes.
#[derive(Debug, clap::Args)]
#[group(id = "progress-to-import")]
pub(crate) struct Import {
    /// What `export-progress` wrote; `-` is standard input
    file: PathBuf,
}

/// This user's store; where there is no home for it, that is said.
pub(crate) fn store(shell: &App) -> Option<Store> {
    let strategy = choose_base_strategy().ok();
    if strategy.is_none() {
        let text = "note: there is no home folder, so progress is not kept; set HOME";
        shell.screen.aside(text);
    }
    Some(Store::in_folder(&strategy?.data_dir().join("socklab")))
}

/// What is kept; what is wrong with it is said.
pub(crate) fn load(store: &Store, shell: &App) -> Progress {
    told(store.load(), shell)
}

fn told(found: StoredProgress, shell: &App) -> Progress {
    if let Some(trouble) = found.trouble {
        shell.screen.aside(&format!("note: {trouble}"));
    }
    found.progress
}

/// Changes what is kept, or says why it cannot be.
fn update(shell: &App, change: impl FnOnce(&mut Progress)) -> Result<Progress, Exit> {
    let store = store(shell).ok_or(Exit::Unable)?;
    match store.update(change) {
        Ok(found) => Ok(told(found, shell)),
        Err(trouble) => Err(unable(shell, &trouble.to_string())),
    }
}

/// Forgets one lesson, or all.
pub(crate) fn reset(args: &Reset, library: &Library, shell: &App) -> Exit {
    if args.name.is_none() && !args.yes {
        if !io::stdin().is_terminal() {
            let text =
                "nothing is forgotten: there is nobody to ask; add --yes to forget all lessons";
            return unable(shell, text);
        }
        if !question::is_agreed("forget your progress in all lessons?", shell) {
            shell.screen.line("not changed");
            return Exit::Unable;
        }
    }
    let mut forgotten = Vec::new();
    let done = match &args.name {
        None => update(shell, |kept| {
            forgotten = std::mem::take(&mut kept.lessons).into_keys().collect();
        }),
        Some(name) => {
            let full_name = match library.find(name) {
                Ok(entry) => entry.full_name,
                Err(error) => return unable(shell, &error.to_string()),
            };
            update(shell, |kept| {
                forgotten.extend(kept.lessons.remove(&full_name).map(|_| full_name));
            })
        }
    };
    match done {
        Err(exit) => exit,
        Ok(_) if forgotten.is_empty() => {
            shell.screen.line("nothing to forget: it was not begun");
            Exit::Well
        }
        Ok(_) => {
            let names = forgotten.join("`, `");
            shell.screen.line(&format!("`{names}` begins anew"));
            Exit::Well
        }
    }
}

/// Writes what is kept.
pub(crate) fn export(args: &Export, shell: &App) -> Exit {
    let Some(store) = store(shell) else {
        return Exit::Unable;
    };
    let found = store.load();
    if let Some(trouble) = found.trouble {
        return unable(shell, &trouble.to_string());
    }
    let text = found.progress.to_text();
    if args.file.as_os_str() == "-" {
        shell.screen.raw(text.trim_end_matches('\n'));
        return Exit::Well;
    }
    match write(&args.file, &text, args.force, shell) {
        Ok(()) => Exit::Well,
        Err(exit) => exit,
    }
}

/// Adds what another machine knows.
pub(crate) fn import(args: &Import, shell: &App) -> Exit {
    let mut bytes = Vec::new();
    let read = if args.file.as_os_str() == "-" {
        io::stdin().lock().read_to_end(&mut bytes).map(drop)
    } else {
        fs::read(&args.file).map(|read| bytes = read)
    };
    let path = args.file.display();
    if let Err(error) = read {
        return unable(shell, &format!("cannot read `{path}`: {error}"));
    }
    let theirs = match Progress::from_text(&String::from_utf8_lossy(&bytes)) {
        Ok(theirs) => theirs,
        Err(Unreadable::Damaged) => {
            let mend = "`lesson export-progress FILE` writes one";
            return unable(shell, &format!("`{path}` is no progress file; {mend}"));
        }
        Err(Unreadable::Newer) => {
            return unable(
                shell,
                &format!("a newer socklab wrote `{path}`; use that one"),
            );
        }
    };
    match update(shell, |kept| kept.merge(&theirs)) {
        Ok(_) => {
            let count = theirs.lessons.len();
            shell
                .screen
                .line(&format!("{count} lessons are added to your progress"));
            Exit::Well
        }
        Err(exit) => exit,
    }
}
