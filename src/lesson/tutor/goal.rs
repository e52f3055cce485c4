//! What a step wants, in a few words: for a learner who is not sure what to type.

use crate::lesson::format::model::{Statement, Step, StepKind, Transcript};
use crate::lesson::tutor::code_facts::{
    CodeFacts, NameSet, arguments, called, place, squeezed, subject,
};

/// The longest value that is told.
const LONGEST: usize = 44;
/// The longest value that is told of a line.
const LONG: usize = 60;
/// The longest value that is told beside what a call takes.
const SHORT: usize = 24;
/// The most values that are told of one line.
const MOST: usize = 4;

/// What a step wants to come of a line; none where its question or suggestion says it.
pub(crate) fn goal(step: &Step) -> Option<String> {
    match &step.kind {
        StepKind::Statement(statement) => of_statement(statement),
        StepKind::Enter(line) => Some(format!("the line `{line}`")),
        StepKind::Ask(_) | StepKind::Explore(_) => None,
    }
}

/// What a learner must be told beside the prose; none where the prose has the line itself. A step
/// without prose gives its line away.
pub(crate) fn beside_prose(step: &Step) -> Option<String> {
    let Some(statement) = step.statement() else {
        return goal(step);
    };
    let line = statement.source.trim_end_matches(';');
    if step.prose.trim().is_empty() {
        return Some(format!("`{line}`"));
    }
    if is_told(step, line) {
        return None;
    }
    of_statement(statement)
}

/// The lines of a step that nobody could guess: those of a block that neither its prose nor a hint
/// tells.
pub(crate) fn block(step: &Step) -> Option<&str> {
    let source = step.statement()?.source.as_str();
    let is_block = source.contains('\n') && source.contains('{');
    let alone = step.prose.trim().is_empty() || step.hints.is_empty();
    (is_block && alone && !is_told(step, source)).then_some(source)
}

/// Whether the prose has a line, or a whole block of code, itself.
fn is_told(step: &Step, source: &str) -> bool {
    // Every second piece between backticks is code.
    let mut code = step.prose.split('`').skip(1).step_by(2);
    code.any(|code| {
        let mut lines = code.lines().chain([code]);
        lines.any(|code| squeezed(code) == squeezed(source))
    })
}

fn of_statement(statement: &Statement) -> Option<String> {
    let deeds = CodeFacts::of(&statement.source);
    if !deeds.functions.is_empty() {
        let header = statement
            .source
            .lines()
            .find(|line| line.starts_with("fn "));
        let header = header.unwrap_or_default().trim_start_matches("fn ");
        let header = header.split('{').next().unwrap_or_default().trim();
        return Some(format!("the function `{header}`"));
    }
    let with = with(&statement.source);
    if !deeds.made.is_empty() {
        let several = if deeds.made.len() > 1 { "s" } else { "" };
        let names = listed(&deeds.made, &statement.source);
        let calls = called(&statement.source);
        let from = match calls.as_slice() {
            [] => with,
            [call] => format!(", from `{call}`{with}"),
            _ => String::new(),
        };
        return Some(format!("the variable{several} {names}{from}"));
    }
    let shows = statement.transcript.as_ref().and_then(shown);
    if deeds.calls.is_empty() {
        let about =
            subject(&statement.source).map_or(String::new(), |name| format!(" with `{name}`"));
        return match shows {
            Some(shows) => Some(format!("a line{about} that shows {shows}")),
            None if deeds.set.is_empty() => None,
            None => {
                let names = listed(&deeds.set, &statement.source);
                Some(format!("a new value of {names}{with}"))
            }
        };
    }
    let call = format!("a call of {}{with}", in_words(&called(&statement.source)));
    let fails = statement
        .transcript
        .as_ref()
        .is_some_and(Transcript::expects_error);
    Some(match shows {
        Some(_) if fails && !with.is_empty() => format!("{call}, which ends in an error"),
        Some(shows) if with.is_empty() || shows.len() <= SHORT => {
            format!("{call} that shows {shows}")
        }
        _ => call,
    })
}

/// ` with ...`: the values that a line writes out; empty where there are none, or too many.
fn with(source: &str) -> String {
    let values = arguments(source);
    let long = values.iter().any(|value| value.len() > LONG);
    if values.is_empty() || values.len() > MOST || long {
        return String::new();
    }
    format!(" with `{}`", values.join("`, `"))
}

/// What a transcript looks like, in short; none where anything will do.
fn shown(transcript: &Transcript) -> Option<String> {
    if transcript.pattern.takes_anything() {
        return None;
    }
    let mut lines = transcript.text.iter().map(|line| line.trim());
    let mut lines = lines.by_ref().filter(|line| *line != "...");
    let (first, second) = (plain(lines.next()?), lines.next().map(plain));
    let kind = match first.as_str() {
        _ if second.is_some() => None,
        "..." => Some("a number"),
        "\"...\"" => Some("a text"),
        _ => None,
    };
    if let Some(kind) = kind {
        return Some(kind.into());
    }
    Some(match second {
        None if first.chars().count() <= LONGEST => format!("`{first}`"),
        Some(second) if first.len() <= 1 => format!("something with `{}`", short(&second)),
        _ => format!("something that begins with `{}`", short(&first)),
    })
}

/// The beginning of a line, up to a blank.
fn short(line: &str) -> String {
    if line.chars().count() <= LONGEST {
        return line.into();
    }
    let cut: String = line.chars().take(LONGEST).collect();
    match cut.rsplit_once(' ') {
        Some((whole, _)) => whole.into(),
        None => cut,
    }
}

/// A line with `...` in place of each hole.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once('{') {
        text.push_str(before);
        let end = match behind.chars().next() {
            Some('{') => "}}",
            Some('/') => "/}",
            _ => "}",
        };
        let hole = behind.split_once(end).filter(|(hole, _)| {
            let fits = |c: char| c.is_ascii_alphanumeric() || "_:=.".contains(c);
            end.len() > 1 || !hole.is_empty() && hole.chars().all(fits)
        });
        rest = match hole {
            Some((_, behind)) => {
                text.push_str("...");
                behind
            }
            None => {
                text.push('{');
                behind
            }
        };
    }
    text + rest
}

/// Names as they follow one another in the source.
fn listed(names: &NameSet, source: &str) -> String {
    let mut names: Vec<String> = names.iter().cloned().collect();
    names.sort_by_key(|name| place(source, name));
    in_words(&names)
}

/// `a`, `b` and `c`.
fn in_words(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => quoted.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::{beside_prose, block, goal};
    use crate::lesson::format::model::Step;
    use crate::lesson::format::parse::parse_bytes;

    fn step(text: &str) -> Step {
        let lesson = parse_bytes(format!("//! # T\n\n{text}\n").as_bytes()).expect("a lesson");
        lesson.steps.into_iter().next().expect("a step")
    }

    #[test]
    fn a_goal_names_what_shall_come_of_a_line() {
        for (text, wanted) in [
            ("let s = socket();", "the variable `s`, from `socket`"),
            (
                "let s = socket(AF_INET, SOCK_DGRAM);",
                "the variable `s`, from `socket` with `AF_INET`, `SOCK_DGRAM`",
            ),
            ("let name = \"Ada\";", "the variable `name` with `\"Ada\"`"),
            (
                "unpack z, a = s.accept();",
                "the variables `z` and `a`, from `s.accept`",
            ),
            ("fn f(x) {\n    x\n}", "the function `f(x)`"),
            ("1 + 1;\n//> 2", "a line that shows `2`"),
            (
                "f();\n//> [\n//>   1,\n//> ]",
                "a call of `f` that shows something with `1,`",
            ),
            (
                "port();\n//> [\"::1\", {port:p}, #{}]",
                "a call of `port` that shows `[\"::1\", ..., #{}]`",
            ),
            ("s.bind(x);", "a call of `s.bind`"),
            (
                "s.bind([\"127.0.0.1\", 50000]);",
                "a call of `s.bind` with `\"127.0.0.1\"`, `50000`",
            ),
            (
                "socket().connect([\"a.test\", 81]);\n//> error: connect: ...",
                "a call of `socket` and `connect` with `\"a.test\"`, `81`, which ends in an error",
            ),
            (
                "dir(socket).len;\n//> {int}",
                "a call of `dir` that shows a number",
            ),
            (
                "info;\n//> [{{AF_INET}}, 1]",
                "a line with `info` that shows `[..., 1]`",
            ),
            ("x = 5;", "a new value of `x` with `5`"),
            ("x += 5;", "a new value of `x` with `5`"),
        ] {
            assert_eq!(goal(&step(text)).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn a_block_that_nobody_could_guess_is_told() {
        let function = "fn f(x) {\n    x\n}";
        let told = block(&step(&format!("// This is one.\n{function}"))).map(String::from);
        assert_eq!(told.as_deref(), Some(function));
        for text in [
            "// Write one.\n//@ hint: Begin.\nfn f(x) {\n    x\n}",
            "// Type it:\n//\n// ```\n// fn f(x) {\n//     x\n// }\n// ```\nfn f(x) {\n    x\n}",
            "// Make one.\nlet s = socket(AF_INET,\n    SOCK_DGRAM);",
        ] {
            assert_eq!(block(&step(text)), None, "{text}");
        }
    }

    #[test]
    fn a_step_without_prose_still_says_what_to_type() {
        assert_eq!(
            beside_prose(&step("s.bind(x);")).as_deref(),
            Some("`s.bind(x)`")
        );
        let call = beside_prose(&step("// Bind it.\ns.bind(x);"));
        assert_eq!(call.as_deref(), Some("a call of `s.bind`"));
        let told = step("// Bind it with `s.bind( x )`.\ns.bind(x);");
        assert_eq!(beside_prose(&told), None);
        let named = beside_prose(&step("// Make one.\nlet s = socket();"));
        assert_eq!(named.as_deref(), Some("the variable `s`, from `socket`"));
    }
}
