//! Completion: a line and the cursor in, candidates out. The names come from the tables, the
//! consoles and the commands; only file names are looked up outside.

use super::call::{OpenCall, call_at};
use super::candidates::{Candidate, List};
use super::chain::{Before, ChainValue, value_before};
use super::command_words::{self, CommandWord, command_words};
use super::paths;
use super::words::{CommandRow, Takes, Words};
use crate::script::catalog::{Type, options_of};
use crate::script::lexer::{TokenKind, is_letter, tokens};
use crate::script::vocabulary;

/// Longer lines get no candidates: nobody typed them.
const LONGEST: usize = 32 << 10;
/// What was found: where the replaced text begins, and the candidates.
pub(crate) type Completions = (usize, Vec<Candidate>);

/// The candidates for the word that ends at the cursor.
pub(crate) fn complete(line: &str, cursor: usize, words: &dyn Words) -> Completions {
    let nothing = (cursor, Vec::new());
    let Some(before) = line.get(..cursor).filter(|_| line.len() <= LONGEST) else {
        return nothing;
    };
    if let Some(found) = command(before, words) {
        return found;
    }
    let typed = tokens(before);
    let last = typed.last().filter(|last| last.end == before.len());
    match last.map(|last| (last.kind, last.closed, last.start)) {
        Some((TokenKind::Text, false, start)) => return in_text(before, start, words),
        // A comment has no names, and a `//` one goes on behind the cursor.
        Some((TokenKind::Comment, ..)) => return nothing,
        _ => {}
    }
    let start = before.trim_end_matches(is_letter).len();
    let word = &before[start..];
    let called = line[cursor..].starts_with('(');
    let earlier: Vec<_> = typed
        .into_iter()
        .filter(|token| token.end <= start)
        .collect();
    if word.starts_with(|first: char| first.is_ascii_digit()) {
        return nothing;
    }
    if let Some((dot, rest)) = earlier.split_last()
        && dot.of(before) == "."
    {
        let members = members(value_before(before, rest, words));
        return (start, members.beginning(word, called));
    }
    (start, names(before, start, words).beginning(word, called))
}

/// The names that may begin an expression at `start`.
fn names(line: &str, start: usize, words: &dyn Words) -> List {
    let word = &line[start..];
    let mut list = List::default();
    let call = call_at(&line[..start], words);
    if word.is_empty() {
        // Everything would help nobody: what the parameter takes, or the variables.
        if let Some(prefix) = call.as_ref().and_then(|call| constant_prefix(call, words)) {
            constants_of(&mut list, prefix);
            return list;
        }
        variables(&mut list, words);
        return list;
    }
    variables(&mut list, words);
    let prefix = call.as_ref().and_then(|call| constant_prefix(call, words));
    if let Some(prefix) = prefix.filter(|prefix| prefix.starts_with(word)) {
        // A parameter that takes such constants is hardly begun: these, and no others.
        constants_of(&mut list, prefix);
        return list;
    }
    for (name, signature) in words.functions() {
        list.function(&name, &signature);
    }
    for function in vocabulary::functions() {
        list.function(function.name, &function.signature());
    }
    list.name("socket.", "every function and constant");
    constants_of(&mut list, "");
    if start == 0 {
        for command in words.commands() {
            list.put(
                &command.name,
                command.name.clone(),
                format!("{}  {}", command.name, command.about),
            );
        }
    }
    list
}

fn variables(list: &mut List, words: &dyn Words) {
    for (name, kind) in words.variables() {
        list.name(&name, kind.word());
    }
}

fn constants_of(list: &mut List, prefix: &str) {
    for constant in vocabulary::constants_with(prefix) {
        // Options of other levels that happen to begin so.
        if prefix == "SO_"
            && ["SO_J1939_", "SO_VM_"]
                .iter()
                .any(|far| constant.name.starts_with(far))
        {
            continue;
        }
        let meaning = format!("= {}  {}", constant.value, constant.doc);
        list.name(constant.name, &meaning);
    }
}

/// How the constants begin that the parameter being typed takes.
fn constant_prefix(call: &OpenCall<'_>, words: &dyn Words) -> Option<&'static str> {
    if words.signature(call.name).is_some() && call.receiver.is_none() {
        return None;
    }
    let param = call.parameter()?;
    match param.takes {
        Type::SocketOption => options_of(call.given.last()?),
        _ => param.constants(),
    }
}

fn members(before: ChainValue) -> List {
    let mut list = List::default();
    // A map's own keys come before its methods.
    for (key, kind) in &before.inside.keys {
        if key.chars().all(is_letter) && !vocabulary::is_keyword(key) {
            list.name(key, kind.word());
        }
    }
    let found = match before.kind {
        Before::Nothing => return list,
        Before::Module => {
            for function in vocabulary::functions() {
                list.function(function.name, &function.signature());
            }
            constants_of(&mut list, "");
            return list;
        }
        Before::Type(kind) => vocabulary::members(kind),
        Before::Unknown => vocabulary::any_members(),
    };
    for member in found {
        match member.signature {
            Some(signature) => list.function(&member.name, &signature),
            None => list.name(&member.name, "property"),
        }
    }
    list
}

/// A file name where a text begins as a path does; else nothing. `start` is the quote.
fn in_text(line: &str, start: usize, words: &dyn Words) -> Completions {
    let text = &line[start..];
    let inside = start + text.chars().next().map_or(0, char::len_utf8);
    let typed = &line[inside..];
    let wanted = call_at(&line[..start], words)
        .and_then(|call| call.parameter())
        .is_some_and(|param| matches!(param.takes, Type::Address | Type::Path));
    let begins = ["/", "./", "../", "~/"]
        .iter()
        .any(|begin| typed.starts_with(begin));
    if !(begins || (wanted && typed.is_empty())) {
        return (line.len(), Vec::new());
    }
    let typed = if typed.is_empty() { "./" } else { typed };
    let mut found = paths::beginning(typed);
    // A quote or a backslash would mean something else in a text.
    found.retain(|candidate| !candidate.text.contains(['"', '\\', '\'']));
    (inside, found)
}

/// The words of a command line; none where the line is no command.
fn command(line: &str, words: &dyn Words) -> Option<Completions> {
    let mut said = command_words(line);
    let word = said
        .pop_if(|word| word.span.end == line.len())
        .unwrap_or_else(|| CommandWord {
            span: line.len()..line.len(),
            text: String::new(),
            open: None,
        });
    let start = word.span.start;
    let mut said = said.iter().map(|word| word.text.as_str());
    let verb = said.next()?;
    if !words.is_command(line[..start].trim_end()) && !words.is_command(line) {
        return None;
    }
    let mut command = words.commands().iter().find(|row| row.is_called(verb))?;
    if command.takes.first() == Some(&Takes::Source) {
        let source = line.trim_start().strip_prefix(verb)?.trim_start();
        let (start, found) = complete(source, source.len(), words);
        return Some((line.len() - source.len() + start, found));
    }
    let mut given = 0;
    for next in said {
        match command.parts.iter().find(|part| part.is_called(next)) {
            Some(part) => command = part,
            None if next.starts_with('-') => {}
            None => given += 1,
        }
    }
    Some((start, argument(command, given, &word, words)))
}

/// The files that begin as the word, each written as a word.
fn files(word: &CommandWord) -> Vec<Candidate> {
    let as_word = |candidate: Candidate| {
        // A name in the current folder that looks like an option is a path all the same.
        let folder = if candidate.text.starts_with('-') {
            "./"
        } else {
            ""
        };
        let text = command_words::as_word(&format!("{folder}{}", candidate.text), word.open)?;
        Some(Candidate { text, ..candidate })
    };
    let found = paths::beginning(&word.text);
    found.into_iter().filter_map(as_word).collect()
}

fn argument(
    command: &CommandRow,
    given: usize,
    typed: &CommandWord,
    words: &dyn Words,
) -> Vec<Candidate> {
    let mut list = List::default();
    let word = typed.text.as_str();
    for (name, about) in command.options.iter().filter(|_| word.starts_with('-')) {
        list.name(name, about);
    }
    for part in &command.parts {
        list.name(&part.name, &part.about);
    }
    match command.takes.get(given).or(command.takes.last()) {
        Some(Takes::File) => {
            let mut found = list.beginning(word, false);
            found.extend(files(typed));
            return found;
        }
        // A path may name a lesson too.
        Some(Takes::Lesson) if word.contains('/') => return files(typed),
        Some(Takes::Lesson) => {
            for name in words.lessons() {
                list.name(&name, "");
            }
        }
        Some(Takes::Console) => {
            for name in words.consoles() {
                list.name(&name, "");
            }
        }
        Some(Takes::OneOf(choices)) => {
            for (name, about) in choices {
                list.name(name, about);
            }
        }
        Some(Takes::Name) => {
            for name in names("x", 0, words).into_names() {
                list.name(name.trim_end_matches('.'), "");
            }
            for member in vocabulary::any_members() {
                list.name(&member.name, "");
            }
        }
        Some(Takes::Source | Takes::Other) | None => {}
    }
    list.beginning(word, false)
}

#[cfg(test)]
pub(crate) mod tests;
