//! Files written whole or not at all: the one way in which the program puts text on a disk.

use std::error;
use std::fmt;
use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use crate::net::error::reason;

/// How many links in a row lead to a file (Linux: 40).
const MOST_LINKS: usize = 40;
/// The rights of a new file, of which the process's mask takes away.
const RIGHTS: u32 = 0o666;

/// What becomes of a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Existing {
    /// It stays: that it is there is an error.
    Refuse,
    /// The text takes the place of what is in it.
    Replace,
}

impl Existing {
    /// What an option `--force` asks for.
    pub(crate) fn by_force(force: bool) -> Self {
        if force { Self::Replace } else { Self::Refuse }
    }
}

/// A file could not be written, and is as it was.
#[derive(Debug)]
pub(crate) struct WriteError {
    path: PathBuf,
    pub(crate) error: io::Error,
}

impl WriteError {
    /// Whether there is a file already that was not to be replaced.
    pub(crate) fn is_there_already(&self) -> bool {
        self.error.kind() == io::ErrorKind::AlreadyExists
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = reason(&self.error);
        write!(f, "cannot write `{}`: {why}", self.path.display())
    }
}

impl error::Error for WriteError {}

/// Writes a file in one move, so that nobody ever sees a part of it. A file that is replaced keeps
/// its rights; a symbolic link stays one, and what it leads to is written. The process's own
/// streams (`/dev/stdout`, `/dev/fd/3`) are written to as they are.
///
/// # Errors
/// EEXIST where a file is to stay; what is no plain file or read-only; and what the system says of
/// the folder or of the disk (EACCES, ENOSPC, EROFS).
pub(crate) fn write(
    path: &Path,
    text: impl AsRef<[u8]>,
    existing: Existing,
) -> Result<(), WriteError> {
    let text = text.as_ref();
    let written = if path == Path::new("/dev/stdout") {
        let mut out = io::stdout().lock();
        out.write_all(text).and_then(|()| out.flush())
    } else if path.starts_with("/dev/fd") || path == Path::new("/dev/stderr") {
        let stream = OpenOptions::new().append(true).open(path);
        stream.and_then(|mut stream| stream.write_all(text))
    } else {
        place(path, text, existing).map_err(of_system)
    };
    written.map_err(|error| WriteError {
        path: path.into(),
        error,
    })
}

/// What the system said, in our words.
pub(crate) fn told(error: &io::Error) -> String {
    reason(error)
}

/// Makes the folder that a file is to lie in.
///
/// # Errors
/// What the system says (EACCES, ENOTDIR, EROFS).
pub(crate) fn make_folder_of(path: &Path) -> Result<(), WriteError> {
    fs::create_dir_all(folder_of(path)).map_err(|error| WriteError {
        path: path.into(),
        error,
    })
}

fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    folder.unwrap_or(Path::new("."))
}

/// Writes beside the file, makes sure that it is on the disk, and puts it in its place. The new
/// name may reach the disk a little later: until then the old file counts, which is whole.
fn place(path: &Path, text: &[u8], existing: Existing) -> io::Result<()> {
    let path = followed(path)?;
    let old = replaced(&path, existing)?;
    let mut fresh = tempfile::Builder::new()
        .prefix(".socklab-")
        .suffix(".part")
        .permissions(Permissions::from_mode(RIGHTS))
        .tempfile_in(folder_of(&path))?;
    fresh.write_all(text)?;
    if let Some(old) = old {
        // Only root can give a file to somebody else, and only root needs to.
        let _ = fchown(fresh.as_file(), Some(old.uid()), Some(old.gid()));
        fresh.as_file().set_permissions(old.permissions())?;
    }
    fresh.as_file().sync_all()?;
    let placed = match existing {
        Existing::Refuse => fresh.persist_noclobber(&path),
        Existing::Replace => fresh.persist(&path),
    };
    placed.map(drop).map_err(|error| error.error)
}

/// What the system said, without the path that the package puts around it.
fn of_system(error: io::Error) -> io::Error {
    let inner = error.get_ref().and_then(error::Error::source);
    let inner = inner.and_then(|inner| inner.downcast_ref::<io::Error>());
    match inner.and_then(io::Error::raw_os_error) {
        Some(number) => io::Error::from_raw_os_error(number),
        None => error,
    }
}

/// What a path leads to through symbolic links, whether it is there or not.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(next) => path = folder_of(&path).join(next),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

/// The file that is to be replaced; none where there is none yet.
fn replaced(path: &Path, existing: Existing) -> io::Result<Option<fs::Metadata>> {
    let old = match fs::symlink_metadata(path) {
        Ok(old) => old,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if old.is_dir() {
        return Err(io::Error::other("it is a folder"));
    }
    if !old.is_file() {
        return Err(io::Error::other("it is no plain file"));
    }
    if existing == Existing::Refuse {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    if old.permissions().readonly() {
        return Err(io::Error::other("it is read-only"));
    }
    // A move asks for rights of the folder alone; the file may be somebody else's.
    OpenOptions::new().write(true).open(path)?;
    Ok(Some(old))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;
    use std::path::Path;

    use super::Existing::{Refuse, Replace};
    use super::write;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a folder")
    }

    #[track_caller]
    fn assert_holds(path: &Path, text: &str) {
        assert_eq!(fs::read_to_string(path).expect("a text"), text);
    }

    fn mode(path: &Path) -> u32 {
        let found = fs::metadata(path).expect("a file");
        found.permissions().mode() & 0o777
    }

    #[test]
    fn a_file_that_is_replaced_keeps_its_rights_and_leaves_nothing_beside_it() {
        for rights in [0o600, 0o644, 0o755] {
            let folder = folder();
            let path = folder.path().join("a.rhai");
            write(&path, "old", Refuse).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(rights)).unwrap();
            write(&path, "new", Replace).unwrap();
            assert_eq!(mode(&path), rights);
            assert_holds(&path, "new");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }

    #[test]
    fn a_new_file_has_the_rights_that_any_program_gives_it() {
        let folder = folder();
        let (ours, usual) = (folder.path().join("ours"), folder.path().join("usual"));
        write(&ours, "", Refuse).unwrap();
        fs::write(&usual, "").unwrap();
        assert_eq!(mode(&ours), mode(&usual));
    }

    #[test]
    fn what_is_there_stays_unless_it_is_to_be_replaced() {
        let folder = folder();
        let path = folder.path().join("a.rhai");
        write(&path, "first", Refuse).unwrap();
        let refused = write(&path, "second", Refuse).unwrap_err();
        assert!(refused.is_there_already());
        assert_holds(&path, "first");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_link_stays_a_link_and_what_it_leads_to_is_written() {
        let folder = folder();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("deep")).unwrap();
        fs::write(path("deep/real"), "old").unwrap();
        symlink("deep/real", path("near")).unwrap();
        symlink("near", path("far")).unwrap();
        write(&path("far"), "new", Replace).unwrap();
        assert_holds(&path("deep/real"), "new");
        assert_eq!(fs::read_link(path("far")).unwrap(), Path::new("near"));
        assert!(
            write(&path("far"), "x", Refuse)
                .unwrap_err()
                .is_there_already()
        );
        // Where it leads to nothing, the file is made there.
        symlink("deep/fresh", path("dangling")).unwrap();
        write(&path("dangling"), "made", Refuse).unwrap();
        assert_holds(&path("deep/fresh"), "made");
        symlink("round", path("round")).unwrap();
        let refused = write(&path("round"), "x", Replace).unwrap_err();
        assert!(refused.to_string().contains("too many symbolic links"));
    }

    #[test]
    fn what_is_no_plain_file_is_left_alone() {
        let folder = folder();
        let socket = folder.path().join("socket");
        let _listening = UnixListener::bind(&socket).unwrap();
        let cases = [
            (folder.path(), "it is a folder"),
            (&socket, "it is no plain file"),
            (Path::new("/dev/null"), "it is no plain file"),
        ];
        for (path, why) in cases {
            for existing in [Refuse, Replace] {
                let refused = write(path, "x", existing).unwrap_err();
                let wanted = format!("cannot write `{}`: {why}", path.display());
                assert_eq!(refused.to_string(), wanted);
            }
        }
    }

    #[test]
    fn a_read_only_file_is_not_replaced() {
        let folder = folder();
        let path = folder.path().join("a");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
        let refused = write(&path, "new", Replace).unwrap_err();
        assert!(
            refused.to_string().ends_with(": it is read-only"),
            "{refused}"
        );
        assert_holds(&path, "old");
    }
}
