//! Lesson files written whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// Puts a text in a file's place in one move, so that nobody ever sees a part of it; the file
/// keeps its rights. A symbolic link stays one: what it leads to is replaced.
///
/// # Errors
/// What the system says of the folder or of the disk (EACCES, ENOSPC, EROFS); the file is then as
/// it was.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let rights = fs::metadata(&path)?.permissions();
    if rights.readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let mut fresh = beside(&path)?;
    fresh.write_all(text.as_bytes())?;
    fresh.as_file().set_permissions(rights)?;
    fresh.as_file().sync_all()?;
    fresh.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

/// Makes a file that is not there yet, its folder too.
///
/// # Errors
/// EEXIST when it is there already, and what the system says otherwise.
pub(crate) fn create(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    if fs::symlink_metadata(path).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let mut file = File::create_new(path)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all());
    if written.is_err() {
        // A lesson that is cut off would be in the way of the next try.
        let _ = fs::remove_file(path);
    }
    written
}

/// An unnamed neighbour of a file, on the same disk.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().unwrap_or(Path::new("."));
    tempfile::Builder::new()
        .prefix(".lesson-")
        .suffix(".part")
        .tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{create, replace};

    #[test]
    fn a_file_that_is_replaced_keeps_its_rights_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.rhai");
        create(&path, "old").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            replace(&path, "new").unwrap();
            assert_eq!(
                fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o640
            );
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_there_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er/a.rhai");
        create(&path, "first").unwrap();
        assert!(create(&path, "second").is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "first");
    }
}
