//! `definitions DIR`: files from which an editor's rhai language server completes our functions.

use std::path::PathBuf;

use crate::commands::app::App;
use crate::error::Exit;
use crate::files::{self, Existing};
use crate::script::editor_definitions::definitions;

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
    let definitions = definitions();
    let written = definitions.iter().try_for_each(|(name, text)| {
        let path = args.folder.join(name);
        files::make_folder_of(&path)?;
        files::write(&path, text, Existing::Replace)
    });
    match written {
        Ok(()) => {
            let count = definitions.len();
            shell
                .screen
                .line(&format!("{count} files written to {folder}"));
            Exit::Well
        }
        Err(error) => {
            shell.screen.aside(&format!("error: {error}"));
            Exit::Unable
        }
    }
}
