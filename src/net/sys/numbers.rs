//! The platform's numbers that our own code compares with. What each means is in the table of
//! constants; those that the libc package lacks come from the systems' headers.

pub(crate) use libc::{
    AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC, AI_ALL, AI_CANONNAME, AI_NUMERICHOST, AI_NUMERICSERV,
    AI_PASSIVE, AI_V4MAPPED, EACCES, EADDRINUSE, EAFNOSUPPORT, EAGAIN, EAI_AGAIN, EAI_BADFLAGS,
    EAI_FAIL, EAI_FAMILY, EAI_NODATA, EAI_NONAME, EAI_SERVICE, EAI_SOCKTYPE, EAI_SYSTEM, EBADF,
    EBUSY, EINPROGRESS, EINTR, EINVAL, EISCONN, EMSGSIZE, ENETUNREACH, ENOENT, ENXIO, EPERM,
    IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, IPPROTO_UDP, MSG_DONTWAIT, MSG_PEEK, MSG_WAITALL,
    NI_DGRAM, NI_NAMEREQD, NI_NOFQDN, NI_NUMERICHOST, NI_NUMERICSERV, O_NONBLOCK, POLLIN, POLLOUT,
    POLLPRI, SCM_RIGHTS, SIGABRT, SIGBUS, SIGINT, SIGPIPE, SIGSEGV, SO_TYPE, SOCK_DGRAM, SOCK_RAW,
    SOCK_SEQPACKET, SOCK_STREAM, SOL_SOCKET, SOMAXCONN,
};
#[cfg(test)]
pub(crate) use libc::{ENOTSOCK, SHUT_RD};

/// Talks with the kernel about its network: Linux alone has it (netlink(7)).
pub(crate) const AF_NETLINK: i32 = 16;
pub(crate) const AF_PACKET: i32 = 17;
/// Linux adds `SOCK_NONBLOCK` and `SOCK_CLOEXEC` above these bits.
pub(crate) const SOCK_TYPE_MASK: i32 = 0xf;
/// The number that IANA gave SCTP.
pub(crate) const IPPROTO_SCTP: i32 = 132;
/// The number that IANA gave UDP-Lite; not every system names it.
pub(crate) const IPPROTO_UDPLITE: i32 = 136;
/// Every flag that the C library takes, those for international names too.
#[cfg(not(target_os = "macos"))]
pub(crate) const AI_MASK: i32 = 0x7ff;
/// Every flag that the C library takes.
#[cfg(target_os = "macos")]
pub(crate) const AI_MASK: i32 = 0x1f07;
/// No address of this family; the libc package lacks it.
#[cfg(not(target_os = "macos"))]
pub(crate) const EAI_ADDRFAMILY: i32 = -9;
/// No address of this family; the libc package lacks it.
#[cfg(target_os = "macos")]
pub(crate) const EAI_ADDRFAMILY: i32 = 1;
/// Every flag that the C library takes, those for international names too.
#[cfg(not(target_os = "macos"))]
pub(crate) const NI_MASK: i32 = 0x1ff;
/// Every flag that the C library takes.
#[cfg(target_os = "macos")]
pub(crate) const NI_MASK: i32 = 0x3f;
/// `h_errno`: no such host. The libc package lacks these four.
pub(crate) const HOST_NOT_FOUND: i32 = 1;
/// `h_errno`: no server answers.
pub(crate) const TRY_AGAIN: i32 = 2;
/// `h_errno`: a server fails.
pub(crate) const NO_RECOVERY: i32 = 3;
/// `h_errno`: a name without addresses.
pub(crate) const NO_DATA: i32 = 4;
