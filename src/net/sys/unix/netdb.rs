//! The older lookups of the C library, `get…by…`: reentrant calls where the library has them,
//! plain ones under a lock elsewhere. Both give owned values.

#[cfg(any(test, not(all(target_os = "linux", target_env = "gnu"))))]
mod locked;
mod owned_entries;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod reentrant;

pub use owned_entries::HostEntry;
pub(crate) use owned_entries::HostFailure;

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) use locked::{
    host_by_address, host_by_name, protocol_by_name, service_by_name, service_by_port,
};
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) use reentrant::{
    host_by_address, host_by_name, protocol_by_name, service_by_name, service_by_port,
};

#[cfg(test)]
mod tests {
    use std::ffi::CString;
    use std::net::IpAddr;

    use super::locked;

    #[test]
    fn the_plain_calls_and_the_reentrant_ones_agree() {
        let text = |text: &str| CString::new(text).unwrap();
        for name in ["ssh", "www", "nope", ""] {
            for protocol in [None, Some("tcp"), Some("udp"), Some("TCP")] {
                let protocol = protocol.map(text);
                assert_eq!(
                    locked::service_by_name(&text(name), protocol.as_deref()),
                    super::service_by_name(&text(name), protocol.as_deref()),
                );
            }
        }
        for port in [0, 22, 80, 65_535] {
            assert_eq!(
                locked::service_by_port(port, None),
                super::service_by_port(port, None)
            );
        }
        for name in ["tcp", "UDP", "nope"] {
            assert_eq!(
                locked::protocol_by_name(&text(name)),
                super::protocol_by_name(&text(name))
            );
        }
        for name in ["localhost", "127.1"] {
            assert_eq!(
                locked::host_by_name(&text(name)),
                super::host_by_name(&text(name))
            );
        }
        let localhost: IpAddr = "127.0.0.1".parse().unwrap();
        assert_eq!(
            locked::host_by_address(localhost),
            super::host_by_address(localhost)
        );
    }
}
