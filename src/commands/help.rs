//! `help`: what there is, what one name means, and where a word is spoken of.

#[cfg(test)]
mod examples;
mod lessons;
mod search;
mod topics;

use clap::CommandFactory;

use crate::commands::app::App;
use crate::commands::arguments::HelpWord;
use crate::commands::line::PromptLine;
use crate::error::Exit;
use crate::net::constants;
use crate::net::errno;
use crate::prompt::AfterLine;
use crate::script::catalog::Function;
use crate::script::functions::rows as functions;
use crate::script::suggest::{advice, nearest};
use topics::{TOPICS, Topic};

/// What `help` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A function, a constant, a command, a topic, or words to search for
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<HelpWord>,
}

const OVERVIEW: &str = "\
Type a socket call and see what it does:
  getservbyname(\"ssh\")        the port of a service
  let s = socket()            a first value needs `let`
  s                           show it
  s.bind(\"127.0.0.1\", 0)      a method of the socket
Help:      help getaddrinfo   ?AF_INET6   recv?   help \"close wait\"   help topics
Names:     dir(socket)   dir(s)   vars   sockets
Pictures:  ladder   states s   buffers s   trace
Errors:    explain            what the last one means, and what to try
Consoles:  console client     a second interpreter beside this one; consoles lists them
           Ctrl-Z             leaves a call that waits, and goes to another console
The lab, an internet inside this program:  lab on   lab hosts   lab off
The course:  lesson start   lesson list   lesson run 02-sockets
Commands:  help commands      Leave:  exit, or Ctrl-D";

/// Shows it.
pub(crate) fn run_command(args: &Args, shell: &mut App) -> AfterLine {
    let words = args.words.join(" ");
    let words = words.trim();
    match answer(words) {
        Some(text) => {
            shell.screen.prose(&text);
            AfterLine::Go
        }
        None => {
            shell.screen.prose(&unknown(words));
            shell.note(Exit::Short)
        }
    }
}

/// What help says to these words; none where it knows nothing of them.
fn answer(words: &str) -> Option<String> {
    let words = words.trim_matches('"').trim_matches('\'').trim();
    Some(match words {
        "" => OVERVIEW.into(),
        "topics" => topic_list(),
        "commands" => command_list(),
        _ => return explain(words).or_else(|| search::search(words)),
    })
}

/// What a name means: all that bear it.
fn explain(words: &str) -> Option<String> {
    let name = words
        .strip_prefix("socket.")
        .unwrap_or(words)
        .trim_end_matches("()");
    let mut parts: Vec<String> = functions()
        .filter(|function| function.name == name)
        .map(about)
        .collect();
    let mut taught = functions().filter(|function| function.name == name);
    if let Some(lesson) = taught.find_map(lessons::calling) {
        parts.push(format!("lesson: {lesson}"));
    }
    parts.extend(constants::find(name).map(of_constant));
    parts.extend(of_command(name));
    let topics = TOPICS.iter().filter(|topic| topic.is_called(words));
    parts.extend(topics.map(of_topic));
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// Signature, text, example, manual page of a function.
fn about(function: &Function) -> String {
    let mut text = match function.receiver {
        Some(receiver) => format!(
            "{}   a method of: {}",
            function.signature(),
            receiver.word()
        ),
        None => function.signature(),
    };
    let (mut in_example, mut in_paragraph) = (false, false);
    for line in function.doc.trim_end().lines() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        if line.starts_with("```") {
            in_example = !in_example;
            in_paragraph = false;
            if in_example {
                text.push_str("\n  example:");
            }
        } else if in_paragraph && !line.trim().is_empty() {
            // The screen wraps a paragraph as it has room.
            text.push_str(&format!(" {}", line.trim()));
        } else {
            in_paragraph = !in_example && !line.trim().is_empty();
            let indent = if in_example { "    " } else { "  " };
            text.push_str(format!("\n{indent}{line}").trim_end_matches(' '));
        }
    }
    let pages = function.manual_pages();
    if !pages.is_empty() {
        text.push_str(&format!("\n  manual: {}", pages.join(", ")));
    }
    text
}

fn of_constant(constant: &constants::Constant) -> String {
    let mut text = format!("{} = {}\n  {}", constant.name, constant.value, constant.doc);
    let number = i32::try_from(constant.value).ok();
    let is_error = number
        .and_then(errno::find)
        .is_some_and(|known| known.name == constant.name);
    if is_error {
        text.push_str("\n  an error's number: `err.errno` has it");
    }
    if let Some(advice) = advice::find(constant.name, false) {
        for cause in advice.causes {
            text.push_str(&format!("\n  cause: {cause}"));
        }
        for attempt in advice.tries {
            text.push_str(&format!("\n  try:   {attempt}"));
        }
    }
    if let Some(lesson) = lessons::teaching(constant.name) {
        text.push_str(&format!("\n  lesson: {lesson}"));
    }
    text
}

/// The help of a command, `ladder`, or of a word of one: `lab link`.
fn of_command(name: &str) -> Option<String> {
    let mut tree = PromptLine::command();
    let mut found = &mut tree;
    for word in name.split_whitespace() {
        found = found.find_subcommand_mut(word)?;
    }
    let is_one = !name.trim().is_empty();
    is_one.then(|| found.render_long_help().to_string().trim_end().to_string())
}

fn of_topic(topic: &Topic) -> String {
    let text = topic.text.replace('\n', " ");
    let see = topic.see.join(", ");
    let mut text = format!("{}\n  {text}\n  see: {see}", topic.name);
    if let Some(lesson) = topic.see.iter().find_map(|name| lessons::teaching(name)) {
        text.push_str(&format!("\n  lesson: {lesson}"));
    }
    text
}

fn topic_list() -> String {
    let mut text = String::from("help NAME tells one of these:");
    for row in TOPICS.chunks(3) {
        let names: Vec<String> = row
            .iter()
            .map(|topic| format!("{:<22}", topic.name))
            .collect();
        text.push_str(format!("\n  {}", names.concat()).trim_end());
    }
    text
}

fn command_list() -> String {
    let tree = PromptLine::command();
    let line = |verb: &clap::Command| {
        let about = verb.get_about().map(ToString::to_string);
        format!("  {:<10}{}", verb.get_name(), about.unwrap_or_default())
    };
    let lines: Vec<String> = tree.get_subcommands().map(line).collect();
    format!("help NAME tells more of each:\n{}", lines.join("\n"))
}

/// No such name: the nearest one.
fn unknown(name: &str) -> String {
    let names = functions()
        .map(|function| function.name)
        .chain(constants::all().map(|constant| constant.name))
        .chain(TOPICS.iter().map(|topic| topic.name));
    match nearest(name, names) {
        Some(known) => format!("no help for `{name}`; did you mean `help {known}`?"),
        None => format!("no help for `{name}`; `help` shows what there is"),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::{TOPICS, functions, unknown};
    use crate::commands::line::PromptLine;
    use crate::net::constants;

    fn answer(words: &str) -> String {
        super::answer(words).unwrap_or_else(|| unknown(words))
    }

    #[test]
    fn every_function_has_a_signature_a_text_and_an_example() {
        for function in functions() {
            let help = answer(function.name);
            assert!(help.contains(&function.signature()), "{help}");
            assert!(
                function.doc.trim().len() > 10,
                "{} has no text",
                function.name
            );
            assert!(
                function.doc.contains("```rhai"),
                "{} has no example",
                function.name
            );
        }
    }

    #[test]
    fn every_call_of_the_system_says_which_errors_it_has() {
        for function in functions() {
            let told = function.doc.contains("Errors:") || function.doc.contains("never fails");
            let pages = function.manual_pages();
            assert!(told || pages.is_empty(), "{} says no errors", function.name);
        }
    }

    #[test]
    fn every_constant_has_help() {
        for constant in constants::all() {
            let help = answer(constant.name);
            let first = format!("{} = {}", constant.name, constant.value);
            assert!(
                help.contains(&first) && help.contains(constant.doc),
                "{help}"
            );
            assert!(!constant.doc.is_empty());
        }
    }

    #[test]
    fn every_command_has_help_with_an_example() {
        for verb in PromptLine::command().get_subcommands() {
            let help = answer(verb.get_name());
            assert!(help.contains("Usage:"), "{help}");
            assert!(
                help.contains("Examples:"),
                "{} has no example",
                verb.get_name()
            );
        }
    }

    #[test]
    fn every_topic_sends_to_names_that_have_help() {
        for topic in TOPICS {
            for name in topic.also.iter().chain([&topic.name]).chain(topic.see) {
                let help = answer(name);
                assert!(
                    !help.starts_with("no help") && !help.starts_with("spoken of"),
                    "{name}: {help}"
                );
            }
        }
    }

    #[test]
    fn help_finds_words_in_texts() {
        assert!(answer("\"close wait\"").starts_with("close wait"));
        assert!(answer("CLOSE_WAIT").starts_with("close wait"));
        assert!(answer("nearest words nobody wrote").starts_with("no help"));
        let found = answer("reverse lookup");
        assert!(found.contains("gethostbyaddr"), "{found}");
        assert!(answer("socket.recv()").contains("recv(size, flags = 0)"));
    }

    #[test]
    fn help_says_which_lesson_and_manual_page_tell_more() {
        let help = answer("getservbyport");
        assert!(help.contains("lesson: 01-lookups"), "{help}");
        assert!(help.contains("man 3 getservbyport"), "{help}");
    }

    #[test]
    fn a_slip_gets_the_nearest_name() {
        assert_eq!(
            unknown("getadrinfo"),
            "no help for `getadrinfo`; did you mean `help getaddrinfo`?"
        );
    }
}
