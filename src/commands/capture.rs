//! `capture`: the recorded packets as a file for Wireshark.

use std::path::PathBuf;

use clap::ValueHint;

use crate::commands::app::App;
use crate::commands::ladder::{refuse, save};
use crate::prompt::AfterLine;
use crate::trace::{Clocks, pcapng};

/// What `capture` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The file: `talk.pcapng`
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// Replace a file that is there already
    #[arg(long)]
    force: bool,
}

/// Writes it.
pub(crate) fn run_command(args: &Args, shell: &mut App) -> AfterLine {
    let journal = shell.session.journal();
    let packets = journal.packets_after(0);
    if packets.is_empty() {
        let text = "there are no packets: only a private internet shows them, and it carried none yet; \
                    `ladder` draws the calls";
        return refuse(shell, text);
    }
    match pcapng(&journal.after(0), &packets, Clocks::now()) {
        Ok(content) => {
            let done = format!("wrote {} packets", packets.len());
            save(shell, &args.file, &content, args.force, &done)
        }
        Err(error) => refuse(shell, &format!("the packets make no file: {error}")),
    }
}
