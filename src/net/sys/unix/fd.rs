//! Descriptors as numbers: fcntl(2), and who owns them.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

/// The first number for a descriptor of our own, so that a learner's first socket is 3.
pub(crate) const FIRST_OF_OURS: RawFd = 200;

/// Whether programs that are started from here get this descriptor too. Errors: EBADF.
pub(crate) fn is_inheritable(fd: RawFd) -> io::Result<bool> {
    // SAFETY: fcntl(2) with F_GETFD takes numbers only; one that is not open is EBADF.
    match unsafe { libc::fcntl(fd, libc::F_GETFD) } {
        flags if flags < 0 => Err(io::Error::last_os_error()),
        flags => Ok(flags & libc::FD_CLOEXEC == 0),
    }
}

/// A copy of an open descriptor that started programs do not get (dup(2)). Errors: EBADF, EMFILE.
pub(crate) fn duplicate(fd: RawFd) -> io::Result<OwnedFd> {
    duplicate_from(fd, 0)
}

/// A copy whose number is `first` or above. Errors: EINVAL where no number is that high.
pub(crate) fn duplicate_from(fd: RawFd, first: RawFd) -> io::Result<OwnedFd> {
    // SAFETY: fcntl(2) with F_DUPFD_CLOEXEC takes numbers only; one that is not open is EBADF.
    match unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, first) } {
        copy if copy < 0 => Err(io::Error::last_os_error()),
        // SAFETY: `copy` was opened just now, so that nobody else has its number.
        copy => Ok(unsafe { OwnedFd::from_raw_fd(copy) }),
    }
}

/// Opens descriptors with all numbers below `first` taken, so that what `open` opens has higher ones.
/// Where no number is that high it has what there is.
pub(crate) fn open_above<T>(first: RawFd, open: impl FnOnce() -> T) -> T {
    let mut taken = Vec::new();
    if let Ok(nothing) = File::open("/dev/null") {
        while let Ok(copy) = duplicate(nothing.as_raw_fd()) {
            let is_high = copy.as_raw_fd() >= first;
            taken.push(copy);
            if is_high {
                break;
            }
        }
        taken.push(nothing.into());
    }
    if taken.iter().all(|taken| taken.as_raw_fd() < first) {
        // The limit of open files is below: leave room.
        taken.clear();
    }
    open()
}

/// Looks at a descriptor that its owner keeps open meanwhile.
pub(crate) fn look_at<T>(fd: RawFd, look: impl FnOnce(BorrowedFd<'_>) -> T) -> Option<T> {
    // SAFETY: the number is not -1, and whoever calls knows its owner, who closes it later.
    (fd >= 0).then(|| look(unsafe { BorrowedFd::borrow_raw(fd) }))
}

/// The numbers of open descriptors that nothing owns: given up by their socket, or handed over by
/// another program.
#[derive(Debug, Default)]
pub(crate) struct UnownedFds(RefCell<BTreeSet<RawFd>>);

impl UnownedFds {
    /// Counts an open descriptor as nobody's.
    pub(crate) fn insert(&self, fd: RawFd) {
        if fd >= 0 {
            self.0.borrow_mut().insert(fd);
        }
    }

    /// Whether it is nobody's.
    pub(crate) fn contains(&self, fd: RawFd) -> bool {
        self.0.borrow().contains(&fd)
    }

    /// Takes it; none where it is somebody's.
    pub(crate) fn take(&self, fd: RawFd) -> Option<OwnedFd> {
        // SAFETY: whoever owned the number gave it up when it came into the set, and it leaves the
        // set here, so that it is taken once.
        (self.0.borrow_mut().remove(&fd)).then(|| unsafe { OwnedFd::from_raw_fd(fd) })
    }
}
