//! Whether single statements compile, told in plain words: rhai's parser, nothing is run.

use std::thread;

use rhai::{Dynamic, Engine, LexError, OptimizationLevel, ParseError, ParseErrorType};

use super::quotes::translate_quotes;
use super::tokens::{Shape, walk};
use crate::script::reserved;

/// What is wrong with a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The byte of the statement at which it goes wrong; at most its length.
    pub(crate) offset: usize,
    /// What is wrong: a lower-case fragment.
    pub(crate) message: String,
    /// What to type instead.
    pub(crate) mend: String,
}

impl Fault {
    fn new(offset: usize, message: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            offset,
            message: message.into(),
            mend: mend.into(),
        }
    }
}

/// Brackets in brackets that a statement may have; rhai's parser needs stack for each.
const MOST_DEPTH: usize = 100;
/// Closures that return closures, signs before signs, `else if` after `else if`.
const MOST_CHAIN: usize = 200;
/// Words and signs in one statement; rhai's syntax tree may be as deep as this.
const MOST_TOKENS: usize = 50_000;
/// Enough for the limits above in a build without optimization.
const STACK: usize = 64 << 20;

/// Compiles each single statement by itself: for each, what is wrong with it, if anything.
/// Single quotes are read as [`translate_quotes`] does.
pub(crate) fn check_statements(pieces: &[&str]) -> Vec<Option<Fault>> {
    on_big_stack(pieces, |engine, source| engine.compile(source).map(drop))
}

/// The same for expressions: no statement, no declaration.
pub(crate) fn check_expressions(sources: &[&str]) -> Vec<Option<Fault>> {
    on_big_stack(sources, |engine, source| {
        engine.compile_expression(source).map(drop)
    })
}

type Compile = fn(&Engine, &str) -> Result<(), ParseError>;

fn on_big_stack(sources: &[&str], compile: Compile) -> Vec<Option<Fault>> {
    if sources.is_empty() {
        return Vec::new();
    }
    let check_all = || {
        let engine = parser();
        sources
            .iter()
            .map(|source| check(&engine, source, compile))
            .collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let checker = thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, check_all);
        // Without a thread nothing is checked here; the console refuses what is wrong later.
        checker
            .ok()
            .and_then(|checker| checker.join().ok())
            .unwrap_or(vec![None; sources.len()])
    })
}

/// An engine that only parses: the language with socklab's own syntax, no functions.
fn parser() -> Engine {
    let mut engine = Engine::new_raw();
    engine.set_optimization_level(OptimizationLevel::None);
    engine.set_max_expr_depths(0, 0);
    reserved::free(&mut engine);
    engine.register_custom_syntax_with_state_raw(
        "unpack",
        // `unpack a, b, … = expression`: the symbols read so far decide what may come next.
        |symbols, look_ahead, _| {
            let equals = symbols.iter().position(|symbol| symbol == "=");
            Ok(match equals {
                Some(at) if at + 1 == symbols.len() => Some("$expr$".into()),
                Some(_) => None,
                None if symbols.len() % 2 == 1 => Some("$ident$".into()),
                None if look_ahead == "=" => Some("=".into()),
                None => Some(",".into()),
            })
        },
        true,
        |_, _, _| Ok(Dynamic::UNIT),
    );
    engine
}

fn check(engine: &Engine, source: &str, compile: Compile) -> Option<Fault> {
    if let Some(fault) = nesting_fault(source) {
        return Some(fault);
    }
    let translated = translate_quotes(source);
    let error = compile(engine, &translated).err()?;
    let position = error.position();
    let offset = match (position.line(), position.position()) {
        (Some(line), column) => byte_at(source, line, column.unwrap_or(1)),
        _ => source.len(),
    };
    let no_end = matches!(error.err_type(), ParseErrorType::MissingToken(token, _) if token == ";");
    let end = end_of_token_before(source, offset);
    if no_end
        && source
            .get(end..offset)
            .is_some_and(|between| between.contains('\n'))
    {
        return Some(Fault::new(
            end,
            "this statement has no end",
            "end it with `;`",
        ));
    }
    Some(plain(error.err_type(), offset))
}

fn end_of_token_before(source: &str, offset: usize) -> usize {
    let mut end = 0;
    walk(source, |token, _| {
        if token.end <= offset {
            end = token.end;
        }
    });
    end
}

/// The byte of a 1-based line and 1-based column of characters.
fn byte_at(source: &str, line: usize, column: usize) -> usize {
    let mut start = 0;
    for _ in 1..line {
        let Some(length) = source[start..].find('\n') else {
            return source.len();
        };
        start += length + 1;
    }
    let text = &source[start..];
    text.char_indices()
        .nth(column.saturating_sub(1))
        .map_or(source.len(), |(at, _)| start + at)
}

/// Refuses what would overflow the stack of rhai's parser, which recurses: deep nesting, closures
/// of closures, endless `else if`. Ask before every compilation of text from outside.
pub(crate) fn nesting_fault(source: &str) -> Option<Fault> {
    let mut deepest = None;
    let mut chain = 0;
    let mut count = 0;
    let mut last = Shape::Other;
    walk(source, |token, depth| {
        count += 1;
        let goes_on = token.prefix || (last == Shape::Else && token.shape == Shape::If);
        chain += usize::from(goes_on);
        last = token.shape;
        let too_deep = depth > MOST_DEPTH || chain > MOST_CHAIN || count > MOST_TOKENS;
        if too_deep && deepest.is_none() {
            deepest = Some(token.start);
        }
    });
    let message = "this statement is too long or too deeply nested";
    deepest.map(|offset| {
        Fault::new(
            offset,
            message,
            "take parts of it apart into variables or functions",
        )
    })
}

/// The lexer's complaint in plain words, with what to type.
pub(crate) fn plain_lexer(error: &LexError) -> String {
    let fault = lexer_fault(error, 0);
    format!("{}; {}", fault.message, fault.mend)
}

fn lexer_fault(error: &LexError, offset: usize) -> Fault {
    let (message, mend) = match error {
        LexError::UnexpectedInput(text) => (
            format!("`{}` cannot stand here", visible(text)),
            "write what belongs before it, or remove it".into(),
        ),
        LexError::UnterminatedString => (
            "this text has no closing quote on its line".into(),
            "close it; a text of several lines stands between backticks".into(),
        ),
        LexError::MalformedEscapeSequence(text) => (
            format!("`{}` is no escape", visible(text)),
            "for a backslash itself write `\\\\`".into(),
        ),
        LexError::MalformedNumber(text) => (
            format!("`{}` is no number", visible(text)),
            "write digits, or `0x` and hexadecimal digits".into(),
        ),
        LexError::MalformedIdentifier(text) => (
            format!("`{}` cannot be a name", visible(text)),
            "a name has a letter in it, such as `it`".into(),
        ),
        LexError::ImproperSymbol(symbol, _) => (
            format!("`{}` is not part of the language", visible(symbol)),
            instead_of(symbol).into(),
        ),
        other => (
            first_lower(&other.to_string()),
            "write it another way".into(),
        ),
    };
    Fault {
        offset,
        message,
        mend,
    }
}

/// What people mean by a symbol that other languages have.
fn instead_of(symbol: &str) -> &'static str {
    match symbol {
        "===" | "=" => "for a comparison write `==`",
        "!==" => "write `!=`",
        ":=" => "write `=`, with `let` before a new name",
        "++" => "write `+= 1`",
        "--" => "write `-= 1`",
        "<-" => "write `<=`, or a blank between `<` and `-`",
        "(*" | "*)" => "there is no `*` for arguments: give them one by one, or as an array",
        "::<" => "write `::`",
        "# {" => "write `#{` without a blank",
        _ => "remove it",
    }
}

/// Text from outside without anything that a terminal would obey.
fn visible(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() {
                c.escape_default().to_string()
            } else {
                c.into()
            }
        })
        .collect()
}

/// A parser's complaint in plain words, with what to type; none where that says nothing.
pub(crate) fn explain_syntax(error: &ParseErrorType) -> Option<String> {
    if matches!(error, ParseErrorType::BadInput(_)) {
        // The statement scanner has said it already, and better.
        return None;
    }
    let fault = plain(error, 0);
    Some(format!("{}; {}", fault.message, fault.mend))
}

fn plain(error: &ParseErrorType, offset: usize) -> Fault {
    match error {
        ParseErrorType::BadInput(error) => lexer_fault(error, offset),
        ParseErrorType::MissingToken(token, why) => missing(token, why, offset),
        ParseErrorType::FnMissingParams(name) => Fault::new(
            offset,
            format!("function `{name}` has no parameters"),
            format!("write `fn {name}() {{`"),
        ),
        ParseErrorType::FnMissingBody(name) => Fault::new(
            offset,
            format!("function `{name}` has no body"),
            "write it in braces: `{ … }`",
        ),
        ParseErrorType::Reserved(word) => Fault::new(
            offset,
            format!("`{word}` is a word of the language"),
            "choose another name",
        ),
        ParseErrorType::AssignmentToConstant(name) => Fault::new(
            offset,
            format!("`{name}` is a constant"),
            "make a variable with `let`",
        ),
        ParseErrorType::ExprExpected(what) => Fault::new(
            offset,
            format!("a value is missing here ({what})"),
            "write an expression",
        ),
        ParseErrorType::MissingSymbol(why) => Fault::new(offset, first_lower(why), "write it here"),
        other => {
            let (message, mend) = fixed(other);
            let message = message.map_or_else(|| first_lower(&other.to_string()), str::to_owned);
            Fault::new(offset, message, mend)
        }
    }
}

fn missing(token: &str, why: &str, offset: usize) -> Fault {
    if token == ";" {
        return Fault::new(
            offset,
            "a statement has no end before this",
            "part two statements with `;`",
        );
    }
    let message = format!("`{token}` is missing here, {}", first_lower(why));
    Fault::new(offset, message, format!("write `{token}`"))
}

/// The errors that carry nothing worth telling; no message: rhai's own.
fn fixed(error: &ParseErrorType) -> (Option<&'static str>, &'static str) {
    match error {
        ParseErrorType::UnexpectedEOF => (
            Some("the statement stops in the middle"),
            "write what comes next",
        ),
        ParseErrorType::VariableExpected => (
            Some("a name is missing here"),
            "write the name of a variable",
        ),
        ParseErrorType::PropertyExpected => (
            Some("a name is missing behind the dot"),
            "for a part by its place write `[0]`",
        ),
        ParseErrorType::LoopBreak => (Some("`break` and `continue` belong in a loop"), "remove it"),
        ParseErrorType::AssignmentToInvalidLHS(_) => (
            Some("this cannot be assigned to"),
            "for a comparison write `==`",
        ),
        ParseErrorType::WrongDocComment => (
            Some("a `///` comment belongs to the function below it"),
            "for prose write `//`",
        ),
        _ => (None, "write it another way"),
    }
}

fn first_lower(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}
