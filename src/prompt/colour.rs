//! The colours of a line while it is typed, and of the bracket that belongs to the one at the
//! cursor.

use super::call::open_brackets;
use super::command_words::command_words;
use super::words::{Takes, Words};
use crate::repr::escape::is_unsafe;
use crate::script::lexer::{Token, TokenKind, tokens};
use crate::script::vocabulary;

/// Longer lines stay plain: nobody typed them.
const LONGEST: usize = 32 << 10;

const KEYWORD: &str = "35";
const TEXT: &str = "32";
const NUMBER: &str = "36";
const CONSTANT: &str = "33";
const FUNCTION: &str = "34";
const COMMENT: &str = "2";
const COMMAND: &str = "1";
const WRONG: &str = "31";
const PARTNER: &str = "1;4";

/// The line with colours. `cursor` marks the bracket there, or before it, and its partner. Every
/// visible character stays; those that a terminal would obey are left out.
pub(crate) fn paint(line: &str, cursor: Option<usize>, words: &dyn Words) -> String {
    let unsafe_there = |c: char| c != '\n' && c != '\t' && is_unsafe(c);
    if line.len() > LONGEST || line.contains(unsafe_there) {
        return harmless(line);
    }
    if words.is_command(line) {
        return command(line, cursor, words);
    }
    code(line, cursor, words)
}

/// A statement.
fn code(line: &str, cursor: Option<usize>, words: &dyn Words) -> String {
    let tokens = tokens(line);
    let partners = cursor.map_or_else(Vec::new, |cursor| partners(line, &tokens, cursor));
    let mut painted = String::with_capacity(2 * line.len());
    let mut at = 0;
    for (index, token) in tokens.iter().enumerate() {
        painted.push_str(&line[at..token.start]);
        at = token.end;
        let text = token.of(line);
        let code = if partners.contains(&index) {
            PARTNER
        } else {
            code_of(line, &tokens, index, words)
        };
        if code.is_empty() {
            painted.push_str(text);
        } else {
            painted.push_str(&format!("\x1b[{code}m{text}\x1b[0m"));
        }
    }
    painted.push_str(&line[at..]);
    painted
}

/// A command's line: its verb and the words that it knows, options, quotes and numbers.
fn command(line: &str, cursor: Option<usize>, words: &dyn Words) -> String {
    let begin = line.len() - line.trim_start().len();
    let length = line[begin..].find(char::is_whitespace);
    let end = length.map_or(line.len(), |length| begin + length);
    let (verb, rest) = (&line[begin..end], &line[end..]);
    let mut painted = format!("{}\x1b[{COMMAND}m{verb}\x1b[0m", &line[..begin]);
    let Some(mut row) = words.commands().iter().find(|row| row.is_called(verb)) else {
        painted.push_str(rest);
        return painted;
    };
    if row.takes.first() == Some(&Takes::Source) {
        let within = cursor.and_then(|cursor| cursor.checked_sub(end));
        painted.push_str(&code(rest, within, words));
        return painted;
    }
    let mut at = 0;
    for word in command_words(rest) {
        let bare = &rest[word.span.clone()];
        let part = row.parts.iter().find(|part| part.is_called(bare));
        let option = |(name, _): &(String, String)| name == bare;
        let code = if part.is_some() {
            COMMAND
        } else if bare.starts_with('-') && row.options.iter().any(option) {
            NUMBER
        } else if bare.starts_with(['"', '\'']) {
            TEXT
        } else if vocabulary::is_constant(bare) {
            CONSTANT
        } else if row.takes.first() == Some(&Takes::Name) && vocabulary::function(bare).is_some() {
            FUNCTION
        } else {
            ""
        };
        painted.push_str(&rest[at..word.span.start]);
        at = word.span.end;
        if code.is_empty() {
            painted.push_str(bare);
        } else {
            painted.push_str(&format!("\x1b[{code}m{bare}\x1b[0m"));
        }
        row = part.unwrap_or(row);
    }
    painted.push_str(&rest[at..]);
    painted
}

fn code_of(line: &str, tokens: &[Token], index: usize, words: &dyn Words) -> &'static str {
    let token = tokens[index];
    match token.kind {
        TokenKind::Comment => COMMENT,
        TokenKind::Text if !token.closed && !matches!(token.quote, Some('`' | '#')) => {
            // A text in simple quotes must end in its line; at the cursor's end it is being typed.
            if token.end == line.len() { TEXT } else { WRONG }
        }
        TokenKind::Text => TEXT,
        TokenKind::Number => NUMBER,
        TokenKind::Name => name_code(line, tokens, index, words),
        TokenKind::Open | TokenKind::Close | TokenKind::Symbol => "",
    }
}

fn name_code(line: &str, tokens: &[Token], index: usize, words: &dyn Words) -> &'static str {
    let name = tokens[index].of(line);
    let is = |at: Option<usize>, text: &str| {
        at.and_then(|at| tokens.get(at))
            .is_some_and(|token| token.of(line) == text)
    };
    let member = is(index.checked_sub(1), ".");
    let called = is(Some(index + 1), "(");
    if vocabulary::is_keyword(name) && !member {
        KEYWORD
    } else if vocabulary::is_constant(name) {
        CONSTANT
    } else if called {
        let known = if member {
            vocabulary::method(None, name).is_some() || vocabulary::function(name).is_some()
        } else {
            vocabulary::function(name).is_some() || words.signature(name).is_some()
        };
        if known { FUNCTION } else { "" }
    } else {
        ""
    }
}

/// The bracket at the cursor, or just before it, and its partner: places in `tokens`. Brackets in
/// texts and comments are none.
fn partners(line: &str, tokens: &[Token], cursor: usize) -> Vec<usize> {
    let bracket = |token: &Token| matches!(token.kind, TokenKind::Open | TokenKind::Close);
    let at = |wanted: &dyn Fn(&Token) -> bool| {
        tokens
            .iter()
            .position(|token| bracket(token) && wanted(token))
    };
    let found = at(&|token| token.start == cursor).or_else(|| at(&|token| token.end == cursor));
    let Some(found) = found else {
        return Vec::new();
    };
    let partner = if tokens[found].kind == TokenKind::Close {
        open_brackets(&tokens[..found]).pop()
    } else {
        closing(tokens, found)
    };
    let fits = |open: usize, close: usize| {
        matches!(
            (tokens[open].of(line), tokens[close].of(line)),
            ("(", ")") | ("[", "]") | ("{" | "${", "}")
        )
    };
    partner
        .filter(|partner| fits(found.min(*partner), found.max(*partner)))
        .map_or_else(Vec::new, |partner| vec![found, partner])
}

fn closing(tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// Whether there is a bracket at the cursor or just before it.
pub(crate) fn near_bracket(line: &str, cursor: usize) -> bool {
    let is = |at: Option<usize>| {
        at.and_then(|at| line.as_bytes().get(at))
            .is_some_and(|byte| b"()[]{}".contains(byte))
    };
    is(Some(cursor)) || is(cursor.checked_sub(1))
}

/// The text without what a terminal would obey. The line editor counts these characters, and the
/// begin of an escape sequence, as no columns; so they are left out, not replaced.
pub(crate) fn harmless(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\x1b' {
            // As the editor counts: `ESC [`, digits and `;`, and one character more.
            let visible = |c: &char| *c != '\n';
            if letters.next_if(visible) == Some('[') {
                let inside = |c: &char| c.is_ascii_digit() || *c == ';';
                while letters.next_if(inside).is_some() {}
                letters.next_if(visible);
            }
            continue;
        }
        let stays = letter == '\n' || letter == '\t' || !is_unsafe(letter);
        if stays {
            kept.push(letter);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::paint;
    use crate::prompt::complete::tests::Sample;

    #[test]
    fn a_commands_words_have_colours_of_their_own() {
        assert_eq!(
            paint("lesson run --all 'x y'", None, &Sample),
            "\x1b[1mlesson\x1b[0m \x1b[1mrun\x1b[0m \x1b[36m--all\x1b[0m \x1b[32m'x y'\x1b[0m"
        );
        assert_eq!(
            paint("help AF_INET", None, &Sample),
            "\x1b[1mhelp\x1b[0m \x1b[33mAF_INET\x1b[0m"
        );
        // What is measured is a statement.
        assert_eq!(
            paint("time 5", None, &Sample),
            "\x1b[1mtime\x1b[0m \x1b[36m5\x1b[0m"
        );
    }
}
