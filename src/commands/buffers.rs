//! `buffers`: the bytes between two programs, and where they are.

use std::sync::Arc;

use crate::commands::app::App;
use crate::commands::ladder::refuse;
use crate::net::open_sockets::SocketReport;
use crate::prompt::AfterLine;
use crate::term::painting::{charset, paint};
use crate::trace::{BufferLevels, Choice, buffer_rows, bytes_of, last_socket};

/// What `buffers` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A socket's variable; without it, the socket that was used last
    socket: Option<String>,
    /// Draw with ASCII signs
    #[arg(long)]
    ascii: bool,
}

/// One end of a conversation: its console, what the system tells of it, what it sent and took.
struct BufferedEnd {
    name: String,
    report: Option<SocketReport>,
    moved: Option<(usize, usize)>,
}

/// Draws both directions.
pub(crate) fn run_command(args: &Args, shell: &mut App) -> AfterLine {
    let calls = shell.session.journal().after(0);
    let choice = match &args.socket {
        Some(word) => shell.conversation(word),
        None => last_socket(&calls),
    };
    let Some((console, report)) = choice.as_ref().and_then(|choice| shell.open_socket(choice))
    else {
        let what = args.socket.as_deref().unwrap_or("the last one");
        let text = format!("`{what}` is no open socket; `sockets` lists them");
        return refuse(shell, &text);
    };
    if report.queue.is_some() || report.state == Some("LISTEN") {
        let text = "a listening socket carries no bytes; `sockets` shows how many callers wait";
        shell.screen.prose(text);
        return AfterLine::Go;
    }
    let end = |console: &str, report: SocketReport| {
        let choice = Choice::Socket(Arc::from(console), report.fd);
        BufferedEnd {
            name: format!("{console} fd={}", report.fd),
            moved: bytes_of(&calls, &choice),
            report: Some(report),
        }
    };
    let theirs = shell.other_end(&report);
    let is_known = theirs.is_some();
    let theirs = match theirs {
        Some((console, report)) => end(&console, report),
        None => BufferedEnd {
            name: report
                .peer
                .as_ref()
                .map_or("the peer".into(), ToString::to_string),
            report: None,
            moved: None,
        },
    };
    let ours = end(&console, report);
    let signs = charset(args.ascii);
    for (from, to) in [(&ours, &theirs), (&theirs, &ours)] {
        let rows = buffer_rows(&levels(from, to), signs);
        shell.screen.raw(&paint(shell.screen, &rows));
    }
    if !is_known {
        shell
            .screen
            .prose("What lies at the peer is not to be seen from here.");
    }
    AfterLine::Go
}

fn levels(from: &BufferedEnd, to: &BufferedEnd) -> BufferLevels {
    let size = |bytes: Option<u32>| bytes.and_then(|bytes| usize::try_from(bytes).ok());
    let sender = from.report.as_ref();
    let receiver = to.report.as_ref();
    BufferLevels {
        from: from.name.clone(),
        to: to.name.clone(),
        sent: from.moved.map(|(sent, _)| sent),
        unacknowledged: sender.and_then(|end| size(end.bytes_out).zip(end.send_room)),
        queued: receiver.and_then(|end| size(end.bytes_in).zip(end.receive_room)),
        taken: to.moved.map(|(_, taken)| taken),
    }
}

impl App {
    /// What the system tells of an open socket, and its console.
    pub(super) fn open_socket(&self, choice: &Choice) -> Option<(String, SocketReport)> {
        let Choice::Socket(console, fd) = choice else {
            return None;
        };
        let sockets = self.session.console(console)?.status().sockets();
        Some((console.to_string(), sockets.report_of(*fd)?))
    }

    /// The socket at the other end, if a console has it.
    fn other_end(&self, socket: &SocketReport) -> Option<(String, SocketReport)> {
        let (own, peer) = (socket.own.as_ref()?, socket.peer.as_ref()?);
        self.session.consoles().find_map(|console| {
            let reports = console.status().sockets().reports();
            let is_it = |other: &SocketReport| {
                other.own.as_ref() == Some(peer) && other.peer.as_ref() == Some(own)
            };
            let found = reports
                .into_iter()
                .find(|other| other.fd != socket.fd && is_it(other));
            found.map(|report| (console.name().to_string(), report))
        })
    }
}
