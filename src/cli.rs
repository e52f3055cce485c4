//! argv: what the program is asked to do, and its exit code.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use clap::builder::PossibleValuesParser;
use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::CompleteEnv;
use clap_complete::env::Shells;

use crate::commands;
use crate::commands::app::App;
use crate::commands::arguments::{CommandName, with_candidates};
use crate::commands::{Command, PROGRAM, batch, lesson};
use crate::error::{Error, Exit};
use crate::net::interrupt;
use crate::prompt;
use crate::term::output::{self, Lost, StandardOutput};
use crate::term::screen::{Screen, Style};

/// Learn how computers talk to each other: sockets, live, in your terminal
#[derive(Debug, Parser)]
#[command(name = "socklab", version, disable_help_subcommand = true)]
#[command(after_help = "\
Examples:
  socklab                                     the prompt
  socklab lesson list                         the course
  socklab lesson run 03-getaddrinfo           run a lesson and check what it shows
  socklab -c 'getservbyname(\"ssh\")'          evaluate code
  socklab --lab -c 'gethostbyname(\"uw.edu\")' the same in the lab, with no network
  echo '1 + 1' | socklab                      code from a pipe
  source <(socklab completions bash)          let bash complete lessons and commands
  socklab man > ~/.local/share/man/man1/socklab.1

Exit codes: 0 all well; 1 a lesson fell short or a script ended in an error; 2 it could not run;
130 interrupted.")]
struct Cli {
    /// Evaluate CODE, show its values, and end; ARGS are what `args()` gives it
    #[arg(short = 'c', value_names = ["CODE", "ARGS"], num_args = 1.., allow_hyphen_values = true)]
    code: Vec<String>,
    /// Begin in the lab instead of on the real network
    #[arg(long, global = true)]
    lab: bool,
    #[command(subcommand)]
    word: Option<CliCommand>,
}

/// What may follow the program's name: the commands of the prompt, and what only a shell needs.
#[derive(Debug, Subcommand)]
enum CliCommand {
    #[command(flatten)]
    Command(Command),
    /// Print what makes a shell complete socklab's words
    #[command(after_help = "\
The shell asks socklab itself: lessons, commands and options are those of this moment.

Examples:
  source <(socklab completions bash)      in ~/.bashrc
  source <(socklab completions zsh)       in ~/.zshrc, behind compinit
  socklab completions fish | source       in ~/.config/fish/config.fish")]
    Completions {
        /// The shell
        #[arg(value_parser = PossibleValuesParser::new(Shells::builtins().names()))]
        shell: String,
    },
    /// Print the manual page
    #[command(after_help = "\
Examples:
  socklab man | man -l -
  socklab man lesson | man -l -
  socklab man > ~/.local/share/man/man1/socklab.1")]
    Man {
        /// A command; without one, the page of the whole program
        command: Option<CommandName>,
    },
}

/// The variable by which a shell asks for candidates.
const COMPLETION: &str = "SOCKLAB_COMPLETE";
/// The name under which the program takes the words of `lesson`.
const LESSON_PROGRAM: &str = "lesson";

/// The `lesson` program: the course.
#[derive(Debug, Parser)]
#[command(name = "lesson", version, disable_help_subcommand = true)]
struct LessonCli {
    #[command(flatten)]
    args: lesson::Args,
}

/// Runs the program: entered at its `lesson` command where it is called so.
pub fn main(argv: impl IntoIterator<Item = OsString>) -> Exit {
    let argv: Vec<OsString> = argv.into_iter().collect();
    let called = argv.first().and_then(|path| Path::new(path).file_name());
    let enters_lesson = called.is_some_and(|name| name == LESSON_PROGRAM);
    run_whole(|| {
        if enters_lesson {
            enter_lesson(argv)
        } else {
            enter(argv)
        }
    })
}

/// Runs the program from its first act to its last: how it ended, which it did not do well where
/// something that it showed is lost.
fn run_whole(body: impl FnOnce() -> Exit) -> Exit {
    interrupt::install();
    let exit = body();
    match output::lost() {
        None => exit,
        Some(Lost::Reader) => Exit::Chosen(BROKEN_PIPE),
        Some(Lost::Interrupted) => Exit::Interrupted,
        Some(Lost::Error(why)) => {
            // Whoever reads our errors may be gone too.
            let _ = writeln!(
                io::stderr(),
                "error: cannot write to standard output: {why}"
            );
            Exit::Unable
        }
    }
}

/// What a shell gives for a program that a broken pipe ended: 128 + SIGPIPE.
const BROKEN_PIPE: u8 = 141;

fn enter(argv: Vec<OsString>) -> Exit {
    if let Some(exit) = complete(Cli::command, &argv) {
        return exit;
    }
    match Cli::try_parse_from(argv) {
        Ok(cli) => run(cli).unwrap_or_else(|error| {
            Screen::of_process().aside(&format!("error: {error}"));
            Exit::Unable
        }),
        Err(error) => refuse(&error),
    }
}

fn enter_lesson(argv: Vec<OsString>) -> Exit {
    if let Some(exit) = complete(LessonCli::command, &argv) {
        return exit;
    }
    match LessonCli::try_parse_from(argv) {
        Ok(cli) => {
            let mut shell = App::new(Screen::of_process(), Vec::new());
            commands::from_argv(&Command::Lesson(cli.args), &mut shell)
        }
        Err(error) => refuse(&error),
    }
}

/// Answers a shell that asks for candidates, by the variable that its script sets; nothing where
/// none asks.
fn complete(tree: fn() -> clap::Command, argv: &[OsString]) -> Option<Exit> {
    let asked = CompleteEnv::with_factory(move || with_candidates(tree())).var(COMPLETION);
    let here = env::current_dir().ok();
    match asked.try_complete(argv, here.as_deref()) {
        Ok(false) => None,
        Ok(true) => Some(Exit::Well),
        Err(error) => Some(refuse(&error)),
    }
}

/// Help and version are no errors; clap knows which stream is meant.
fn refuse(error: &clap::Error) -> Exit {
    let screen = Screen::of_process();
    if error.use_stderr() {
        // It repeats argv, which may steer a terminal.
        screen.aside_raw(&screen.paint(Style::Plain, error.to_string().trim_end()));
        if let Some(next) = meant(error) {
            screen.aside(&next);
        }
        return Exit::Unable;
    }
    let text = error.render();
    let text = if screen.colour() {
        text.ansi().to_string()
    } else {
        text.to_string()
    };
    print(text.as_bytes())
}

/// What to type in place of a word that is no command: a script's name, or a line of the prompt.
fn meant(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let is = |ending: &str| {
        Path::new(word)
            .extension()
            .is_some_and(|of_word| of_word == ending)
    };
    if is("rhai") {
        return Some(format!("a script is run by `{PROGRAM} run {word}`"));
    }
    if is("py") {
        return Some("a Python program is run by `python3`; `lesson check` checks one".into());
    }
    let is_line = word.contains(['(', ' ', ';', '=']);
    is_line.then(|| {
        format!("a line is evaluated by `{PROGRAM} -c '{word}'`; `{PROGRAM}` alone is the prompt")
    })
}

fn run(cli: Cli) -> Result<Exit, Error> {
    match cli.word {
        Some(CliCommand::Completions { shell }) => return completions(&shell),
        Some(CliCommand::Man { command }) => return manual(command.as_deref()),
        _ => {}
    }
    let screen = Screen::of_process();
    let mut shell = App::new(screen, cli.code.get(1..).unwrap_or_default().to_vec());
    if cli.lab {
        shell.use_lab(true);
    }
    if let Some(code) = cli.code.first() {
        return Ok(batch::run(&mut shell, code));
    }
    if let Some(CliCommand::Command(verb)) = cli.word {
        return Ok(commands::from_argv(&verb, &mut shell));
    }
    if !io::stdin().is_terminal() {
        return batch::run_piped(&mut shell);
    }
    let (settings, wrong) = prompt::Settings::of_user();
    for line in wrong {
        screen.aside(&line);
    }
    shell.screen = settings.screen(screen);
    let screen = shell.screen;
    shell.session.keep_record();
    prompt::run(&mut shell, screen, &settings, prompt::default_file())
}

/// The script that makes a shell ask both programs for candidates.
fn completions(shell: &str) -> Result<Exit, Error> {
    let mut script = Vec::new();
    for program in [PROGRAM, LESSON_PROGRAM] {
        if let Some(shell) = Shells::builtins().completer(shell) {
            shell
                .write_registration(COMPLETION, program, program, program, &mut script)
                .map_err(|error| Error::Terminal(error.to_string()))?;
        }
    }
    Ok(print(&script))
}

/// The manual page of the program, or of one of its commands.
fn manual(command: Option<&str>) -> Result<Exit, Error> {
    let mut tree = Cli::command();
    tree.build();
    let wanted = match command {
        None => Some(&tree),
        Some(name) => tree.find_subcommand(name),
    };
    let Some(wanted) = wanted else {
        let name = command.unwrap_or_default();
        let text = format!("error: no command `{name}`; `socklab --help` lists them");
        Screen::of_process().aside(&text);
        return Ok(Exit::Unable);
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(wanted.clone())
        .render(&mut page)
        .map_err(|error| Error::Terminal(error.to_string()))?;
    Ok(print(&page))
}

fn print(text: &[u8]) -> Exit {
    // What is lost is told at the end.
    let _ = StandardOutput.write_all(text);
    Exit::Well
}
