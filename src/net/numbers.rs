//! The platform's numbers that our own code compares with, so that only `net` names libc: those of
//! getaddrinfo(3), getnameinfo(3), gethostbyname(3) and errno(3).

/// Any family.
pub(crate) const AF_UNSPEC: i32 = libc::AF_UNSPEC;
/// IPv4.
pub(crate) const AF_INET: i32 = libc::AF_INET;
/// IPv6.
pub(crate) const AF_INET6: i32 = libc::AF_INET6;
/// Sockets of one machine, with paths for addresses.
pub(crate) const AF_UNIX: i32 = libc::AF_UNIX;
/// A reliable stream of bytes: TCP.
pub(crate) const SOCK_STREAM: i32 = libc::SOCK_STREAM;
/// Single datagrams: UDP.
pub(crate) const SOCK_DGRAM: i32 = libc::SOCK_DGRAM;
/// The network's packets themselves.
pub(crate) const SOCK_RAW: i32 = libc::SOCK_RAW;
/// Reliable messages in order.
pub(crate) const SOCK_SEQPACKET: i32 = libc::SOCK_SEQPACKET;
/// Linux adds `SOCK_NONBLOCK` and `SOCK_CLOEXEC` above these bits.
pub(crate) const SOCK_TYPE_MASK: i32 = 0xf;
/// The most callers that a queue may hold, as the headers say.
pub(crate) const SOMAXCONN: i32 = libc::SOMAXCONN;

/// The number that IANA gave TCP.
pub(crate) const IPPROTO_TCP: i32 = libc::IPPROTO_TCP;
/// The number that IANA gave UDP.
pub(crate) const IPPROTO_UDP: i32 = libc::IPPROTO_UDP;
/// The number that IANA gave SCTP.
pub(crate) const IPPROTO_SCTP: i32 = 132;
/// The number that IANA gave UDP-Lite; not every system names it.
pub(crate) const IPPROTO_UDPLITE: i32 = 136;

/// For a socket that will be bound.
pub(crate) const AI_PASSIVE: i32 = libc::AI_PASSIVE;
/// The first answer tells the canonical name.
pub(crate) const AI_CANONNAME: i32 = libc::AI_CANONNAME;
/// The host is an address, never a name.
pub(crate) const AI_NUMERICHOST: i32 = libc::AI_NUMERICHOST;
/// IPv4 addresses stand in as IPv6 ones.
pub(crate) const AI_V4MAPPED: i32 = libc::AI_V4MAPPED;
/// IPv6 and mapped IPv4 addresses.
pub(crate) const AI_ALL: i32 = libc::AI_ALL;
/// The service is a number, never a name.
pub(crate) const AI_NUMERICSERV: i32 = libc::AI_NUMERICSERV;
/// Every flag that the C library takes, those for international names too.
#[cfg(not(target_os = "macos"))]
pub(crate) const AI_MASK: i32 = 0x7ff;
/// Every flag that the C library takes.
#[cfg(target_os = "macos")]
pub(crate) const AI_MASK: i32 = 0x1f07;

/// Wrong flags.
pub(crate) const EAI_BADFLAGS: i32 = libc::EAI_BADFLAGS;
/// No such name.
pub(crate) const EAI_NONAME: i32 = libc::EAI_NONAME;
/// No server answers.
pub(crate) const EAI_AGAIN: i32 = libc::EAI_AGAIN;
/// A server fails.
pub(crate) const EAI_FAIL: i32 = libc::EAI_FAIL;
/// A name without addresses.
pub(crate) const EAI_NODATA: i32 = libc::EAI_NODATA;
/// No such family.
pub(crate) const EAI_FAMILY: i32 = libc::EAI_FAMILY;
/// No such type of socket.
pub(crate) const EAI_SOCKTYPE: i32 = libc::EAI_SOCKTYPE;
/// No such service for this type.
pub(crate) const EAI_SERVICE: i32 = libc::EAI_SERVICE;
/// No address of this family; the libc package lacks it.
#[cfg(not(target_os = "macos"))]
pub(crate) const EAI_ADDRFAMILY: i32 = -9;
/// No address of this family; the libc package lacks it.
#[cfg(target_os = "macos")]
pub(crate) const EAI_ADDRFAMILY: i32 = 1;

/// The host as a number.
pub(crate) const NI_NUMERICHOST: i32 = libc::NI_NUMERICHOST;
/// The service as a number.
pub(crate) const NI_NUMERICSERV: i32 = libc::NI_NUMERICSERV;
/// Without the machine's own domain.
pub(crate) const NI_NOFQDN: i32 = libc::NI_NOFQDN;
/// A name or an error.
pub(crate) const NI_NAMEREQD: i32 = libc::NI_NAMEREQD;
/// The service over UDP.
pub(crate) const NI_DGRAM: i32 = libc::NI_DGRAM;
/// Every flag that the C library takes, those for international names too.
#[cfg(not(target_os = "macos"))]
pub(crate) const NI_MASK: i32 = 0x1ff;
/// Every flag that the C library takes.
#[cfg(target_os = "macos")]
pub(crate) const NI_MASK: i32 = 0x3f;

/// No way to that network.
pub(crate) const ENETUNREACH: i32 = libc::ENETUNREACH;

/// `h_errno`: no such host. The libc package lacks these four.
pub(crate) const HOST_NOT_FOUND: i32 = 1;
/// `h_errno`: no server answers.
pub(crate) const TRY_AGAIN: i32 = 2;
/// `h_errno`: a server fails.
pub(crate) const NO_RECOVERY: i32 = 3;
/// `h_errno`: a name without addresses.
pub(crate) const NO_DATA: i32 = 4;
