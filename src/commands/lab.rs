//! `lab`: enter and leave the internet of the course, and see what is in it.

use clap::Subcommand;

use super::columns;
use crate::commands::app::App;
use crate::commands::arguments::{LabHost, LinkWord};
use crate::error::Exit;
use crate::lab::{HostSummary, ServiceSummary};
use crate::net::link_manners::{ALL_HOSTS, LinkManners, LinkRule};
use crate::prompt::AfterLine;

const LINK_HELP: &str =
    "Only the lab's private internet has links that can be spoiled. The same seed \
has the same packets lost, so that what happened can be seen once more.

Examples:
  lab link echo.test loss 20%
  lab link crisewing.com delay 50ms jitter 10ms
  lab link all duplicate 1% reorder 5% seed 7
  lab link echo.test cut
  lab link echo.test mend
  lab link";

/// What `lab` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: Option<LabCommand>,
}

#[derive(Debug, Clone, Subcommand)]
enum LabCommand {
    /// Look names up and connect in the lab from now on
    #[command(after_help = "\
It is on machines of its own, with true addresses and ports, where the system allows that, else on
ports of this machine's loopback; `lab` says which.

Examples:
  lab on
  lab on --shared")]
    On {
        /// Only on machines of its own: an error where the system does not allow that
        #[arg(long)]
        private: bool,
        /// On ports of this machine's loopback, whatever the system allows
        #[arg(long, conflicts_with = "private")]
        shared: bool,
    },
    /// Use the real network again
    #[command(after_help = "Examples:\n  lab off")]
    Off,
    /// Let programs of the real machine, a browser or curl, in to your server at PORT
    #[command(after_help = "\
A server of yours in the lab is on a machine of its own. This leads callers of 127.0.0.1 port PORT of
the real machine to it, until `lab unpublish PORT` or the end.

Examples:
  lab publish 8080")]
    Publish {
        /// The server's port, 1-65535
        #[arg(value_parser = clap::value_parser!(u16).range(1..))]
        port: u16,
    },
    /// Keep programs of the real machine out again
    #[command(after_help = "Examples:\n  lab unpublish 8080")]
    Unpublish {
        /// The port that was published
        #[arg(value_parser = clap::value_parser!(u16).range(1..))]
        port: u16,
    },
    /// List the lab's hosts, their addresses and services
    #[command(after_help = "Examples:\n  lab hosts")]
    Hosts,
    /// Have the packets to and from a host delayed, lost, doubled or overtaken, or see which are
    #[command(after_help = LINK_HELP)]
    Link {
        /// A host's name, or `all`
        host: Option<LabHost>,
        /// What its link does, each way: `delay 50ms`, `jitter 10ms`, `loss 10%`, `duplicate 1%`,
        /// `reorder 5%`, `seed 7`; `cut`, `mend`
        #[arg(value_name = "WHAT")]
        words: Vec<LinkWord>,
    },
    /// Say how to reach the lab's name server with dig
    #[command(after_help = "Examples:\n  lab dns")]
    Dns,
}

/// Carries it out.
pub(crate) fn run_command(args: &Args, shell: &mut App) -> AfterLine {
    match &args.what {
        Some(LabCommand::On { private, shared }) => {
            shell.choose_lab(*shared);
            let lab = shell.lab();
            if *private && let Some(why) = lab.why_mapped() {
                shell.last = Exit::Unable;
                let text =
                    format!("error: no private internet: {why}; `lab on` maps the lab to loopback");
                shell.screen.aside(&text);
                return AfterLine::Go;
            }
            shell.use_lab(true);
        }
        Some(LabCommand::Off) => shell.use_lab(false),
        Some(LabCommand::Publish { port }) => publish(*port, shell),
        Some(LabCommand::Unpublish { port }) => unpublish(*port, shell),
        Some(LabCommand::Hosts) => {
            let rows: Vec<[String; 3]> = shell.lab().hosts().iter().flat_map(rows).collect();
            columns::show(shell.screen, ["host", "address", "serves"], &rows);
        }
        Some(LabCommand::Link { host: None, .. }) => list_links(shell),
        Some(LabCommand::Link {
            host: Some(host),
            words,
        }) => return link(shell, host, words),
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
            say_which(shell);
        }
        None => shell
            .screen
            .line("the lab is off: this is the real network; `lab on` enters it"),
    }
    AfterLine::Go
}

fn publish(port: u16, shell: &mut App) {
    if !shell.in_lab() {
        let text = "nothing to do: the lab is off, and your servers are on the real machine";
        return shell.screen.line(text);
    }
    let lab = shell.lab();
    match lab.publish(port) {
        Ok(true) => shell.screen.line(&format!(
            "port {port}: programs of the real machine find your server at 127.0.0.1:{port}, for \
             example `curl http://127.0.0.1:{port}/`; `lab unpublish {port}` ends it"
        )),
        Ok(false) => shell.screen.line(&format!(
            "nothing to do: this lab shares the ports of the real machine, where programs find your \
             server at 127.0.0.1:{port}"
        )),
        Err(fault) => {
            shell.last = Exit::Unable;
            let note = fault.note.clone().map_or_else(String::new, |note| format!("\n{note}"));
            let text = format!("error: {}{note}", fault.during("lab publish"));
            shell.screen.aside(&text);
        }
    }
}

fn unpublish(port: u16, shell: &mut App) {
    if shell.lab().unpublish(port) {
        let text = format!("port {port} is for the lab alone again");
        shell.screen.line(&text);
    } else {
        shell.last = Exit::Unable;
        let text = format!("error: port {port} is not published; `lab publish {port}` does that");
        shell.screen.aside(&text);
    }
}

/// Sets how a link treats its packets.
fn link(shell: &mut App, host: &LabHost, words: &[LinkWord]) -> AfterLine {
    let words = std::iter::once(&**host).chain(words.iter().map(|word| &**word));
    let set = LinkRule::parse(words).and_then(|rule| {
        shell.lab().link(&rule)?;
        Ok(rule)
    });
    match set {
        Ok(LinkRule { host, manners }) => {
            let what = manners.map_or("without faults again".into(), |manners| manners.to_string());
            let whose = if host == ALL_HOSTS {
                "every host"
            } else {
                &host
            };
            shell.screen.line(&format!("the link to {whose}: {what}"));
            shell.note(Exit::Well)
        }
        Err(why) => {
            shell.screen.aside(&format!("error: {why}"));
            shell.note(Exit::Unable)
        }
    }
}

fn list_links(shell: &mut App) {
    let links = shell.lab().links();
    if links.is_empty() {
        let text = "no link has faults; `lab link echo.test loss 20%` gives one some";
        return shell.screen.prose(text);
    }
    let row = |(host, manners): &(String, LinkManners)| [host.clone(), manners.to_string()];
    let rows: Vec<[String; 2]> = links.iter().map(row).collect();
    columns::show(shell.screen, ["host", "its link, each way"], &rows);
}

/// Says whether the lab is the private internet, and if not why.
fn say_which(shell: &mut App) {
    let lab = shell.lab();
    let line = match lab.why_mapped() {
        None => "it is a private internet: you are at `heffalump.local`, 10.29.144.178, and every \
                 other host is on a machine of its own"
            .to_string(),
        Some(why) => format!("it is mapped to ports of your own loopback: {why}"),
    };
    shell.screen.line(&line);
    let ports: Vec<String> = lab.published_ports().iter().map(u16::to_string).collect();
    if !ports.is_empty() {
        let text = format!(
            "programs of the real machine come in at port {}",
            ports.join(", ")
        );
        shell.screen.line(&text);
    }
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
