//! Where the history is kept: one file in the platform's folder for state.

use std::fs;
use std::path::PathBuf;

use etcetera::{BaseStrategy, choose_base_strategy};

/// The history file of this user, its folder made; none where there is no home to keep it in.
pub(crate) fn default_file() -> Option<PathBuf> {
    let strategy = choose_base_strategy().ok()?;
    let folder = strategy
        .state_dir()
        .unwrap_or_else(|| strategy.data_dir())
        .join("socklab");
    fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}
