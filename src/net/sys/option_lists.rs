//! The options that stay within a socket, by their level: socket(7), ip(7), ipv6(7).

/// Of `SOL_SOCKET`.
pub(crate) const WITHIN_SOCKET: &[i32] = &[
    libc::SO_BROADCAST,
    libc::SO_DEBUG,
    libc::SO_DONTROUTE,
    libc::SO_KEEPALIVE,
    libc::SO_LINGER,
    libc::SO_OOBINLINE,
    libc::SO_RCVBUF,
    libc::SO_RCVLOWAT,
    libc::SO_RCVTIMEO,
    libc::SO_REUSEADDR,
    libc::SO_REUSEPORT,
    libc::SO_SNDBUF,
    libc::SO_SNDLOWAT,
    libc::SO_SNDTIMEO,
    libc::SO_TIMESTAMP,
    #[cfg(target_os = "linux")]
    libc::SO_ATTACH_FILTER,
    #[cfg(target_os = "linux")]
    libc::SO_DETACH_FILTER,
    #[cfg(target_os = "linux")]
    libc::SO_BUSY_POLL,
    #[cfg(target_os = "linux")]
    libc::SO_INCOMING_CPU,
    #[cfg(target_os = "linux")]
    libc::SO_PASSCRED,
    #[cfg(target_os = "linux")]
    libc::SO_PRIORITY,
    #[cfg(target_os = "linux")]
    libc::SO_RCVBUFFORCE,
    #[cfg(target_os = "linux")]
    libc::SO_SNDBUFFORCE,
    #[cfg(target_os = "linux")]
    libc::SO_TIMESTAMPNS,
    #[cfg(target_os = "linux")]
    libc::SO_ZEROCOPY,
];

/// Of `IPPROTO_IP`.
pub(crate) const WITHIN_IP: &[i32] = &[
    libc::IP_MULTICAST_LOOP,
    libc::IP_MULTICAST_TTL,
    libc::IP_RECVTOS,
    libc::IP_TOS,
    libc::IP_TTL,
    #[cfg(target_os = "linux")]
    libc::IP_BIND_ADDRESS_NO_PORT,
    #[cfg(target_os = "linux")]
    libc::IP_MTU_DISCOVER,
    #[cfg(target_os = "linux")]
    libc::IP_RECVERR,
    #[cfg(target_os = "linux")]
    libc::IP_RECVOPTS,
    #[cfg(target_os = "linux")]
    libc::IP_RECVORIGDSTADDR,
    #[cfg(target_os = "linux")]
    libc::IP_RECVTTL,
];

/// Of `IPPROTO_IPV6`.
pub(crate) const WITHIN_IPV6: &[i32] = &[
    libc::IPV6_MULTICAST_HOPS,
    libc::IPV6_MULTICAST_LOOP,
    libc::IPV6_RECVPKTINFO,
    libc::IPV6_RECVTCLASS,
    libc::IPV6_TCLASS,
    libc::IPV6_UNICAST_HOPS,
    libc::IPV6_V6ONLY,
    #[cfg(target_os = "linux")]
    libc::IPV6_DONTFRAG,
    #[cfg(target_os = "linux")]
    libc::IPV6_HOPLIMIT,
    #[cfg(target_os = "linux")]
    libc::IPV6_RECVERR,
    #[cfg(target_os = "linux")]
    libc::IPV6_RECVHOPLIMIT,
];
