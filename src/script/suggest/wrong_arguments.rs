//! Values that are of the wrong type, out of bounds or in use, and what the parser says of them.

use rhai::{EvalAltResult, ParseErrorType};

use super::expression::plain;
use super::grammar;
use super::{ErrorPlace, KnownNames, Mend};
use crate::script::suggest::source::{SourceWords, WordKind};
use crate::script::values::{ValueType, phrase_of};
use crate::script::vocabulary;

/// What the engine says of values, in our words.
pub(crate) fn explain(place: &ErrorPlace<'_>, error: &EvalAltResult) -> Option<Mend> {
    match error {
        EvalAltResult::ErrorMismatchDataType(wanted, got, _) => mismatch(place, wanted, got),
        EvalAltResult::ErrorDataRace(what, _) => Some(in_use(place, what)),
        EvalAltResult::ErrorArrayBounds(len, index, _) => {
            Some(place.mend(bounds(*len, *index, "part")))
        }
        EvalAltResult::ErrorStringBounds(len, index, _) => {
            Some(place.mend(bounds(*len, *index, "character")))
        }
        EvalAltResult::ErrorFor(_) => Some(place.mend(LOOP)),
        EvalAltResult::ErrorIndexingType(what, _) => {
            let what = what.split(" [").next().unwrap_or(what);
            Some(place.mend(format!(
                "{} has no places to take with `[ ]`",
                phrase_of(what)
            )))
        }
        EvalAltResult::ErrorAssignmentToConstant(name, _) => Some(place.mend(constant(name))),
        EvalAltResult::ErrorStackOverflow(_) => Some(place.mend(overflow(place.known))),
        EvalAltResult::ErrorParsing(what, _) => syntax(place, what),
        _ => None,
    }
}

pub(crate) const LOOP: &str =
    "a `for` loop goes over several values: `for n in range(5) {` counts from 0 to 4";

pub(crate) const CONDITION: &str =
    "a condition is `true` or `false`: compare the value, `x != 0`, `x != ()` or `x.len > 0`";

fn constant(name: &str) -> String {
    format!("`{name}` is a constant and does not change; choose another name")
}

fn bounds(len: usize, index: i64, part: &str) -> String {
    match len {
        0 => format!("no place {index}: there is nothing in it"),
        1 => format!("no place {index}: there is one {part}, at place 0"),
        _ => format!(
            "no place {index}: there are {len} {part}s, at the places 0 to {}, or -{len} to -1",
            len - 1
        ),
    }
}

fn mismatch(place: &ErrorPlace<'_>, wanted: &str, got: &str) -> Option<Mend> {
    if got.contains("Range") && wanted.contains("i64") {
        return part_of_array(place);
    }
    if wanted == "bool" {
        return Some(place.mend(CONDITION));
    }
    None
}

/// `infos[0..2]`.
fn part_of_array(place: &ErrorPlace<'_>) -> Option<Mend> {
    let source = &place.source;
    let at = place.at?;
    let open = (0..=at)
        .rev()
        .find(|open| source.code(*open) == "[" && source.close(*open) >= at)?;
    let close = source.close(open);
    let range = source.slice(open + 1, close);
    let mut from = open;
    while from > 0
        && (source.is(from - 1, WordKind::Word) || source.code_before(from) == ".")
        && !source.tokens[from].first
    {
        from -= 1;
    }
    let name = source.slice(from, open);
    let code = format!("{name}.extract({range})");
    let message = format!("a part of an array: `{code}`");
    Some(plain(source, open, close + 1, message))
}

/// `infos.filter(|i| i[1] == infos[0][1])`.
fn in_use(place: &ErrorPlace<'_>, what: &str) -> Mend {
    let source = &place.source;
    let called = what.split('\'').nth(1).unwrap_or_default();
    let general = "a value is in use by the call that it is given to; copy what is needed into a \
                   variable first: `let part = ...`";
    let calls = (2..source.tokens.len()).filter(|at| {
        source.code(*at) == called
            && source.code_before(*at) == "."
            && source.is(at - 2, WordKind::Word)
    });
    for at in calls {
        let name = source.code(at - 2);
        let close = source.close(at + 1);
        let again = (at + 2..close).find(|again| {
            source.code(*again) == name
                && source.is(*again, WordKind::Word)
                && source.code_before(*again) != "."
        });
        let Some(again) = again else { continue };
        let mut end = again + 1;
        loop {
            end = match source.code(end) {
                "[" => source.close(end) + 1,
                "." if source.is(end + 1, WordKind::Word) && source.code(end + 2) != "(" => end + 2,
                _ => break,
            };
        }
        let end = end.min(close);
        let part = source.slice(again, end);
        let message = format!(
            "`{name}` is in use by its own `{called}`; copy the part first: `let want = {part}`"
        );
        return plain(source, again, end, message);
    }
    place.mend(general)
}

/// Calls that never end: mostly a function of the learner's with a method's name.
fn overflow(known: &dyn KnownNames) -> String {
    let functions = known.functions();
    let hides = functions.iter().find(|own| {
        own.own
            && functions
                .iter()
                .any(|f| f.receiver.is_some() && !f.own && f.name == own.name)
    });
    match hides {
        Some(own) => format!(
            "too many calls within calls: your function `{0}` hides the method `{0}`, and calls \
             itself in its place; give it another name",
            own.name
        ),
        None => "too many calls within calls: a function calls itself without an end".into(),
    }
}

fn syntax(place: &ErrorPlace<'_>, what: &ParseErrorType) -> Option<Mend> {
    let source = &place.source;
    match what {
        ParseErrorType::MissingToken(token, _) if token == ";" => {
            let at = place.at?;
            let before = at.checked_sub(1)?;
            if !source.get(at)?.first {
                return Some(grammar::explain(place, what));
            }
            let message = "a `;` is missing at the end of this line";
            Some(plain(source, before, before + 1, message))
        }
        ParseErrorType::MismatchedType(wanted, _) if wanted.contains("iterable") => {
            Some(place.mend(LOOP))
        }
        ParseErrorType::MismatchedType(wanted, _) if wanted.contains("boolean") => {
            Some(place.mend(CONDITION))
        }
        ParseErrorType::AssignmentToConstant(name) => Some(place.mend(constant(name))),
        ParseErrorType::Reserved(word) => Some(place.mend(format!(
            "`{word}` is a word of the language; choose another name"
        ))),
        ParseErrorType::FnDuplicatedDefinition(name, _) => Some(place.mend(format!(
            "there are two functions `{name}` with as many parameters; give one another name"
        ))),
        _ => Some(grammar::explain(place, what)),
    }
}

/// `s.x = 3` where nothing can be put.
pub(crate) fn assigned(place: &ErrorPlace<'_>, name: &str, type_name: &str) -> Mend {
    let what = phrase_of(type_name);
    let of = ValueType::of_rhai(type_name).unwrap_or(ValueType::Other);
    let setter = format!("set{name}");
    let functions = place.known.functions();
    let found = functions
        .iter()
        .find(|f| f.name == setter && f.receiver == Some(of));
    if let Some(function) = found {
        let object = place.receiver_text().unwrap_or("x");
        return place.mend(format!(
            "`{name}` of {what} is set by a call: `{object}.{}`",
            function.signature
        ));
    }
    if of.property_names().contains(&name) {
        return place.mend(format!(
            "`{name}` of {what} can be read, not set: it was chosen when the value was made"
        ));
    }
    place.mend(format!(
        "{what} takes no parts of your own: `let {name} = ...` makes a variable"
    ))
}

/// `push(a, 2)` on a variable.
pub(crate) fn mutator(source: &SourceWords<'_>, known: &dyn KnownNames) -> Option<Mend> {
    let at = (0..source.tokens.len()).find(|at| {
        source.is(*at, WordKind::Word)
            && !matches!(source.code_before(*at), "." | "fn" | "let" | "::")
            && source.code(at + 1) == "("
            && source.is(at + 2, WordKind::Word)
            && matches!(source.code(at + 3), "," | ")")
            && vocabulary::is_mutator(source.code(*at))
    })?;
    let (method, name) = (source.code(at), source.code(at + 2));
    let own = known.functions().iter().any(|f| f.own && f.name == method);
    let variable = known
        .variables()
        .iter()
        .any(|variable| variable.name == name);
    if own || !variable {
        return None;
    }
    let close = source.close(at + 1);
    let rest = source.slice(at + 4, close);
    let code = format!("{name}.{method}({rest})");
    let message = format!("`{method}` would change a copy of `{name}`: `{code}`");
    Some(plain(source, at, close + 1, message))
}
