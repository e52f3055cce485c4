//! A step that is being read: prose and directives until its statement comes.

use super::Directive;
use super::directive_values;
use crate::lesson::format::model::{Lines, Question, Step, StepKind, Written};
use crate::lesson::format::parse::directives::{DirectiveKey, twice};
use crate::lesson::format::problem::Problem;
use crate::script::failure::Place;

/// What was read of a step so far.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    prose: String,
    /// A blank line came; the next prose is a new paragraph.
    parted: bool,
    directives: Vec<Directive>,
    lines: Option<Lines>,
    seen: Vec<DirectiveKey>,
}

impl Draft {
    pub(crate) fn seen(&self, key: DirectiveKey) -> bool {
        self.seen.contains(&key)
    }

    pub(crate) fn see(&mut self, key: DirectiveKey) {
        self.seen.push(key);
    }

    /// Widens the step's lines.
    pub(crate) fn touch(&mut self, line: usize) {
        let lines = self.lines.get_or_insert(Lines {
            first: line,
            last: line,
        });
        lines.last = lines.last.max(line);
    }

    pub(crate) fn prose(&mut self, text: &str, line: usize) {
        self.touch(line);
        if std::mem::take(&mut self.parted) && !self.prose.is_empty() {
            self.prose.push('\n');
        }
        self.prose.push_str(text);
        self.prose.push('\n');
    }

    pub(crate) fn blank(&mut self) {
        self.parted = true;
    }

    pub(crate) fn take(&mut self, directive: Directive, line: usize, problems: &mut Vec<Problem>) {
        self.touch(line);
        let known = |other: &Directive| other.key == directive.key;
        if !directive.key.repeats() && self.directives.iter().any(known) {
            problems.push(twice(&directive));
        } else {
            self.directives.push(directive);
        }
    }

    fn find(&self, key: DirectiveKey) -> Option<&Directive> {
        self.directives
            .iter()
            .find(|directive| directive.key == key)
    }

    fn all(&self, key: DirectiveKey) -> impl Iterator<Item = &Directive> {
        self.directives
            .iter()
            .filter(move |directive| directive.key == key)
    }

    /// The directives that make a step without a statement.
    fn kinds(&self) -> impl Iterator<Item = &Directive> {
        let makes = |directive: &&Directive| {
            matches!(
                directive.key,
                DirectiveKey::Ask | DirectiveKey::Explore | DirectiveKey::Enter
            )
        };
        self.directives.iter().filter(makes)
    }

    /// Whether this is a step without needing a statement.
    pub(crate) fn is_complete(&self) -> bool {
        self.kinds().next().is_some()
    }

    /// The prose that closes the lesson; directives here lead nowhere.
    pub(crate) fn closing(self, problems: &mut Vec<Problem>) -> String {
        for directive in &self.directives {
            let message = format!("there is no step after this `{}`", directive.key.name());
            problems
                .push(directive.misplaced(message, "put it before the statement that it is for"));
        }
        self.text()
    }

    fn text(&self) -> String {
        self.prose.trim_matches('\n').to_owned()
    }

    /// The finished step; `console` goes on from step to step.
    pub(crate) fn finish(
        self,
        statement: Option<StepKind>,
        console: &mut String,
        problems: &mut Vec<Problem>,
    ) -> Option<Step> {
        let mut told = Vec::new();
        self.check_partners(statement.is_some(), &mut told);
        let named = |key: DirectiveKey, told: &mut Vec<Problem>| {
            self.find(key)
                .and_then(|directive| keep(directive_values::name(directive), told))
        };
        if let Some(name) = named(DirectiveKey::Console, &mut told) {
            *console = name;
        }
        let only_if = self
            .find(DirectiveKey::OnlyIf)
            .and_then(|found| keep(directive_values::capabilities(found), &mut told));
        let timeout = self
            .find(DirectiveKey::Timeout)
            .and_then(|found| keep(directive_values::duration(found), &mut told));
        let kind = statement.or_else(|| self.kind(&mut told));
        let step = kind.map(|kind| Step {
            lines: self.lines.unwrap_or(Lines { first: 1, last: 1 }),
            prose: self.text(),
            console: console.clone(),
            waits: self.find(DirectiveKey::Waits).is_some(),
            given: self.find(DirectiveKey::Given).is_some(),
            id: named(DirectiveKey::Id, &mut told),
            hints: self
                .all(DirectiveKey::Hint)
                .map(|hint| hint.value.clone())
                .collect(),
            check: self.find(DirectiveKey::Check).map(written),
            only_if: only_if.unwrap_or_default(),
            timeout,
            exercise: named(DirectiveKey::Exercise, &mut told),
            kind,
        });
        problems.append(&mut told);
        step
    }

    fn kind(&self, told: &mut Vec<Problem>) -> Option<StepKind> {
        let directive = self.kinds().next()?;
        Some(match directive.key {
            DirectiveKey::Explore => StepKind::Explore(directive.value.clone()),
            DirectiveKey::Enter => StepKind::Enter(directive.value.clone()),
            _ => StepKind::Ask(Question {
                text: directive.value.clone(),
                answers: self.all(DirectiveKey::Answer).map(written).collect(),
                choices: self
                    .find(DirectiveKey::Choices)
                    .and_then(|found| keep(directive_values::choices(found), told))
                    .unwrap_or_default(),
            }),
        })
    }

    /// Directives that need one another, or cannot stand together.
    fn check_partners(&self, has_statement: bool, told: &mut Vec<Problem>) {
        if let Some(other) = self.kinds().nth(1) {
            let first = self.kinds().next().map_or("", |first| first.key.name());
            let message = format!("`{}` and `{first}` are two steps", other.key.name());
            told.push(other.misplaced(message, "put an empty line between them"));
        }
        if has_statement && let Some(kind) = self.kinds().next() {
            let message = format!(
                "`{}` is a step of its own, without a statement",
                kind.key.name()
            );
            told.push(kind.misplaced(message, "put an empty line before the statement"));
        }
        for directive in &self.directives {
            let name = directive.key.name();
            match directive.key {
                DirectiveKey::Answer | DirectiveKey::Choices
                    if self.find(DirectiveKey::Ask).is_none() =>
                {
                    let message = format!("this `{name}` has no question");
                    told.push(
                        directive
                            .misplaced(message, "put `//@ ask: …` above it, without an empty line"),
                    );
                }
                DirectiveKey::Waits | DirectiveKey::Given | DirectiveKey::Check
                    if !has_statement =>
                {
                    let message = format!("`{name}` is for a statement, and this step has none");
                    told.push(
                        directive.misplaced(message, "remove it, or put it before a statement"),
                    );
                }
                _ => {}
            }
        }
    }
}

fn written(directive: &Directive) -> Written {
    let place: Place = directive.place;
    Written {
        text: directive.value.clone(),
        place,
    }
}

fn keep<T>(result: Result<T, Problem>, told: &mut Vec<Problem>) -> Option<T> {
    result.map_err(|problem| told.push(problem)).ok()
}
