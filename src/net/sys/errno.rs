//! Error numbers: their names, kinds and plain words.

/// One error number of the platform.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Errno {
    /// The platform's constant: `"ECONNREFUSED"`.
    pub(crate) name: &'static str,
    /// Its value here.
    pub(crate) value: i32,
    /// The kind in one word, `"ConnectionRefused"`; `"Other"` where nothing says it better.
    pub(crate) kind: &'static str,
    /// What it means in a few plain words, lower case: `"connection refused"`.
    pub(crate) message: &'static str,
    /// One line for someone who meets it: what the system found, or how it comes about.
    pub(crate) about: &'static str,
}

/// The errno with this number. Of two names for one number it gives the usual: `EAGAIN`, not
/// `EWOULDBLOCK`.
pub(crate) fn find(number: i32) -> Option<&'static Errno> {
    find_in(&SYSTEM_SORTED, number)
}

/// The `EAI_*` code with this number.
pub(crate) fn find_lookup(code: i32) -> Option<&'static Errno> {
    find_in(&LOOKUP_SORTED, code)
}

/// The `h_errno` value with this number: `HOST_NOT_FOUND`, `TRY_AGAIN`, `NO_RECOVERY`, `NO_DATA`.
pub(crate) fn find_host(code: i32) -> Option<&'static Errno> {
    find_in(HOST, code)
}

fn find_in(sorted: &'static [Errno], value: i32) -> Option<&'static Errno> {
    sorted
        .binary_search_by_key(&value, |entry| entry.value)
        .ok()
        .map(|at| &sorted[at])
}

static SYSTEM_SORTED: [Errno; SYSTEM.len()] = sorted(SYSTEM);
static LOOKUP_SORTED: [Errno; LOOKUP.len()] = sorted(LOOKUP);

/// The table by number, in the compiler: by insertion, as the rows are nearly in order.
const fn sorted<const N: usize>(table: &[Errno]) -> [Errno; N] {
    let mut made = [table[0]; N];
    let mut next = 0;
    while next < N {
        made[next] = table[next];
        let mut at = next;
        while at > 0 && made[at].value < made[at - 1].value {
            made.swap(at, at - 1);
            at -= 1;
        }
        next += 1;
    }
    made
}

/// Makes a table from rows `NAME Kind "message", "about";` (`NAME = 1 Kind …` gives the number
/// itself, where libc lacks the name). `when` takes what `#[cfg]` takes.
macro_rules! errnos {
    ($(#[$doc:meta])* $table:ident: $(when ($($condition:tt)+) $rows:tt)+) => {
        errnos!(@table $(#[$doc])* $table [] $(($($condition)+) $rows)+);
    };
    (@table $(#[$doc:meta])* $table:ident [$($made:tt)*]) => {
        $(#[$doc])*
        pub(crate) const $table: &[Errno] = &[$($made)*];
    };
    (@table $(#[$doc:meta])* $table:ident [$($made:tt)*] $condition:tt {
        $($name:ident $(= $value:literal)? $kind:ident $message:literal, $about:literal;)+
    } $($rest:tt)*) => {
        errnos!(@table $(#[$doc])* $table [$($made)* $(
            #[cfg $condition]
            Errno {
                name: stringify!($name),
                value: errnos!(@value $name $($value)?),
                kind: stringify!($kind),
                message: $message,
                about: $about,
            },
        )+] $($rest)*);
    };
    (@value $name:ident) => { libc::$name };
    (@value $name:ident $value:literal) => { $value };
}

errnos! {
    /// `E…`, one name for each number.
    SYSTEM:
    when (all()) {
        EPERM PermissionDenied "operation not permitted", "only a privileged program may do this";
        ENOENT NotFound "no such file or directory", "nothing has this path";
        ESRCH NotFound "no such process", "no process has this number";
        EINTR Interrupted "interrupted system call", "a signal came while the call waited";
        EIO Other "input/output error", "the device failed";
        ENXIO Other "no such device or address", "nothing is at the other end of this path";
        E2BIG ArgumentTooLong "argument list too long", "the arguments of a program take too much room";
        ENOEXEC Other "exec format error", "the file is no program of this machine";
        EBADF BadFileDescriptor "bad file descriptor", "no open socket or file has this number; it may be closed";
        ECHILD Other "no child processes", "there is no started program to wait for";
        EAGAIN WouldBlock "resource temporarily unavailable", "the call would have to wait, and the socket is told not to";
        ENOMEM OutOfMemory "cannot allocate memory", "the system has no memory left for this";
        EACCES PermissionDenied "permission denied", "you may not do this, such as bind a port below 1024";
        EFAULT BadAddress "bad address", "a pointer leads outside the program's memory";
        ENOTBLK Other "block device required", "the file is no disk";
        EBUSY ResourceBusy "device or resource busy", "somebody else is using it";
        EEXIST AlreadyExists "file exists", "something has this path already";
        EXDEV CrossesDevices "invalid cross-device link", "the two paths lie on different file systems";
        ENODEV NotFound "no such device", "no device or interface has this name";
        ENOTDIR NotADirectory "not a directory", "a part of the path is no directory";
        EISDIR IsADirectory "is a directory", "the path is a directory, and a file was wanted";
        EINVAL InvalidArgument "invalid argument", "the system does not take this value, or not in this state";
        ENFILE TooManyOpenFiles "too many open files in system", "all programs together have reached the limit";
        EMFILE TooManyOpenFiles "too many open files", "this program has reached its limit of descriptors";
        ENOTTY NotSupported "inappropriate ioctl for device", "the request does not fit this kind of file";
        ETXTBSY ResourceBusy "text file busy", "the file is a program that runs now";
        EFBIG FileTooLarge "file too large", "the file would exceed the limit";
        ENOSPC StorageFull "no space left on device", "the disk is full";
        ESPIPE NotSeekable "illegal seek", "a socket or pipe has no position to go to";
        EROFS ReadOnlyFilesystem "read-only file system", "nothing can be written there";
        EMLINK TooManyLinks "too many links", "the file has as many names as it can";
        EPIPE BrokenPipe "broken pipe", "nobody reads at the other end any more";
        EDOM InvalidArgument "numerical argument out of domain", "the value is outside what is defined";
        ERANGE OutOfRange "numerical result out of range", "the result does not fit";
        EDEADLK Deadlock "resource deadlock avoided", "waiting for the lock would never end";
        ENAMETOOLONG NameTooLong "file name too long", "the path, or a part of it, is too long";
        ENOLCK Other "no locks available", "the system has no lock left";
        ENOSYS NotSupported "function not implemented", "this system lacks the call";
        ENOTEMPTY DirectoryNotEmpty "directory not empty", "the directory still holds something";
        ELOOP FilesystemLoop "too many levels of symbolic links", "links lead to links without end";
        ENOMSG Other "no message of desired type", "the queue has nothing of the kind";
        EIDRM Other "identifier removed", "the queue was deleted meanwhile";
        ENOSTR Other "device not a stream", "a call of old Unix STREAMS met something else";
        ENODATA NoData "no data available", "there is nothing to read";
        ETIME TimedOut "timer expired", "a timer of the system ran out";
        ENOSR Other "out of streams resources", "old Unix STREAMS have no room left";
        EREMOTE Other "object is remote", "it lies on another machine";
        ENOLINK Other "link has been severed", "the way to the other machine is gone";
        EPROTO ProtocolError "protocol error", "the other side broke the protocol's rules";
        EMULTIHOP Other "multihop attempted", "the way leads over more than one machine";
        EBADMSG InvalidData "bad message", "the message makes no sense";
        EOVERFLOW OutOfRange "value too large for defined data type", "the value does not fit its field";
        EILSEQ InvalidData "invalid or incomplete multibyte or wide character", "the bytes are no text in this encoding";
        EUSERS Other "too many users", "there is no room for another user";
        ENOTSOCK NotASocket "socket operation on non-socket", "the descriptor is a file or pipe, not a socket";
        EDESTADDRREQ DestinationRequired "destination address required", "the socket is not connected, and the call names no address";
        EMSGSIZE MessageTooLong "message too long", "a datagram must fit whole, and this one does not";
        EPROTOTYPE WrongProtocol "protocol wrong type for socket", "the protocol does not go with this type of socket";
        ENOPROTOOPT NotSupported "protocol not available", "there is no such option at this level";
        EPROTONOSUPPORT NotSupported "protocol not supported", "the family and type do not have this protocol";
        ESOCKTNOSUPPORT NotSupported "socket type not supported", "the family does not have this type";
        EOPNOTSUPP NotSupported "operation not supported", "this kind of socket cannot do that";
        EPFNOSUPPORT NotSupported "protocol family not supported", "the system does not have this family";
        EAFNOSUPPORT NotSupported "address family not supported by protocol", "the address is of another family than the socket, or the system lacks it";
        EADDRINUSE AddressInUse "address already in use", "another socket has this port, or lately had it";
        EADDRNOTAVAIL AddressNotAvailable "cannot assign requested address", "this machine does not have the address";
        ENETDOWN NetworkDown "network is down", "the network interface is off";
        ENETUNREACH NetworkUnreachable "network is unreachable", "no route leads to the address";
        ENETRESET ConnectionReset "network dropped connection on reset", "the connection broke because the network restarted";
        ECONNABORTED ConnectionAborted "software caused connection abort", "the connection was given up on this side";
        ECONNRESET ConnectionReset "connection reset by peer", "the peer broke the connection off";
        ENOBUFS NoBufferSpace "no buffer space available", "the system's queues are full";
        EISCONN AlreadyConnected "transport endpoint is already connected", "the socket has a peer already";
        ENOTCONN NotConnected "transport endpoint is not connected", "the socket has no peer yet, or no longer";
        ESHUTDOWN BrokenPipe "cannot send after transport endpoint shutdown", "the writing side was shut down";
        ETOOMANYREFS Other "too many references: cannot splice", "too many descriptors are under way in messages";
        ETIMEDOUT TimedOut "connection timed out", "the peer did not answer in time";
        ECONNREFUSED ConnectionRefused "connection refused", "no program listens at that port";
        EHOSTDOWN HostUnreachable "host is down", "the host does not answer on its link";
        EHOSTUNREACH HostUnreachable "no route to host", "the network is there, the host cannot be reached";
        EALREADY AlreadyInProgress "operation already in progress", "an earlier connect has not ended yet";
        EINPROGRESS InProgress "operation now in progress", "connect has begun and does not wait; poll tells when it ends";
        ESTALE Other "stale file handle", "the file is gone from the machine that shared it";
        EDQUOT StorageFull "disk quota exceeded", "your share of the disk is full";
        ECANCELED Cancelled "operation canceled", "somebody called it off";
        EOWNERDEAD Other "owner died", "the holder of a lock ended without giving it back";
        ENOTRECOVERABLE Other "state not recoverable", "a lock can never be taken again";
    }
    when (target_os = "linux") {
        ECHRNG Other "channel number out of range", "a number of old Unix systems; unused on Linux today";
        EL2NSYNC Other "level 2 not synchronized", "a number of old Unix systems; unused on Linux today";
        EL3HLT Other "level 3 halted", "a number of old Unix systems; unused on Linux today";
        EL3RST Other "level 3 reset", "a number of old Unix systems; rarely used";
        ELNRNG Other "link number out of range", "a number of old Unix systems; unused on Linux today";
        EUNATCH Other "protocol driver not attached", "the driver of a protocol is not there";
        ENOCSI Other "no csi structure available", "a number of old Unix systems; unused on Linux today";
        EL2HLT Other "level 2 halted", "a number of old Unix systems; unused on Linux today";
        EBADE Other "invalid exchange", "a driver was answered in an unexpected way";
        EBADR Other "invalid request descriptor", "a driver does not know the request";
        EXFULL Other "exchange full", "a driver has no room for another exchange";
        ENOANO Other "no anode", "a number of old Unix systems; rarely used";
        EBADRQC Other "invalid request code", "a driver does not know the request's number";
        EBADSLT Other "invalid slot", "a driver does not have this slot";
        EBFONT Other "bad font file format", "a number of old Unix systems; unused on Linux today";
        ENONET Other "machine is not on the network", "the machine has no network";
        ENOPKG Other "package not installed", "the kernel lacks the cipher or module asked for";
        EADV Other "advertise error", "a number of old Unix systems; unused on Linux today";
        ESRMNT Other "srmount error", "a number of old Unix systems; unused on Linux today";
        ECOMM Other "communication error on send", "a device failed while sending";
        EDOTDOT Other "rfs specific error", "a number of an old network file system; unused today";
        ENOTUNIQ Other "name not unique on network", "another machine has the name or address";
        EBADFD BadFileDescriptor "file descriptor in bad state", "the socket is not in a state for this call";
        EREMCHG Other "remote address changed", "the peer is at another address now";
        ELIBACC Other "can not access a needed shared library", "a number of old Unix systems; unused on Linux today";
        ELIBBAD Other "accessing a corrupted shared library", "the program's loader is damaged";
        ELIBSCN Other ".lib section in a.out corrupted", "a number of old Unix systems; unused on Linux today";
        ELIBMAX Other "attempting to link in too many shared libraries", "a number of old Unix systems; unused on Linux today";
        ELIBEXEC Other "cannot exec a shared library directly", "a number of old Unix systems; unused on Linux today";
        ERESTART Interrupted "interrupted system call should be restarted", "a mark inside the kernel that programs do not see";
        ESTRPIPE Other "streams pipe error", "a number of old Unix systems; rarely used";
        EUCLEAN InvalidData "structure needs cleaning", "the file system is damaged";
        ENOTNAM Other "not a xenix named type file", "a number of old Unix systems; unused on Linux today";
        ENAVAIL Other "no xenix semaphores available", "a number of old Unix systems; unused on Linux today";
        EISNAM Other "is a named type file", "a number of old Unix systems; rarely used";
        EREMOTEIO Other "remote i/o error", "a device failed at its far end";
        ENOMEDIUM Other "no medium found", "the drive is empty";
        EMEDIUMTYPE Other "wrong medium type", "the drive holds something else";
        ENOKEY Other "required key not available", "the kernel does not hold the key";
        EKEYEXPIRED Other "key has expired", "the key's time is over";
        EKEYREVOKED Other "key has been revoked", "the key was taken back";
        EKEYREJECTED PermissionDenied "key was rejected by service", "the key is not good enough";
        ERFKILL NetworkDown "operation not possible due to rf-kill", "radio is switched off";
        EHWPOISON Other "memory page has hardware error", "a part of the memory is damaged";
    }
    when (target_os = "macos") {
        ENOTSUP NotSupported "operation not supported", "this kind of file or socket cannot do that";
        EPROCLIM Other "too many processes", "the user runs as many programs as allowed";
        EBADRPC Other "rpc structure is bad", "a remote call was malformed";
        ERPCMISMATCH Other "rpc version wrong", "the two sides of a remote call disagree";
        EPROGUNAVAIL Other "rpc program not available", "nobody answers that remote call";
        EPROGMISMATCH Other "rpc program version wrong", "the remote program has another version";
        EPROCUNAVAIL Other "bad procedure for program", "the remote program lacks the procedure";
        EFTYPE Other "inappropriate file type or format", "the file is of another kind";
        EAUTH PermissionDenied "authentication error", "the other side does not believe who you are";
        ENEEDAUTH PermissionDenied "need authenticator", "the other side wants to know who you are";
        EPWROFF Other "device power is off", "the device is switched off";
        EDEVERR Other "device error", "the device failed";
        EBADEXEC Other "bad executable", "the program is damaged";
        EBADARCH Other "bad cpu type in executable", "the program is for another kind of machine";
        ESHLIBVERS Other "shared library version mismatch", "a library has the wrong version";
        EBADMACHO Other "malformed mach-o file", "the program is damaged";
        ENOATTR NotFound "attribute not found", "the file lacks the attribute";
        ENOPOLICY NotFound "policy not found", "no such policy exists";
        EQFULL NoBufferSpace "interface output queue is full", "the interface cannot take more packets now";
    }
}

errnos! {
    /// Second names of numbers in `SYSTEM`.
    ALIASES:
    when (all()) {
        EWOULDBLOCK WouldBlock "resource temporarily unavailable", "another name of EAGAIN: the call would have to wait";
    }
    when (target_os = "linux") {
        EDEADLOCK Deadlock "resource deadlock avoided", "another name of EDEADLK: the lock would never be free";
        ENOTSUP NotSupported "operation not supported", "another name of EOPNOTSUPP: this cannot be done here";
    }
}

errnos! {
    /// `EAI_…`, from `getaddrinfo` and `getnameinfo`.
    LOOKUP:
    when (all()) {
        EAI_AGAIN LookupFailed "temporary failure in name resolution", "no name server answered; later it may";
        EAI_BADFLAGS LookupFailed "bad value for ai_flags", "the flags are unknown or do not go together";
        EAI_FAIL LookupFailed "non-recoverable failure in name resolution", "the name server refused or failed";
        EAI_FAMILY LookupFailed "ai_family not supported", "lookups do not know this address family";
        EAI_MEMORY LookupFailed "memory allocation failure", "the lookup ran out of memory";
        EAI_NONAME LookupFailed "name or service not known", "nobody knows this name, or neither host nor service was given";
        EAI_OVERFLOW LookupFailed "argument buffer overflow", "the answer did not fit its buffer";
        EAI_SERVICE LookupFailed "service not supported for socket type", "no such service for this type of socket";
        EAI_SOCKTYPE LookupFailed "ai_socktype not supported", "lookups do not know this type, or it does not fit the protocol";
        EAI_SYSTEM LookupFailed "system error", "the system failed; errno tells why";
    }
    when (any(target_os = "linux", target_os = "macos")) {
        EAI_NODATA LookupFailed "no address associated with hostname", "the name exists, without an address of this family";
    }
    when (target_os = "linux") {
        EAI_ADDRFAMILY = -9 LookupFailed "address family for hostname not supported", "the host has no address in the family asked for";
    }
    when (target_os = "macos") {
        EAI_BADHINTS = 12 LookupFailed "bad hints", "the request contradicts itself";
        EAI_PROTOCOL = 13 LookupFailed "resolved protocol is unknown", "lookups do not know this protocol";
    }
}

errnos! {
    /// `h_errno`, from the older host lookups, by number (`<netdb.h>`, the same everywhere).
    HOST:
    when (all()) {
        HOST_NOT_FOUND = 1 LookupFailed "unknown host", "nobody knows a host of this name or address";
        TRY_AGAIN = 2 LookupFailed "host name lookup failure", "no name server answered; later it may";
        NO_RECOVERY = 3 LookupFailed "unknown server error", "the name server refused or failed";
        NO_DATA = 4 LookupFailed "no address associated with name", "the name exists, without an address of this family";
    }
}

#[cfg(test)]
mod tests {
    use super::{HOST, LOOKUP, SYSTEM, find, find_host, find_lookup};

    #[test]
    fn a_refused_connection_is_told_in_the_words_people_search_for() {
        let refused = find(libc::ECONNREFUSED).unwrap();
        assert_eq!(
            (refused.name, refused.kind, refused.message),
            ("ECONNREFUSED", "ConnectionRefused", "connection refused")
        );
    }

    #[test]
    fn of_two_names_the_usual_one_is_told() {
        assert_eq!(find(libc::EWOULDBLOCK).unwrap().name, "EAGAIN");
        assert_eq!(find(libc::EOPNOTSUPP).unwrap().name, "EOPNOTSUPP");
        assert_eq!(find(libc::EDEADLK).unwrap().name, "EDEADLK");
    }

    #[test]
    fn an_unknown_number_has_no_entry() {
        for number in [0, -1, 100_000, i32::MIN, i32::MAX] {
            assert!(find(number).is_none());
        }
        assert!(find_lookup(0).is_none());
        assert!(find_host(5).is_none());
    }

    #[test]
    fn every_entry_is_found_by_its_number() {
        for entry in SYSTEM {
            assert_eq!(find(entry.value).map(|found| found.name), Some(entry.name));
        }
        for entry in LOOKUP {
            assert_eq!(
                find_lookup(entry.value).map(|found| found.name),
                Some(entry.name)
            );
        }
        for entry in HOST {
            assert_eq!(
                find_host(entry.value).map(|found| found.name),
                Some(entry.name)
            );
        }
    }

    #[test]
    fn lookup_errors_have_their_own_numbers() {
        assert_eq!(
            find_lookup(libc::EAI_NONAME).unwrap().message,
            "name or service not known"
        );
        assert_eq!(find_host(1).unwrap().name, "HOST_NOT_FOUND");
    }

    #[test]
    fn messages_are_lower_case_fragments_and_kinds_one_word() {
        for entry in [SYSTEM, LOOKUP, HOST].concat() {
            let name = entry.name;
            assert!(
                !entry.about.is_empty() && !entry.about.ends_with('.'),
                "{name}"
            );
            assert_eq!(entry.message, entry.message.to_lowercase(), "{name}");
            assert!(
                entry
                    .kind
                    .starts_with(|first: char| first.is_ascii_uppercase()),
                "{name}"
            );
        }
    }
}
