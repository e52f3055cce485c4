//! `//@ key: value`: the table of directives, and the reading of one line.

use crate::lesson::format::model::NetworkKind;
use crate::lesson::format::parse::Reader;
use crate::lesson::format::parse::directive_values;
use crate::lesson::format::problem::Problem;
use crate::script::failure::Place;
use crate::script::suggest::nearest;

/// A part of the file with its own directives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DirectivePart {
    Header,
    Step,
}

/// Every directive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DirectiveKey {
    Network,
    Host,
    Publish,
    Link,
    OnlyIf,
    Timeout,
    Console,
    Waits,
    Ask,
    Answer,
    Choices,
    Hint,
    Check,
    Given,
    Explore,
    Enter,
    Id,
    Exercise,
}

/// A directive's name, where it may stand, and an example of it.
struct DirectiveRow {
    key: DirectiveKey,
    name: &'static str,
    header: bool,
    step: bool,
    /// May stand more than once.
    repeats: bool,
    example: &'static str,
}

const fn row(
    key: DirectiveKey,
    name: &'static str,
    place: (bool, bool, bool),
    example: &'static str,
) -> DirectiveRow {
    DirectiveRow {
        key,
        name,
        header: place.0,
        step: place.1,
        repeats: place.2,
        example,
    }
}

const HEADER: (bool, bool, bool) = (true, false, false);
const STEP: (bool, bool, bool) = (false, true, false);
const BOTH: (bool, bool, bool) = (true, true, false);
const STEP_AGAIN: (bool, bool, bool) = (false, true, true);

const TABLE: [DirectiveRow; 18] = [
    row(DirectiveKey::Network, "network", HEADER, "network: lab"),
    row(
        DirectiveKey::Host,
        "host",
        (true, false, true),
        "host: example.test 192.0.2.1",
    ),
    row(DirectiveKey::Publish, "publish", HEADER, "publish: 8080"),
    row(
        DirectiveKey::Link,
        "link",
        (true, false, true),
        "link: echo.test loss 20% seed 7",
    ),
    row(DirectiveKey::OnlyIf, "only-if", BOTH, "only-if: linux"),
    row(DirectiveKey::Timeout, "timeout", BOTH, "timeout: 10s"),
    row(DirectiveKey::Console, "console", STEP, "console: server"),
    row(DirectiveKey::Waits, "waits", STEP, "waits"),
    row(
        DirectiveKey::Ask,
        "ask",
        STEP,
        "ask: How many answers are there?",
    ),
    row(
        DirectiveKey::Answer,
        "answer",
        STEP_AGAIN,
        "answer: infos.len",
    ),
    row(
        DirectiveKey::Choices,
        "choices",
        STEP,
        "choices: server | client",
    ),
    row(
        DirectiveKey::Hint,
        "hint",
        STEP_AGAIN,
        "hint: Show `infos` first.",
    ),
    row(DirectiveKey::Check, "check", STEP, "check: infos.len > 0"),
    row(DirectiveKey::Given, "given", STEP, "given"),
    row(
        DirectiveKey::Explore,
        "explore",
        STEP,
        "explore: Try a few others.",
    ),
    row(DirectiveKey::Enter, "enter", STEP, "enter: lab hosts"),
    row(DirectiveKey::Id, "id", STEP, "id: first-lookup"),
    row(DirectiveKey::Exercise, "exercise", STEP, "exercise: server"),
];

impl DirectiveKey {
    /// The name in a lesson file.
    pub(crate) fn name(self) -> &'static str {
        TABLE
            .iter()
            .find(|row| row.key == self)
            .map_or("", |row| row.name)
    }

    /// Whether a second one in the same place is fine.
    pub(crate) fn repeats(self) -> bool {
        TABLE.iter().any(|row| row.key == self && row.repeats)
    }

    fn takes_value(self) -> bool {
        !matches!(self, Self::Waits | Self::Given)
    }
}

/// A directive with its value and their places.
#[derive(Debug, Clone)]
pub(crate) struct Directive {
    pub(crate) key: DirectiveKey,
    pub(crate) key_place: Place,
    pub(crate) value: String,
    pub(crate) place: Place,
}

impl Directive {
    /// A problem with the value.
    pub(crate) fn wrong(&self, message: impl Into<String>, mend: impl Into<String>) -> Problem {
        Problem::error(self.place, self.value.chars().count(), message, mend)
    }

    /// A problem with the directive itself.
    pub(crate) fn misplaced(&self, message: impl Into<String>, mend: impl Into<String>) -> Problem {
        Problem::error(self.key_place, self.key.name().len(), message, mend)
    }
}

impl Reader<'_> {
    /// Reads the text behind `//@`; a problem becomes none.
    pub(crate) fn directive(
        &mut self,
        text: &str,
        line: Place,
        part: DirectivePart,
    ) -> Option<Directive> {
        match read(text, line, part) {
            Ok(directive) => Some(directive),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    pub(crate) fn header_directive(&mut self, directive: Directive) {
        if !directive.key.repeats() && self.draft.seen(directive.key) {
            self.problems.push(twice(&directive));
            return;
        }
        self.draft.see(directive.key);
        if let Err(problem) = self.set_header(&directive) {
            self.problems.push(problem);
        }
    }

    fn set_header(&mut self, directive: &Directive) -> Result<(), Problem> {
        let header = &mut self.lesson.header;
        match directive.key {
            DirectiveKey::Network => header.network = network(directive)?,
            DirectiveKey::Host => {
                let host = directive_values::host(directive)?;
                if header
                    .hosts
                    .iter()
                    .any(|other| other.name.eq_ignore_ascii_case(&host.name))
                {
                    let message = format!("the host `{}` is given twice", host.name);
                    return Err(directive.wrong(message, "put all its addresses on one line"));
                }
                header.hosts.push(host);
            }
            DirectiveKey::Publish => header.publish = directive_values::ports(directive)?,
            DirectiveKey::Link => header.links.push(directive_values::link(directive)?),
            DirectiveKey::OnlyIf => header.only_if = directive_values::capabilities(directive)?,
            DirectiveKey::Timeout => header.timeout = Some(directive_values::duration(directive)?),
            _ => {}
        }
        Ok(())
    }
}

/// The problem of a second directive where one is allowed.
pub(crate) fn twice(directive: &Directive) -> Problem {
    let name = directive.key.name();
    directive.misplaced(format!("`{name}` is given twice"), "keep one of them")
}

fn network(directive: &Directive) -> Result<NetworkKind, Problem> {
    match directive.value.as_str() {
        "lab" => Ok(NetworkKind::Lab),
        "live" => Ok(NetworkKind::Live),
        "none" => Ok(NetworkKind::None),
        other => Err(directive.wrong(
            format!("there is no network `{other}`"),
            "write `lab`, `live` or `none`",
        )),
    }
}

fn read(text: &str, line: Place, part: DirectivePart) -> Result<Directive, Problem> {
    let body = text.trim_start();
    let blanks = text.chars().count() - body.chars().count();
    let key_place = Place {
        column: line.column + 3 + blanks,
        ..line
    };
    let (name, value) = match body.split_once(':') {
        Some((name, value)) => (name.trim_end(), Some(value)),
        None => (body.trim_end(), None),
    };
    let length = name.chars().count();
    let Some(row) = TABLE.iter().find(|row| row.name == name) else {
        return Err(unknown(name, key_place, part));
    };
    check_part(row, part)
        .map_err(|(message, mend)| Problem::error(key_place, length, message, mend))?;
    let (value, place) = match value {
        Some(value) => {
            let text = value.trim();
            let lead = value.chars().count() - value.trim_start().chars().count();
            let before = body.split(':').next().unwrap_or_default().chars().count() + 1;
            (
                text.to_owned(),
                Place {
                    column: key_place.column + before + lead,
                    ..line
                },
            )
        }
        None => (String::new(), key_place),
    };
    match (row.key.takes_value(), value.is_empty()) {
        (true, true) => {
            let message = format!("`{name}` needs a value");
            Err(Problem::error(
                key_place,
                length,
                message,
                format!("write it like `//@ {}`", row.example),
            ))
        }
        (false, false) => {
            let message = format!("`{name}` takes no value");
            Err(Problem::error(
                place,
                value.chars().count(),
                message,
                format!("write `//@ {name}`"),
            ))
        }
        _ => Ok(Directive {
            key: row.key,
            key_place,
            value,
            place,
        }),
    }
}

/// Refuses a directive of the other part of the file: the message and the mend.
fn check_part(row: &DirectiveRow, part: DirectivePart) -> Result<(), (String, &'static str)> {
    let name = row.name;
    match part {
        DirectivePart::Header if !row.header => Err((
            format!("`{name}` is for a step, and this is the header"),
            "put an empty line before it, and its statement below it",
        )),
        DirectivePart::Step if !row.step => Err((
            format!("`{name}` is for the whole lesson"),
            "move it to the header, above the first empty line",
        )),
        _ => Ok(()),
    }
}

fn unknown(name: &str, place: Place, part: DirectivePart) -> Problem {
    let word = name.split_whitespace().next().unwrap_or_default();
    let length = word.chars().count();
    if word.is_empty() {
        return Problem::error(
            place,
            1,
            "this directive is empty",
            "write it like `//@ id: first-lookup`",
        );
    }
    let near = nearest(word, TABLE.iter().map(|row| row.name));
    let near = near.and_then(|name| TABLE.iter().find(|row| row.name == name));
    let mend = if let Some(row) = near {
        format!("did you mean `//@ {}`?", row.example)
    } else {
        let fits = |row: &&DirectiveRow| {
            if part == DirectivePart::Header {
                row.header
            } else {
                row.step
            }
        };
        let names: Vec<&str> = TABLE.iter().filter(fits).map(|row| row.name).collect();
        format!("here there are {}", names.join(", "))
    };
    Problem::error(
        place,
        length,
        format!("there is no directive `{word}`"),
        mend,
    )
}
