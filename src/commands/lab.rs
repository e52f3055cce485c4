//! `lab`: enter and leave the internet of the course, and see what is in it.

use clap::Subcommand;

use super::columns;
use crate::commands::app::App;
use crate::error::Exit;
use crate::lab::{HostSummary, ServiceSummary};
use crate::prompt::Next;

/// What `lab` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: Option<LabCommand>,
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum LabCommand {
    /// Look names up and connect in the lab from now on
    #[command(after_help = "Examples:\n  lab on\n  lab on --private")]
    On {
        /// On two machines of its own, with true addresses and ports, where the system allows it
        #[arg(long)]
        private: bool,
    },
    /// Use the real network again
    #[command(after_help = "Examples:\n  lab off")]
    Off,
    /// List the lab's hosts, their addresses and services
    #[command(after_help = "Examples:\n  lab hosts")]
    Hosts,
    /// Say how to reach the lab's name server with dig
    #[command(after_help = "Examples:\n  lab dns")]
    Dns,
}

/// Carries it out.
pub(crate) fn run_command(args: &Args, shell: &mut App) -> Next {
    match args.what {
        Some(LabCommand::On { private }) => {
            if private {
                shell.make_lab_private();
            }
            shell.use_lab(true);
            if private {
                say_which(shell);
            }
        }
        Some(LabCommand::Off) => shell.use_lab(false),
        Some(LabCommand::Hosts) => {
            let rows: Vec<[String; 3]> = shell.lab().hosts().iter().flat_map(rows).collect();
            columns::show(shell.screen, ["host", "address", "serves"], &rows);
        }
        Some(LabCommand::Dns) => match shell.lab().dns_addr() {
            Ok(address) => {
                let (host, port) = (address.ip(), address.port());
                shell.screen.line(&format!(
                    "the lab's name server is at {host} port {port}, over UDP and TCP:\n  \
                     dig @{host} -p {port} crisewing.com\n  \
                     dig @{host} -p {port} +tcp google.com A\n  \
                     dig @{host} -p {port} -x 128.95.155.135"
                ));
            }
            Err(fault) => {
                shell.last = Exit::Unable;
                shell
                    .screen
                    .aside(&format!("error: {}", fault.during("lab dns")));
            }
        },
        None if shell.in_lab() => {
            shell
                .screen
                .line("the lab is on: nothing leaves this machine; `lab off` leaves it");
            if shell.lab().wants_machines() {
                say_which(shell);
            }
        }
        None => shell
            .screen
            .line("the lab is off: this is the real network; `lab on` enters it"),
    }
    Next::Go
}

/// Says whether the lab is the private internet, and if not why.
fn say_which(shell: &mut App) {
    let lab = shell.lab();
    let line = match lab.why_mapped() {
        None => "it is a private internet: you are at `heffalump.local`, 10.29.144.178, and every \
                 other host is on a machine of its own"
            .to_string(),
        Some(why) => format!("its addresses lead to ports of your own loopback: {why}"),
    };
    shell.screen.line(&line);
}

/// The lines of a host: its names, addresses and services below each other.
fn rows(host: &HostSummary) -> Vec<[String; 3]> {
    let aliases = host.aliases.iter().map(|alias| format!("  = {alias}"));
    let names: Vec<String> = [host.name.clone()].into_iter().chain(aliases).collect();
    let addresses: Vec<String> = host.addresses.iter().map(ToString::to_string).collect();
    let services: Vec<String> = host.services.iter().map(service).collect();
    let height = names.len().max(addresses.len()).max(services.len());
    let cell = |column: &[String], at: usize| column.get(at).cloned().unwrap_or_default();
    (0..height)
        .map(|at| [cell(&names, at), cell(&addresses, at), cell(&services, at)])
        .collect()
}

/// `http 80/tcp at 127.0.0.1:41234`
fn service(service: &ServiceSummary) -> String {
    let behind: Vec<String> = service.behind.iter().map(ToString::to_string).collect();
    let behind = if behind.is_empty() {
        String::new()
    } else {
        format!(" at {}", behind.join(", "))
    };
    let (name, transport) = (service.name.unwrap_or(""), service.transport.name());
    format!("{name} {}/{transport}{behind}", service.port)
        .trim()
        .to_string()
}
