//! Whether single statements compile, told in plain words: rhai's parser, nothing is run.

use std::thread;

use rhai::{Dynamic, Engine, OptimizationLevel, ParseError, ParseErrorType};

use super::fault::{SyntaxFault, plain};
use super::translate::translate;
use crate::script::lexer::{TokenKind, tokens, words};
use crate::script::reserved;

/// Brackets in brackets that a statement may have; rhai's parser needs stack for each.
const MOST_DEPTH: usize = 100;
/// Closures that return closures, signs before signs, `else if` after `else if`.
const MOST_CHAIN: usize = 200;
/// Words and signs in one statement; rhai's syntax tree may be as deep as this.
const MOST_TOKENS: usize = 50_000;
/// Enough for the limits above in a build without optimization.
const STACK: usize = 64 << 20;

/// Compiles each single statement by itself: for each, what is wrong with it, if anything.
/// Single quotes are read as [`translate`] does.
pub(crate) fn check_statements(pieces: &[&str]) -> Vec<Option<SyntaxFault>> {
    on_big_stack(pieces, |engine, source| engine.compile(source).map(drop))
}

/// The same for expressions: no statement, no declaration, but within the braces of a block.
pub(crate) fn check_expressions(sources: &[&str]) -> Vec<Option<SyntaxFault>> {
    on_big_stack(sources, |engine, source| {
        if source.trim_start().starts_with('{') {
            return engine.compile(source).map(drop);
        }
        engine.compile_expression(source).map(drop)
    })
}

type Compile = fn(&Engine, &str) -> Result<(), ParseError>;

fn on_big_stack(sources: &[&str], compile: Compile) -> Vec<Option<SyntaxFault>> {
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

fn check(engine: &Engine, source: &str, compile: Compile) -> Option<SyntaxFault> {
    if let Some(fault) = nesting_fault(source) {
        return Some(fault);
    }
    let translated = translate(source);
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
        return Some(SyntaxFault::new(
            end,
            "this statement has no end",
            "end it with `;`",
        ));
    }
    Some(plain(error.err_type(), offset))
}

fn end_of_token_before(source: &str, offset: usize) -> usize {
    let before = words(source).into_iter().map(|word| word.end);
    before.take_while(|end| *end <= offset).last().unwrap_or(0)
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
pub(crate) fn nesting_fault(source: &str) -> Option<SyntaxFault> {
    let (mut depth, mut chain, mut count) = (0_usize, 0, 0);
    let (mut last, mut ends_operand) = ("", false);
    let deepest = tokens(source).into_iter().find(|token| {
        let text = token.of(source);
        match token.kind {
            TokenKind::Comment => return false,
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        count += 1;
        chain += usize::from(match text {
            "|" | "||" | "!" => true,
            "-" | "+" => !ends_operand,
            "if" => last == "else",
            _ => false,
        });
        last = text;
        ends_operand = !matches!(token.kind, TokenKind::Open | TokenKind::Symbol);
        depth > MOST_DEPTH || chain > MOST_CHAIN || count > MOST_TOKENS
    });
    let deepest = deepest.map(|token| token.start);
    let message = "this statement is too long or too deeply nested";
    deepest.map(|offset| {
        SyntaxFault::new(
            offset,
            message,
            "take parts of it apart into variables or functions",
        )
    })
}
