//! `lab`: enter and leave the internet of the course, and see what is in it.

use clap::Subcommand;

use super::shell::Shell;
use crate::error::Exit;
use crate::lab::HostSummary;
use crate::lab::hosts::Transport;
use crate::repl::Next;

/// What `lab` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum What {
    /// Look names up and connect in the lab from now on
    On,
    /// Use the real network again
    Off,
    /// List the lab's hosts, their addresses and services
    Hosts,
    /// Say how to reach the lab's name server with dig
    Dns,
}

/// Carries it out.
pub(super) fn perform(args: &Args, shell: &mut Shell) -> Next {
    match args.what {
        Some(What::On) => shell.use_lab(true),
        Some(What::Off) => shell.use_lab(false),
        Some(What::Hosts) => {
            for host in shell.lab().hosts() {
                shell.screen.line(&row(&host));
            }
        }
        Some(What::Dns) => match shell.lab().dns_addr() {
            Ok(address) => {
                let (host, port) = (address.ip(), address.port());
                shell
                    .screen
                    .line(&format!("dig @{host} -p {port} crisewing.com"));
            }
            Err(fault) => {
                shell.last = Exit::Unable;
                shell
                    .screen
                    .line(&format!("error: {}", fault.during("lab dns")));
            }
        },
        None if shell.in_lab() => {
            shell
                .screen
                .line("the lab is on: nothing leaves this machine; `lab off` leaves it");
        }
        None => shell
            .screen
            .line("the lab is off: this is the real network; `lab on` enters it"),
    }
    Next::Go
}

/// `crisewing.com  108.59.11.99  http 80/tcp`
fn row(host: &HostSummary) -> String {
    let names: Vec<&str> = std::iter::once(&host.name)
        .chain(&host.aliases)
        .map(String::as_str)
        .collect();
    let addresses: Vec<String> = host.addresses.iter().map(ToString::to_string).collect();
    let services: Vec<String> = host
        .services
        .iter()
        .map(|service| {
            let behind: Vec<String> = service.behind.iter().map(ToString::to_string).collect();
            let where_ = if behind.is_empty() {
                String::new()
            } else {
                format!(" at {}", behind.join(", "))
            };
            let transport = match service.transport {
                Transport::Tcp => "tcp",
                Transport::Udp => "udp",
            };
            let name = service.name.unwrap_or("");
            format!("{name} {}/{transport}{where_}", service.port)
                .trim()
                .to_string()
        })
        .collect();
    let line = format!(
        "{:<32} {:<40} {}",
        names.join(" "),
        addresses.join(" "),
        services.join(", ")
    );
    line.trim_end().to_string()
}
