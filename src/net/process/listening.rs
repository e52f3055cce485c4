//! Whether somebody listens on a port, and what to say of a program that does not.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use super::Ended;
use crate::net::error::{Cause, Fault};
use crate::net::port_owner;
use crate::net::sys::numbers;

/// Why a program that is to listen has ended.
pub(super) fn ended_before(ended: &Ended, tables: &Path, port: u16) -> Fault {
    let fault = Cause::Unknown(format!(
        "the program {} before it listened on port {port}",
        ended.in_words()
    ));
    if port_owner::lingers(tables, port) {
        let mend = "an ended connection still holds the port: set `SO_REUSEADDR` before `bind`";
        return fault.noting(mend);
    }
    fault.into()
}

/// It goes on, and listens nowhere.
pub(super) fn does_not_listen(port: u16, seconds: u64) -> Fault {
    Cause::Unknown(format!(
        "the program does not listen on port {port}, not within {seconds} seconds"
    ))
    .noting(format!("`bind` it to 127.0.0.1 port {port}, then `listen`"))
}

/// It listens, on other ports.
pub(super) fn listens_elsewhere(ports: &[u16], port: u16) -> Fault {
    let others: Vec<String> = ports.iter().map(u16::to_string).collect();
    Cause::Unknown(format!(
        "the program listens on port {}, not on port {port}",
        others.join(" and ")
    ))
    .noting(format!("`bind` it to 127.0.0.1 port {port}"))
}

/// Nobody listens on the port; the error says who does.
pub(super) fn free(tables: &Path, port: u16) -> Result<(), Fault> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let taken = || {
        // The exercise says which port it is: there is no other to choose.
        let note = port_owner::note(tables, address, true, "and try again").unwrap_or_else(|| {
            format!("port {port} is taken: end the program that holds it, and try again")
        });
        Cause::Os(numbers::EADDRINUSE).noting(note)
    };
    if listens(tables, port) {
        Err(taken())
    } else {
        Ok(())
    }
}

/// Whether somebody listens on the port; where the system does not tell, a connection does.
pub(super) fn listens(tables: &Path, port: u16) -> bool {
    port_owner::listens(tables, port).unwrap_or_else(|| {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_ok()
    })
}
