//! `definitions DIR`: files from which an editor's rhai language server completes our functions.

use std::fs;
use std::path::PathBuf;

use crate::commands::app::App;
use crate::error::Exit;
use crate::net::error::reason;
use crate::script::definitions::definitions;

/// What `definitions` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder, made if it is missing; `.rhai/definitions` is where the server looks
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Writes them, over those of an earlier version.
pub(crate) fn run_command(args: &Args, shell: &App) -> Exit {
    let folder = args.folder.display();
    let files = definitions();
    let written = fs::create_dir_all(&args.folder).and_then(|()| {
        files
            .iter()
            .try_for_each(|(name, text)| fs::write(args.folder.join(name), text))
    });
    match written {
        Ok(()) => {
            let count = files.len();
            shell
                .screen
                .line(&format!("{count} files written to {folder}"));
            Exit::Well
        }
        Err(error) => {
            let why = reason(&error);
            shell
                .screen
                .aside(&format!("error: cannot write to `{folder}`: {why}"));
            Exit::Unable
        }
    }
}
