//! Words of the prose that lead nowhere: lessons, functions and names that are not there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use crate::lesson::format::model::{Lesson, StepKind};
use crate::lesson::format::problem::Problem;
use crate::lesson::library::{Entry, Library};
use crate::net::constants;
use crate::script::failure::Place;
use crate::script::functions::rows;
use crate::script::suggest::{nearest, nearest_within};

/// What a lesson may lead to.
#[derive(Debug, Clone, Default)]
pub(crate) struct LintContext {
    /// The full names of all lessons.
    pub(crate) lessons: Vec<String>,
    /// The names of the prompt's commands.
    pub(crate) commands: Vec<String>,
    /// The names and addresses of the hosts that every lab has.
    pub(crate) hosts: Vec<String>,
    /// Ids of this lesson's steps that a table beside it names.
    pub(crate) referred: Vec<String>,
}

impl LintContext {
    /// Those of a lesson in a library; `commands` are the names of the prompt's commands, `hosts` the
    /// names and addresses of the lab's hosts.
    pub(crate) fn of(
        entry: &Entry,
        library: &Library,
        commands: Vec<String>,
        hosts: Vec<String>,
    ) -> Self {
        let lessons = library.entries().iter();
        let table = entry.file().ok().and_then(Path::parent);
        let table = table.and_then(|folder| fs::read_to_string(folder.join("README.md")).ok());
        let of_row = |row: &str| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let [_, _, lesson, id, ""] = cells.as_slice() else {
                return None;
            };
            (*lesson == entry.full_name).then(|| (*id).to_owned())
        };
        Self {
            lessons: lessons.map(|entry| entry.full_name.clone()).collect(),
            commands,
            hosts,
            referred: table
                .unwrap_or_default()
                .lines()
                .filter_map(of_row)
                .collect(),
        }
    }
}

/// Text between backticks.
static SPAN: LazyLock<Regex> = LazyLock::new(|| constant(r"`([^`]+)`"));
/// `lesson 04` in prose, `lesson run 04-client` in backticks.
static LESSON: LazyLock<Regex> =
    LazyLock::new(|| constant(r"\b[Ll]esson (?:(?:run|start|show|check) )?(\d{2}[a-z0-9-]*)"));
/// A lesson's full name.
static FULL_NAME: LazyLock<Regex> = LazyLock::new(|| constant(r"^\d{2}-[a-z][a-z0-9-]*$"));
/// A name, perhaps called, perhaps behind the `socket` object.
static NAME: LazyLock<Regex> =
    LazyLock::new(|| constant(r"^(?:socket\.)?([A-Za-z_][A-Za-z0-9_]*)(?:\(.*)?$"));

fn constant(text: &str) -> Regex {
    Regex::new(text).expect("a constant expression compiles")
}

/// How long a name must be before another one can be near to it.
const SHORTEST: usize = 5;

/// Looks at the prose of a lesson; problems come in the order of their lines.
pub(crate) fn lint(source: &str, lesson: &Lesson, around: &LintContext) -> Vec<Problem> {
    let code = names_in_code(lesson);
    let mut problems = Vec::new();
    for (number, offset, text) in prose_lines(source) {
        let mut tell = |start: usize, found: &str, (message, mend): (String, String)| {
            let column = offset + text[..start].chars().count() + 1;
            let place = Place {
                line: number,
                column,
            };
            let length = found.chars().count();
            problems.push(Problem::warning(place, length, message, mend));
        };
        for found in LESSON.captures_iter(text).filter_map(|found| found.get(1)) {
            if let Some(told) = missing_lesson(found.as_str(), around) {
                tell(found.start(), found.as_str(), told);
            }
        }
        for found in SPAN.captures_iter(text).filter_map(|found| found.get(1)) {
            let span = found.as_str().trim();
            let told = if FULL_NAME.is_match(span) {
                missing_lesson(span, around)
            } else if let Some(name) = span.strip_prefix("help ") {
                let name = name.trim().trim_end_matches("()");
                missing_help(name.strip_prefix("socket.").unwrap_or(name), around)
            } else {
                NAME.captures(span)
                    .and_then(|name| near_miss(&name[1], &code, around))
            };
            if let Some(told) = told {
                tell(found.start(), found.as_str(), told);
            }
        }
    }
    for id in &around.referred {
        if lesson.step(id).is_none() {
            let place = Place { line: 1, column: 1 };
            let message =
                format!("the table in `README.md` names a step `{id}`, which is not here");
            let mend = format!("add `//@ id: {id}` to the step that is meant, or mend the table");
            problems.push(Problem::warning(place, 1, message, mend));
        }
    }
    problems.sort_by_key(|problem| (problem.line, problem.column));
    problems
}

/// The lines of prose outside code blocks: the line's number, the characters before its text, and
/// the text.
fn prose_lines(source: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    let mut inside = false;
    source.lines().enumerate().filter_map(move |(at, line)| {
        let prose = line
            .strip_prefix("//!")
            .map(|text| (3, text))
            .or_else(|| {
                let text = line.strip_prefix("//")?;
                (!text.starts_with(['@', '>', '~', '/'])).then_some((2, text))
            })
            .or_else(|| {
                let text = line.strip_prefix("//@")?.trim_start();
                let of_text = ["ask:", "hint:", "explore:"];
                of_text
                    .iter()
                    .any(|key| text.starts_with(key))
                    .then_some((line.chars().count() - text.chars().count(), text))
            });
        let Some((offset, text)) = prose else {
            inside = false;
            return None;
        };
        if text.trim_start().starts_with("```") {
            inside = !inside;
            return None;
        }
        (!inside).then_some((at + 1, offset, text))
    })
}

/// Every word of the lesson's code.
fn names_in_code(lesson: &Lesson) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for step in &lesson.steps {
        let code = match &step.kind {
            StepKind::Statement(statement) => Some(statement.source.as_str()),
            StepKind::Enter(line) => Some(line.as_str()),
            StepKind::Ask(question) => {
                for answer in &question.answers {
                    names.extend(words(&answer.text));
                }
                None
            }
            StepKind::Explore(_) => None,
        };
        names.extend(code.into_iter().flat_map(words));
        if let StepKind::Statement(statement) = &step.kind
            && let Some(transcript) = &statement.transcript
        {
            names.extend(transcript.text.iter().flat_map(|line| words(line)));
        }
    }
    names
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
}

fn missing_lesson(name: &str, around: &LintContext) -> Option<(String, String)> {
    let is_there = |known: &String| {
        known == name || known.split('-').next() == Some(name) && !name.contains('-')
    };
    if around.lessons.iter().any(is_there) {
        return None;
    }
    let near = nearest(name, around.lessons.iter().map(String::as_str));
    let mend = near.map_or_else(
        || "`lesson list` shows all of them".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Some((format!("there is no lesson `{name}`"), mend))
}

fn missing_help(name: &str, around: &LintContext) -> Option<(String, String)> {
    if is_known(name) || around.commands.iter().any(|command| command == name) {
        return None;
    }
    let mend = nearest(name, known()).map_or_else(
        || "name a function, a constant or a command".to_owned(),
        |near| format!("did you mean `help {near}`?"),
    );
    Some((format!("`help {name}` knows nothing of it"), mend))
}

/// A name that is none, but nearly one that is.
fn near_miss(name: &str, code: &BTreeSet<&str>, around: &LintContext) -> Option<(String, String)> {
    let fine = name.len() < SHORTEST
        || is_known(name)
        || code.contains(name)
        || around.commands.iter().any(|command| command == name);
    if fine {
        return None;
    }
    // Prose has words that are near a name and no slips of it: fewer are allowed than elsewhere.
    let near = nearest_within(name, known(), 1 + usize::from(name.len() > 9))?;
    // `connects` is a word, and so is `Connect`.
    let word = name.to_lowercase();
    let stems = [
        Some(word.as_str()),
        word.strip_suffix('s'),
        word.strip_suffix("ed"),
    ];
    if stems.contains(&Some(near)) {
        return None;
    }
    Some((
        format!("there is no `{name}`"),
        format!("did you mean `{near}`?"),
    ))
}

fn known() -> impl Iterator<Item = &'static str> {
    let functions = rows();
    let functions = functions.map(|function| function.name);
    functions.chain(constants::all().map(|constant| constant.name))
}

fn is_known(name: &str) -> bool {
    known().any(|known| known == name)
}

#[cfg(test)]
mod tests {
    use super::{LintContext, lint};
    use crate::lesson::format::parse::parse;

    fn found(source: &str) -> Vec<String> {
        let around = LintContext {
            lessons: vec!["03-getaddrinfo".into(), "04-client".into()],
            commands: vec!["lesson".into()],
            hosts: Vec::new(),
            referred: vec!["one".into(), "gone".into()],
        };
        let lesson = parse(source).unwrap();
        lint(source, &lesson, &around)
            .into_iter()
            .map(|p| format!("{}:{} {}; {}", p.line, p.column, p.message, p.mend))
            .collect()
    }

    #[test]
    fn words_that_lead_nowhere_are_told_with_their_places() {
        let source = "//! # T\n\n//@ id: one\n// You know `getadrinfo(host)` and `let mine`, `mine`, `getaddrinfo`.\n\
            // See lesson 04, lesson 44, `04-cliemt`, `help acept`, `help lesson`, `help recv`.\n\
            // ```\n// `getadrinfo`\n// ```\nlet mine = 1;\n\n//@ explore: Try `AF_INET7`.\n";
        assert_eq!(
            found(source),
            [
                "1:1 the table in `README.md` names a step `gone`, which is not here; \
                 add `//@ id: gone` to the step that is meant, or mend the table",
                "4:14 there is no `getadrinfo`; did you mean `getaddrinfo`?",
                "5:26 there is no lesson `44`; `lesson list` shows all of them",
                "5:31 there is no lesson `04-cliemt`; did you mean `04-client`?",
                "5:44 `help acept` knows nothing of it; did you mean `help accept`?",
                "11:19 there is no `AF_INET7`; did you mean `AF_INET`?",
            ]
        );
    }
}
