//! The platform's numbers that the lab's answers carry (getaddrinfo(3), errno(3)).

pub(super) const AF_UNSPEC: i32 = 0;
pub(super) const AF_INET: i32 = 2;
#[cfg(not(target_os = "macos"))]
pub(super) const AF_INET6: i32 = 10;
#[cfg(target_os = "macos")]
pub(super) const AF_INET6: i32 = 30;

pub(super) const SOCK_STREAM: i32 = 1;
pub(super) const SOCK_DGRAM: i32 = 2;
pub(super) const SOCK_RAW: i32 = 3;
pub(super) const SOCK_SEQPACKET: i32 = 5;
/// Linux adds `SOCK_NONBLOCK` and `SOCK_CLOEXEC` above these bits.
pub(super) const SOCK_TYPE_MASK: i32 = 0xf;

pub(super) const IPPROTO_TCP: i32 = 6;
pub(super) const IPPROTO_UDP: i32 = 17;
pub(super) const IPPROTO_SCTP: i32 = 132;
pub(super) const IPPROTO_UDPLITE: i32 = 136;

#[cfg(not(target_os = "macos"))]
mod lookup {
    pub(crate) const AI_PASSIVE: i32 = 0x1;
    pub(crate) const AI_CANONNAME: i32 = 0x2;
    pub(crate) const AI_NUMERICHOST: i32 = 0x4;
    pub(crate) const AI_V4MAPPED: i32 = 0x8;
    pub(crate) const AI_ALL: i32 = 0x10;
    pub(crate) const AI_NUMERICSERV: i32 = 0x400;
    /// With `AI_ADDRCONFIG` (0x20) and the flags for international names (0x40 to 0x200).
    pub(crate) const AI_MASK: i32 = 0x7ff;
    pub(crate) const EAI_BADFLAGS: i32 = -1;
    pub(crate) const EAI_NONAME: i32 = -2;
    pub(crate) const EAI_AGAIN: i32 = -3;
    pub(crate) const EAI_FAIL: i32 = -4;
    pub(crate) const EAI_NODATA: i32 = -5;
    pub(crate) const EAI_FAMILY: i32 = -6;
    pub(crate) const EAI_SOCKTYPE: i32 = -7;
    pub(crate) const EAI_SERVICE: i32 = -8;
    pub(crate) const EAI_ADDRFAMILY: i32 = -9;
    pub(crate) const NI_NUMERICHOST: i32 = 1;
    pub(crate) const NI_NUMERICSERV: i32 = 2;
    pub(crate) const NI_NOFQDN: i32 = 4;
    pub(crate) const NI_NAMEREQD: i32 = 8;
    pub(crate) const NI_DGRAM: i32 = 16;
    /// With the flags for international names (32 to 256).
    pub(crate) const NI_MASK: i32 = 0x1ff;
    pub(crate) const ENETUNREACH: i32 = 101;
}

#[cfg(target_os = "macos")]
mod lookup {
    pub(crate) const AI_PASSIVE: i32 = 0x1;
    pub(crate) const AI_CANONNAME: i32 = 0x2;
    pub(crate) const AI_NUMERICHOST: i32 = 0x4;
    pub(crate) const AI_V4MAPPED: i32 = 0x800;
    pub(crate) const AI_ALL: i32 = 0x100;
    pub(crate) const AI_NUMERICSERV: i32 = 0x1000;
    /// With `AI_V4MAPPED_CFG` (0x200) and `AI_ADDRCONFIG` (0x400).
    pub(crate) const AI_MASK: i32 = 0x1f07;
    pub(crate) const EAI_BADFLAGS: i32 = 3;
    pub(crate) const EAI_NONAME: i32 = 8;
    pub(crate) const EAI_AGAIN: i32 = 2;
    pub(crate) const EAI_FAIL: i32 = 4;
    pub(crate) const EAI_NODATA: i32 = 7;
    pub(crate) const EAI_FAMILY: i32 = 5;
    pub(crate) const EAI_SOCKTYPE: i32 = 10;
    pub(crate) const EAI_SERVICE: i32 = 9;
    pub(crate) const EAI_ADDRFAMILY: i32 = 1;
    pub(crate) const NI_NUMERICHOST: i32 = 2;
    pub(crate) const NI_NUMERICSERV: i32 = 8;
    pub(crate) const NI_NOFQDN: i32 = 1;
    pub(crate) const NI_NAMEREQD: i32 = 4;
    pub(crate) const NI_DGRAM: i32 = 16;
    pub(crate) const NI_MASK: i32 = 0x3f;
    pub(crate) const ENETUNREACH: i32 = 51;
}
pub(super) use lookup::{
    AI_ALL, AI_CANONNAME, AI_MASK, AI_NUMERICHOST, AI_NUMERICSERV, AI_PASSIVE, AI_V4MAPPED,
    EAI_ADDRFAMILY, EAI_AGAIN, EAI_BADFLAGS, EAI_FAIL, EAI_FAMILY, EAI_NODATA, EAI_NONAME,
    EAI_SERVICE, EAI_SOCKTYPE, ENETUNREACH, NI_DGRAM, NI_MASK, NI_NAMEREQD, NI_NOFQDN,
    NI_NUMERICHOST, NI_NUMERICSERV,
};

/// `h_errno` values (gethostbyname(3)).
pub(super) const HOST_NOT_FOUND: i32 = 1;
pub(super) const TRY_AGAIN: i32 = 2;
pub(super) const NO_RECOVERY: i32 = 3;
pub(super) const NO_DATA: i32 = 4;
