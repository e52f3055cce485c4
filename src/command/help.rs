//! `help`: what there is, and what one name means.

use clap::CommandFactory;

use super::Line;
use super::shell::Shell;
use crate::net::constants;
use crate::repl::Next;
use crate::script::function::Function;
use crate::script::packages::FUNCTIONS;

/// What `help` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A function, a constant or a command
    name: Option<String>,
}

const OVERVIEW: &str = "\
Type a socket call and see what it does:
  getservbyname(\"ssh\")        the port of a service
  let s = socket()            a first value needs `let`
  s                           show it
  s.bind(\"127.0.0.1\", 0)      a method of the socket
Help:  help getaddrinfo   help AF_INET6   dir(socket)   dir(s)
The lab, an internet inside this program:  lab on   lab hosts   lab off
The course:  lesson list   lesson run 02-sockets
Leave:  exit, or Ctrl-D";

/// Shows it.
pub(super) fn perform(args: &Args, shell: &mut Shell) -> Next {
    match &args.name {
        None => shell.screen.line(OVERVIEW),
        Some(name) => match explain(name) {
            Some(text) => shell.screen.line(&text),
            None => shell.screen.line(&unknown(name)),
        },
    }
    Next::Go
}

/// What a name means: every function and method of that name, else the constant or command.
fn explain(name: &str) -> Option<String> {
    let name = name
        .strip_prefix("socket.")
        .unwrap_or(name)
        .trim_end_matches("()");
    let functions: Vec<String> = FUNCTIONS
        .iter()
        .flat_map(|table| table.iter())
        .filter(|function| function.name == name)
        .map(about)
        .collect();
    if !functions.is_empty() {
        return Some(functions.join("\n\n"));
    }
    if let Some(constant) = constants::find(name) {
        return Some(format!(
            "{} = {}\n  {}",
            constant.name, constant.value, constant.doc
        ));
    }
    let mut tree = Line::command();
    let verb = tree.find_subcommand_mut(name)?;
    Some(verb.render_long_help().to_string().trim_end().to_string())
}

/// Signature and text of a function.
fn about(function: &Function) -> String {
    let text: Vec<String> = function
        .doc
        .trim_end()
        .lines()
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .filter(|line| !line.starts_with("```"))
        .map(|line| format!("  {line}").trim_end().to_string())
        .collect();
    format!("{}\n{}", function.signature(), text.join("\n"))
}

/// No such name: the nearest one.
fn unknown(name: &str) -> String {
    let functions = FUNCTIONS
        .iter()
        .flat_map(|table| table.iter())
        .map(|function| function.name);
    let names = functions.chain(constants::all().map(|constant| constant.name));
    let near = names
        .map(|known| (strsim::damerau_levenshtein(known, name), known))
        .min()
        .filter(|(distance, _)| *distance <= 2 + name.len() / 8);
    match near {
        Some((_, known)) => format!("no help for `{name}`; did you mean `help {known}`?"),
        None => format!("no help for `{name}`; `help` shows what there is"),
    }
}
