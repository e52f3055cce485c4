//! The first minutes: three lines for who has never been here.

use std::fs::{self, OpenOptions};
use std::path::Path;

const GREETING: &str = "\
socklab: a prompt for network sockets. What you type is done at once.
Try  getservbyname(\"ssh\")  or  let s = socket() . Tab completes; `help` helps.
The course: `lesson start`. Its internet: `lab on`. Leave: `exit` or Ctrl-D.";

/// The greeting, once for each state folder: a marker there says that it was shown. Where no
/// marker can be kept it is shown again.
pub(crate) fn first(state: Option<&Path>) -> Option<&'static str> {
    let Some(folder) = state else {
        return Some(GREETING);
    };
    let marker = folder.join("greeted");
    if marker.exists() {
        return None;
    }
    // Where it cannot be written nothing is lost but a repeated greeting.
    let _ = fs::create_dir_all(folder);
    let _ = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(marker);
    Some(GREETING)
}

#[cfg(test)]
mod tests {
    use super::{GREETING, first};

    #[test]
    fn it_is_three_lines_that_fit_and_come_once() {
        assert_eq!(GREETING.lines().count(), 3);
        assert!(GREETING.lines().all(|line| line.len() < 80));
        let folder = tempfile::tempdir().expect("a folder");
        let state = folder.path().join("state");
        assert_eq!(first(Some(&state)), Some(GREETING));
        assert_eq!(first(Some(&state)), None);
    }
}
