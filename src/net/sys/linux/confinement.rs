//! Keeping a thread to one folder: unshare(2) gives it a current folder of its own, and Landlock keeps it
//! from all files but those in it.

use std::io;
use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr,
    path_beneath_rules,
};

/// A thread can have a current folder of its own here.
pub(crate) const HAS_FOLDERS: bool = true;

/// The rights that we know of; a kernel that has fewer takes those that it has.
const KNOWN: ABI = ABI::V5;
/// What lookups, the C library's and ours, and the tables of sockets are read from.
const READ_BY_US: [&str; 14] = [
    "/etc/hosts",
    "/etc/host.conf",
    "/etc/gai.conf",
    "/etc/ld.so.cache",
    "/etc/nsswitch.conf",
    "/etc/protocols",
    "/etc/resolv.conf",
    "/etc/services",
    "/dev/null",
    "/lib",
    "/lib64",
    "/proc",
    "/usr/lib",
    "/usr/lib64",
];

/// Puts this thread into a folder, and keeps it from all other files where the kernel can. What it
/// starts is kept so too. Errors: those of unshare(2) and chdir(2).
pub(crate) fn keep_thread_to(folder: &Path) -> io::Result<()> {
    // SAFETY: unshare(2) takes a number; what this thread has apart from now on is its current folder,
    // its root and its mask, which no other code of ours changes.
    if unsafe { libc::unshare(libc::CLONE_FS) } < 0 {
        return Err(io::Error::last_os_error());
    }
    std::env::set_current_dir(folder)?;
    // A kernel without Landlock leaves it to our own calls.
    let _kept = landlock(folder);
    Ok(())
}

fn landlock(folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let own = PathBeneath::new(PathFd::new(folder)?, AccessFs::from_all(KNOWN));
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    Ruleset::default()
        .handle_access(AccessFs::from_all(KNOWN))?
        .create()?
        .add_rule(own)?
        .add_rules(path_beneath_rules(READ_BY_US, read))?
        .restrict_self()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::net::UnixListener;
    use std::thread;

    use super::keep_thread_to;

    #[test]
    fn a_thread_has_its_folder_and_no_other_files() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::NamedTempFile::new().unwrap();
        let here = std::env::current_dir().unwrap();
        let (path, other) = (folder.path().to_path_buf(), outside.path().to_path_buf());
        let kept = thread::spawn(move || {
            keep_thread_to(&path).unwrap();
            let _listening = UnixListener::bind("a.sock").unwrap();
            fs::write("own", "x").unwrap();
            (fs::read(&other).is_err(), fs::write(&other, "x").is_err())
        });
        let (unread, unwritten) = kept.join().unwrap();
        assert!(folder.path().join("a.sock").exists());
        assert_eq!(std::env::current_dir().unwrap(), here);
        // A kernel without Landlock has no such rule.
        if fs::read_to_string("/sys/kernel/security/lsm").is_ok_and(|all| all.contains("landlock"))
        {
            assert!(unread && unwritten);
        }
    }
}
