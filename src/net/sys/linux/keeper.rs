//! A process that holds two machines made of network namespaces, and makes sockets on them.
//!
//! Only a process that is alone in its threads may make a user namespace, so this one is forked for
//! it. It never runs another program and makes nothing but system calls that are safe after a fork.
//! All that the machines need beyond sockets is done from outside, by descriptors that it hands
//! over: whoever made a user namespace has every right in it. It ends when its line is closed,
//! which the system does even for a process that is killed.

use std::ffi::CStr;
use std::io;
use std::mem::zeroed;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::ptr;
use std::sync::{Mutex, PoisonError};

use super::super::Machine;
use super::super::unix::fd;
use super::super::unix::msghdr;

/// What is asked for in place of a family: the machine's network namespace.
const NAMESPACE: i32 = -1;
/// What is asked for in place of a family: the user namespace of both machines.
const USERS: i32 = -2;
/// The number by which getsockopt(2) tells the namespace of a socket (Linux 5.14).
const SO_NETNS_COOKIE: libc::c_int = 71;

/// The process, and the line to it.
#[derive(Debug)]
pub(crate) struct Keeper {
    line: Mutex<OwnedFd>,
    process: libc::pid_t,
}

/// A question: the machine, then family (or one of the words above), type and protocol of a socket.
type SocketRequest = [i32; 4];

impl Keeper {
    /// Makes the two machines, which have no card and no address yet. Errors say that the system
    /// forbids it: EPERM, ENOSPC where the limit of user namespaces is reached, ENOSYS.
    pub(crate) fn start() -> io::Result<Self> {
        let (ours, theirs) = line()?;
        // SAFETY: getuid(2) and getgid(2) always succeed.
        let (user, group) = unsafe { (libc::geteuid(), libc::getegid()) };
        let users = format!("{user} {user} 1");
        let groups = format!("{group} {group} 1");
        // SAFETY: the child makes only system calls that are safe after a fork of a process with
        // several threads, with memory that exists already, and ends by _exit(2).
        let process = unsafe {
            match libc::fork() {
                0 => keep(theirs.as_raw_fd(), users.as_bytes(), groups.as_bytes()),
                process => process,
            }
        };
        if process < 0 {
            return Err(io::Error::last_os_error());
        }
        drop(theirs);
        let keeper = Self {
            line: Mutex::new(out_of_the_way(ours)),
            process,
        };
        // It begins by saying how it went.
        let line = keeper.line.lock().unwrap_or_else(PoisonError::into_inner);
        answer(&line)?;
        drop(line);
        Ok(keeper)
    }

    /// A socket on a machine (socket(2)), with close-on-exec set; whoever uses it is on that machine
    /// with it. Errors: those of socket(2); EPIPE when the process was killed.
    pub(crate) fn socket(
        &self,
        machine: Machine,
        (family, kind, proto): (i32, i32, i32),
    ) -> io::Result<OwnedFd> {
        self.ask(machine, [family, kind | libc::SOCK_CLOEXEC, proto])
    }

    /// The network namespace of a machine, as a descriptor for netlink and setns(2).
    pub(crate) fn namespace(&self, machine: Machine) -> io::Result<OwnedFd> {
        self.ask(machine, [NAMESPACE, 0, 0]).map(out_of_the_way)
    }

    /// Has a program start on the learner's machine, which it finds to have this name. Errors: EPIPE
    /// when the process was killed.
    pub(crate) fn place(&self, command: &mut Command, name: &str) -> io::Result<()> {
        let users = self
            .ask(Machine::Learner, [USERS, 0, 0])
            .map(out_of_the_way)?;
        let network = self.namespace(Machine::Learner)?;
        let name = name.to_owned();
        let enter = move || {
            for (place, kind) in [
                (&users, libc::CLONE_NEWUSER),
                (&network, libc::CLONE_NEWNET),
            ] {
                // SAFETY: setns(2) takes two numbers; it is safe after a fork.
                if unsafe { libc::setns(place.as_raw_fd(), kind) } < 0 {
                    return Err(io::Error::last_os_error());
                }
            }
            // A name of its own is worth having, and nothing depends on it.
            // SAFETY: the name outlives the calls, which are safe after a fork.
            unsafe {
                if libc::unshare(libc::CLONE_NEWUTS) == 0 {
                    libc::sethostname(name.as_ptr().cast(), name.len());
                }
            }
            Ok(())
        };
        // SAFETY: between fork and exec only system calls are made.
        unsafe { command.pre_exec(enter) };
        Ok(())
    }

    /// The number of the process, whose place in `/proc` shows the learner's machine.
    pub(crate) fn process(&self) -> u32 {
        self.process.unsigned_abs()
    }

    fn ask(&self, machine: Machine, [family, kind, proto]: [i32; 3]) -> io::Result<OwnedFd> {
        let request: SocketRequest = [machine as i32, family, kind, proto];
        let bytes: Vec<u8> = request.iter().flat_map(|part| part.to_ne_bytes()).collect();
        let line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        repeat(|| {
            let flags = libc::MSG_NOSIGNAL;
            msghdr::sendmsg(line.as_raw_fd(), &[&bytes], &mut [], None, flags)
        })?;
        answer(&line)?.ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // SAFETY: the process is our child and was not waited for yet, so that the number is its.
        unsafe {
            libc::kill(self.process, libc::SIGKILL);
            while libc::waitpid(self.process, ptr::null_mut(), 0) < 0
                && io::Error::last_os_error().kind() == io::ErrorKind::Interrupted
            {}
        }
    }
}

/// Which namespace a socket belongs to, as a number that no other one has. Errors: ENOPROTOOPT
/// before Linux 5.14.
pub(crate) fn namespace_of(socket: RawFd) -> io::Result<u64> {
    let mut cookie = 0_u64;
    let mut len: libc::socklen_t = 8;
    let place = (&raw mut cookie).cast();
    // SAFETY: `cookie` has room for the 8 bytes that `len` says.
    let done = unsafe {
        libc::getsockopt(
            socket,
            libc::SOL_SOCKET,
            SO_NETNS_COOKIE,
            place,
            &raw mut len,
        )
    };
    if done < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(cookie)
}

/// Has a card send frames as they are on a wire: no checksum left open, no segment longer than its
/// MTU (`SIOCETHTOOL`). `socket` is one of the card's machine.
pub(crate) fn switch_off_offloads(socket: RawFd, card: &str) -> io::Result<()> {
    /// The numbers of `linux/ethtool.h`: transmit checksums, TSO, GSO, GRO.
    const SETTINGS: [u32; 4] = [0x17, 0x1f, 0x24, 0x2c];
    for setting in SETTINGS {
        let mut value = [setting, 0];
        // SAFETY: a request is integers and a pointer, for which zeros are valid.
        let mut request: libc::ifreq = unsafe { zeroed() };
        let room = request.ifr_name.len() - 1;
        for (to, from) in request.ifr_name.iter_mut().zip(card.bytes().take(room)) {
            #[allow(clippy::cast_possible_wrap)] // the same byte, whatever the sign of a char
            let letter = from as libc::c_char;
            *to = letter;
        }
        request.ifr_ifru.ifru_data = value.as_mut_ptr().cast();
        // SAFETY: the request names a structure of two words, which outlives the call.
        if unsafe { libc::ioctl(socket, libc::SIOCETHTOOL as _, &raw mut request) } < 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// The two ends of the line. Each question and each answer is one message.
fn line() -> io::Result<(OwnedFd, OwnedFd)> {
    let mut ends = [-1; 2];
    let kind = libc::SOCK_SEQPACKET | libc::SOCK_CLOEXEC;
    // SAFETY: `ends` has room for two numbers.
    if unsafe { libc::socketpair(libc::AF_UNIX, kind, 0, ends.as_mut_ptr()) } < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: both were opened just now, so that nobody else has their numbers.
    Ok(unsafe { (OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1])) })
}

/// The same descriptor under a number that no learner counts on; as it is where there is none.
pub(crate) fn out_of_the_way(low: OwnedFd) -> OwnedFd {
    if low.as_raw_fd() >= fd::FIRST_OF_OURS {
        return low;
    }
    fd::duplicate_from(low.as_raw_fd(), fd::FIRST_OF_OURS).unwrap_or(low)
}

/// Makes a call again that a signal ended.
fn repeat<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            ended => return ended,
        }
    }
}

/// Takes an answer: the descriptor in it, if there is one. EPIPE when the process has ended.
fn answer(line: &OwnedFd) -> io::Result<Option<OwnedFd>> {
    let mut bytes = Vec::new();
    let received = repeat(|| {
        let (room, flags) = (msghdr::cmsg_space(4), libc::MSG_CMSG_CLOEXEC);
        msghdr::recvmsg(line.as_raw_fd(), &mut bytes, 4, room, flags)
    })?;
    let taken = received.controls.iter().find_map(|control| {
        let number = control.data.as_slice().try_into().ok()?;
        // SAFETY: the system opened the descriptor for us with this message.
        Some(unsafe { OwnedFd::from_raw_fd(RawFd::from_ne_bytes(number)) })
    });
    match bytes.as_slice().try_into().map(i32::from_ne_bytes) {
        Ok(0) => Ok(taken),
        Ok(errno) => Err(io::Error::from_raw_os_error(errno)),
        Err(_) => Err(io::Error::from_raw_os_error(libc::EPIPE)),
    }
}

/// What the child does: no allocation, no lock, no panic; its end is _exit(2).
unsafe fn keep(line: RawFd, users: &[u8], groups: &[u8]) -> ! {
    // SAFETY: system calls with numbers, and with memory of this frame or of the arguments.
    unsafe {
        // Signals of the terminal are not for it; SIGKILL and the end of the line are.
        let mut all: libc::sigset_t = zeroed();
        libc::sigfillset(&raw mut all);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const all, ptr::null_mut());
        libc::setsid();
        // Whoever waits for the end of a pipe or a connection does not wait for it.
        close_all_but(line);
        let machines = match make_machines(users, groups) {
            Ok(machines) => {
                reply(line, 0, -1);
                machines
            }
            Err(errno) => {
                reply(line, errno, -1);
                libc::_exit(1)
            }
        };
        let mut request: SocketRequest = [0; 4];
        loop {
            let size = size_of::<SocketRequest>();
            let came = libc::recv(line, (&raw mut request).cast(), size, 0);
            if came < 0 && errno() == libc::EINTR {
                continue;
            }
            if came.cast_unsigned() != size {
                libc::_exit(0);
            }
            serve(line, machines, request);
        }
    }
}

/// Descriptors of the namespaces: the learner's network, the internet's, and the users of both.
#[derive(Clone, Copy)]
struct Places {
    learner: RawFd,
    internet: RawFd,
    users: RawFd,
}

unsafe fn make_machines(users: &[u8], groups: &[u8]) -> Result<Places, i32> {
    const NETWORK: &CStr = c"/proc/self/ns/net";
    // SAFETY: as in `keep`.
    unsafe {
        if libc::unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWNET) < 0 {
            return Err(errno());
        }
        write_to(c"/proc/self/setgroups", b"deny")?;
        write_to(c"/proc/self/uid_map", users)?;
        write_to(c"/proc/self/gid_map", groups)?;
        let learner = open(NETWORK, libc::O_RDONLY)?;
        if libc::unshare(libc::CLONE_NEWNET) < 0 {
            return Err(errno());
        }
        let internet = open(NETWORK, libc::O_RDONLY)?;
        if libc::setns(learner, libc::CLONE_NEWNET) < 0 {
            return Err(errno());
        }
        let users = open(c"/proc/self/ns/user", libc::O_RDONLY)?;
        Ok(Places {
            learner,
            internet,
            users,
        })
    }
}

unsafe fn serve(line: RawFd, places: Places, [machine, family, kind, proto]: SocketRequest) {
    let elsewhere = machine == Machine::Internet as i32;
    // SAFETY: as in `keep`.
    unsafe {
        let (made, errno) = match family {
            USERS => (libc::dup(places.users), errno()),
            NAMESPACE if elsewhere => (libc::dup(places.internet), errno()),
            NAMESPACE => (libc::dup(places.learner), errno()),
            _ if elsewhere => {
                libc::setns(places.internet, libc::CLONE_NEWNET);
                let made = libc::socket(family, kind, proto);
                let told = errno();
                // `/proc` shows the learner's machine here.
                libc::setns(places.learner, libc::CLONE_NEWNET);
                (made, told)
            }
            _ => (libc::socket(family, kind, proto), errno()),
        };
        if made < 0 {
            reply(line, errno, -1);
        } else {
            reply(line, 0, made);
            libc::close(made);
        }
    }
}

/// Sends an error, 0 for none, and a descriptor, -1 for none.
unsafe fn reply(line: RawFd, errno: i32, descriptor: RawFd) {
    // SAFETY: the buffers outlive the call; `words` has room for one header and one number, and is
    // aligned as a header wants to be.
    unsafe {
        let mut words = [0_u64; 4];
        let mut part = libc::iovec {
            iov_base: (&raw const errno).cast_mut().cast(),
            iov_len: size_of::<i32>(),
        };
        let mut header: libc::msghdr = zeroed();
        header.msg_iov = &raw mut part;
        header.msg_iovlen = 1;
        if descriptor >= 0 {
            header.msg_control = words.as_mut_ptr().cast();
            header.msg_controllen = libc::CMSG_SPACE(4) as _;
            let place = libc::CMSG_FIRSTHDR(&raw const header);
            (*place).cmsg_level = libc::SOL_SOCKET;
            (*place).cmsg_type = libc::SCM_RIGHTS;
            (*place).cmsg_len = libc::CMSG_LEN(4) as _;
            libc::CMSG_DATA(place)
                .cast::<RawFd>()
                .write_unaligned(descriptor);
        }
        libc::sendmsg(line, &raw const header, libc::MSG_NOSIGNAL);
    }
}

/// Closes every descriptor but one.
unsafe fn close_all_but(kept: RawFd) {
    let kept = kept.unsigned_abs();
    // SAFETY: close_range(2) takes numbers. Nobody in this process uses what it closes.
    unsafe {
        let below = kept == 0 || libc::syscall(libc::SYS_close_range, 0, kept - 1, 0) == 0;
        let above = libc::syscall(libc::SYS_close_range, kept + 1, libc::c_uint::MAX, 0) == 0;
        if !(below && above) {
            // Before Linux 5.9.
            let most = libc::sysconf(libc::_SC_OPEN_MAX).clamp(0, 65536);
            for other in 0..libc::c_int::try_from(most).unwrap_or(1024) {
                if other.unsigned_abs() != kept {
                    libc::close(other);
                }
            }
        }
    }
}

unsafe fn open(path: &CStr, flags: i32) -> Result<RawFd, i32> {
    // SAFETY: the path ends with a NUL.
    match unsafe { libc::open(path.as_ptr(), flags | libc::O_CLOEXEC) } {
        opened if opened < 0 => Err(errno()),
        opened => Ok(opened),
    }
}

unsafe fn write_to(path: &CStr, text: &[u8]) -> Result<(), i32> {
    // SAFETY: the buffer has the length that is said.
    unsafe {
        let file = open(path, libc::O_WRONLY)?;
        let written = libc::write(file, text.as_ptr().cast(), text.len());
        let told = errno();
        libc::close(file);
        if written < 0 { Err(told) } else { Ok(()) }
    }
}

fn errno() -> i32 {
    // SAFETY: the place of this thread's errno is always valid.
    unsafe { *libc::__errno_location() }
}
