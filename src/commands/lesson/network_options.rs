//! The options that choose a lesson's network.

use crate::lesson::run::host::NetworkChoice;

/// Where a lesson that wants the lab runs.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Args {
    /// On the real network instead of the lab
    #[arg(long, conflicts_with = "shared")]
    live: bool,
    #[command(flatten)]
    lab: LabArgs,
}

/// Which lab it is.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct LabArgs {
    /// In the lab on ports of this machine's own loopback, though it could have machines of its own
    #[arg(long)]
    shared: bool,
}

impl Args {
    /// What they come to.
    pub(crate) fn choice(self) -> NetworkChoice {
        if self.live {
            NetworkChoice::Live
        } else {
            self.lab.choice()
        }
    }
}

impl LabArgs {
    /// What they come to.
    pub(crate) fn choice(self) -> NetworkChoice {
        if self.shared {
            NetworkChoice::SharedLab
        } else {
            NetworkChoice::Lab
        }
    }
}
