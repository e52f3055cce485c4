//! `states`: TCP's state diagram, with the way that a connection went.

use crate::commands::app::App;
use crate::commands::ladder::refuse;
use crate::prompt::AfterLine;
use crate::term::painting::{charset, paint};
use crate::trace::{Choice, TcpState, last_socket, next_of, state_diagram, states_of};

/// What `states` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A socket's variable; without it, the socket that was used last
    socket: Option<String>,
    /// Draw with ASCII signs
    #[arg(long)]
    ascii: bool,
}

/// Draws it.
pub(crate) fn run_command(args: &Args, shell: &mut App) -> AfterLine {
    let calls = shell.session.journal().after(0);
    let choice = match &args.socket {
        Some(word) => shell.conversation(word),
        None => last_socket(&calls),
    };
    let Some(choice @ Choice::Socket(..)) = choice else {
        let what = args.socket.as_deref().unwrap_or("nothing used yet");
        let text = format!(
            "`{what}` is no open socket here; `sockets` lists them, and `states` alone draws the last \
             one, a closed one too"
        );
        return refuse(shell, &text);
    };
    let packets = shell.session.journal().packets_after(0);
    let mut way = states_of(&calls, &packets, &choice);
    let now = shell.state_of(&choice);
    if let Some(state) = now
        && way.last() != Some(&state)
    {
        way.push(state);
    }
    // No packet tells of a listener's end.
    let is_over = shell.open_socket(&choice).is_none() && way.last() == Some(&TcpState::Listen);
    if way.is_empty() || is_over {
        way.push(TcpState::Closed);
    }
    let lines = state_diagram(&way, charset(args.ascii));
    shell.screen.raw(&paint(shell.screen, &lines));
    let names: Vec<&str> = way.iter().map(|state| state.name()).collect();
    shell
        .screen
        .prose(&format!("The way: {}.", names.join(", ")));
    if let Some(last) = way.last() {
        shell.screen.prose(next_of(*last));
    }
    AfterLine::Go
}

impl App {
    /// The state in which the system has an open socket; none where it does not say.
    fn state_of(&self, choice: &Choice) -> Option<TcpState> {
        let Choice::Socket(console, fd) = choice else {
            return None;
        };
        let sockets = self.session.console(console)?.status().sockets();
        TcpState::from_name(sockets.report_of(*fd)?.state?)
    }
}
