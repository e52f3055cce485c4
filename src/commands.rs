//! The commands: one table, clap's tree of subcommands, feeds argv, the prompt and help. One file
//! per command.

pub(crate) mod app;
pub(crate) mod arguments;
pub(crate) mod batch;
mod buffers;
mod calls;
mod capture;
mod columns;
mod console;
mod definitions;
mod doctor;
mod edit;
mod exit;
mod explain;
mod foreground;
mod help;
mod jobs;
mod lab;
mod ladder;
pub(crate) mod lesson;
mod line;
mod question;
mod run;
mod save;
mod sockets;
mod states;
mod time;

mod vars;
mod words;

use clap::Subcommand;

use crate::commands::app::App;
use crate::error::Exit;
pub(crate) use crate::lesson::run::launch::PROGRAM;
use crate::prompt::AfterLine;

/// Every command.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The course: list its lessons, run them, check them
    #[command(after_help = "Examples:\n  lesson list\n  lesson run 03-getaddrinfo")]
    Lesson(lesson::Args),
    /// The lab: the internet of the course, inside this process
    #[command(after_help = "Examples:\n  lab on\n  lab hosts\n  lab publish 8080")]
    Lab(lab::Args),
    /// Make a console or enter it: a second interpreter beside this one
    #[command(
        after_help = "Ctrl-Z leaves a statement that waits going in its console.\n\n\
                            Examples:\n  console client\n  console main"
    )]
    Console(console::Args),
    /// List the consoles and what each is doing
    #[command(after_help = "Examples:\n  consoles")]
    Consoles,
    /// List the open sockets of all consoles
    #[command(after_help = "\
in: bytes that wait for `recv`, or callers that wait for `accept`
out: bytes that the peer has not acknowledged yet

Examples:\n  sockets")]
    Sockets,
    /// Draw TCP's states, the way that a connection went, and what comes next
    #[command(after_help = "Examples:\n  states\n  states s")]
    States(states::Args),
    /// Show where the bytes between two programs are: on their way, in the queue, taken
    #[command(after_help = "\
What was sent lies with the sender until the peer's system has acknowledged it, then in the receive
queue until `recv` takes it.

Examples:
  buffers
  buffers s")]
    Buffers(buffers::Args),
    /// Write the recorded packets as a file that Wireshark opens
    #[command(after_help = "\
The names that were looked up are in it, and each packet that a call caused says which.

Examples:
  capture talk.pcapng")]
    Capture(capture::Args),
    /// List the calls that consoles made, or show each as it ends
    #[command(after_help = "\
Each line is a call: its console and descriptor, the call as it was written, with whom, what came of
it, how long it took. The prompt keeps the last 10000.

Examples:
  trace        what was
  trace on     each call as it ends
  trace off")]
    Trace(calls::Args),
    /// Draw a conversation: a line for each side, time downward, arrows between
    #[command(after_help = "\
A dotted line is a console that waits in a call. States of TCP stand where they change. A packet that is
`lost` never arrived; `again` is one that was sent before; `late` fills a gap: others of its stream
came first. FILE.svg is a picture, FILE.md and FILE.txt are text.

Examples:
  ladder                      of the socket that was used last
  ladder s                    of a socket
  ladder 50000                of all sockets with this port
  ladder all picture.svg
  ladder --follow             again whenever something happens, until Ctrl-C")]
    Ladder(ladder::Args),
    /// List the variables and functions of this console
    #[command(after_help = "Examples:\n  vars")]
    Vars,
    /// Drop the variables and functions of this console
    #[command(after_help = "Sockets that only they held are closed.\n\nExamples:\n  reset")]
    Reset,
    /// Say in words what an error, a value or a name means
    #[command(after_help = "\
The function `explain(x)` says the same in a script.

Examples:
  explain                     the last error
  explain ECONNREFUSED
  explain s                   a socket: state, addresses, options
  explain [\"10.0.0.1\", 80]")]
    Explain(explain::Args),
    /// Evaluate a statement and say how long it took
    #[command(after_help = "Examples:\n  time getaddrinfo(\"localhost\", 80)")]
    Time(time::Args),
    /// Change the last statement in your editor, then evaluate it
    #[command(after_help = "VISUAL or EDITOR names the editor.\n\nExamples:\n  edit")]
    Edit,
    /// Write the statements of this console as a script
    #[command(after_help = "Those that ended in an error are left out.\n\n\
                            Examples:\n  save server.rhai\n  save --force server.rhai")]
    Save(save::SaveArgs),
    /// Evaluate a script here, as if it were typed
    #[command(after_help = "Examples:\n  load server.rhai")]
    Load(save::LoadArgs),
    /// Run a script: FILE, then what `args()` gives it
    #[command(after_help = "Examples:\n  run client.rhai 127.0.0.1 50000")]
    Run(run::Args),
    /// Look at what this machine has, and say how to mend what it lacks
    #[command(after_help = "Nothing is sent off the machine.\n\nExamples:\n  doctor")]
    Doctor,
    /// Explain a function, a constant, a command or a topic, or search for words
    #[command(after_help = "\
`?recv` and `recv?` say the same at the prompt.

Examples:
  help getaddrinfo
  help AF_INET6
  help \"close wait\"
  help topics
  help commands")]
    Help(help::Args),
    /// Write rhai definition files for editors into a folder
    #[command(after_help = "Examples:\n  definitions editor")]
    Definitions(definitions::Args),
    /// Leave socklab
    #[command(visible_alias = "quit", after_help = "Examples:\n  exit")]
    Exit,
}

/// Carries out a command.
pub(crate) fn run_command(verb: &Command, shell: &mut App) -> AfterLine {
    match verb {
        Command::Lesson(args) => {
            let exit = lesson::run_command(args, shell);
            shell.note(exit)
        }
        Command::Lab(args) => lab::run_command(args, shell),
        Command::Run(args) => {
            let exit = run::run_command(args, shell);
            shell.note(exit)
        }
        Command::Help(args) => help::run_command(args, shell),
        Command::Console(args) => console::run_command(args, shell),
        Command::Consoles => console::list(shell),
        Command::Sockets => sockets::run_command(shell),
        Command::Ladder(args) => ladder::run_command(args, shell),
        Command::States(args) => states::run_command(args, shell),
        Command::Buffers(args) => buffers::run_command(args, shell),
        Command::Capture(args) => capture::run_command(args, shell),
        Command::Trace(args) => calls::run_command(args, shell),
        Command::Vars => vars::list(shell),
        Command::Reset => vars::reset(shell),
        Command::Explain(args) => explain::run_command(args, shell),
        Command::Time(args) => time::run_command(args, shell),
        Command::Edit => edit::run_command(shell),
        Command::Save(args) => save::save(args, shell),
        Command::Load(args) => save::load(args, shell),
        Command::Doctor => doctor::run_command(shell),
        Command::Definitions(args) => {
            let exit = definitions::run_command(args, shell);
            shell.note(exit)
        }
        Command::Exit => exit::run_command(shell),
    }
}

/// Carries out the command of a shell's line, and says how it ended.
pub(crate) fn from_argv(verb: &Command, shell: &mut App) -> Exit {
    match run_command(verb, shell) {
        AfterLine::Leave(exit) => exit,
        AfterLine::Go => shell.last,
    }
}
