//! `sockets`: all open sockets of all consoles.

use super::columns;
use crate::commands::app::App;
use crate::console::Console;
use crate::net::address::Address;
use crate::net::constants;
use crate::net::numbers::{AF_INET, AF_INET6, AF_UNIX, SOCK_DGRAM, SOCK_STREAM};
use crate::net::open_sockets::SocketReport;
use crate::prompt::AfterLine;

/// Shows the table.
pub(crate) fn run_command(shell: &mut App) -> AfterLine {
    let rows: Vec<[String; 9]> = shell.session.consoles().flat_map(rows_of).collect();
    if rows.is_empty() {
        shell
            .screen
            .line("no socket is open; `let s = socket()` opens one");
        return AfterLine::Go;
    }
    let heading = [
        "fd", "console", "variable", "kind", "local", "remote", "state", "in", "out",
    ];
    columns::show(shell.screen, heading, &rows);
    AfterLine::Go
}

fn rows_of(console: &Console) -> Vec<[String; 9]> {
    let reports = console.status().sockets().reports();
    let published = console.snapshot();
    reports
        .iter()
        .map(|report| {
            let of_socket = published.sockets.iter().filter(|row| row.fd == report.fd);
            let mut rows: Vec<_> = of_socket.collect();
            // `it` says nothing where the socket has a name of its own.
            if rows.iter().any(|row| !row.is_last_value) {
                rows.retain(|row| !row.is_last_value);
            }
            let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
            let count = |bytes: Option<u32>| bytes.map_or_else(String::new, |b| b.to_string());
            let waiting = match report.queue {
                Some((1, _)) => "1 caller".into(),
                Some((callers, _)) => format!("{callers} callers"),
                None => count(report.bytes_in),
            };
            [
                report.fd.to_string(),
                console.name().to_string(),
                names.join(" "),
                kind(report),
                address(report.own.as_ref()),
                address(report.peer.as_ref()),
                report.state.unwrap_or_default().to_string(),
                waiting,
                count(report.bytes_out),
            ]
        })
        .collect()
}

/// `tcp`, `udp6`, `unix`, as other tools say it; else family and type.
fn kind(report: &SocketReport) -> String {
    let named = |prefix: &str, value: i32| {
        let name = constants::name_of(prefix, value.into());
        name.map_or_else(
            || value.to_string(),
            |name| name[prefix.len()..].to_string(),
        )
    };
    let version = match report.family {
        AF_INET => "",
        AF_INET6 => "6",
        AF_UNIX if report.kind == SOCK_STREAM => return "unix".into(),
        _ => "?",
    };
    match (
        version,
        report.kind,
        named("IPPROTO_", report.proto).as_str(),
    ) {
        ("" | "6", SOCK_STREAM, "IP" | "TCP") => format!("tcp{version}"),
        ("" | "6", SOCK_DGRAM, "IP" | "UDP") => format!("udp{version}"),
        _ => {
            let family = named("AF_", report.family).to_lowercase();
            let kind = named("SOCK_", report.kind).to_lowercase();
            format!("{family} {kind}")
        }
    }
}

fn address(address: Option<&Address>) -> String {
    address.map_or_else(String::new, |address| {
        let text = address.to_string();
        if text.is_empty() {
            "(no name)".into()
        } else {
            text
        }
    })
}
