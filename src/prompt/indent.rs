//! How far the next line of a statement is indented.

use super::call::open_brackets;
use crate::script::lexer::{TokenKind, tokens};

/// The blanks of one level.
pub(crate) const STEP: usize = 4;

/// The blanks with which a new line begins behind `text`: one level more than the line of the
/// innermost open bracket, else as much as the last line. None within a text or a comment, where
/// blanks would count.
pub(crate) fn behind(text: &str) -> usize {
    let tokens = tokens(text);
    let unended = tokens.last().is_some_and(|last| {
        !last.closed && matches!(last.kind, TokenKind::Text | TokenKind::Comment)
    });
    if unended {
        return 0;
    }
    match open_brackets(&tokens).last() {
        Some(&at) => blanks_at(text, tokens[at].start) + STEP,
        None => blanks_at(text, text.len()),
    }
}

/// The blanks that a `}` typed at the end of `text` may take away: its line is blank so far.
pub(crate) fn can_step_back(text: &str) -> bool {
    let (before, line) = text.rsplit_once('\n').unwrap_or(("", text));
    !before.is_empty() && line.len() >= STEP && line.bytes().all(|byte| byte == b' ')
}

/// The blanks that the line around a byte begins with.
fn blanks_at(text: &str, at: usize) -> usize {
    let begin = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = &text[begin..];
    line.len() - line.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use super::{behind, can_step_back};

    #[test]
    fn an_open_bracket_stands_in_one_level() {
        assert_eq!(behind("for i in 0..2 {"), 4);
        assert_eq!(behind("for i in 0..2 {\n    if i == 1 {"), 8);
        assert_eq!(behind("for i in 0..2 {\n    f(i);"), 4);
        assert_eq!(behind("foo([1,"), 4);
        assert_eq!(behind("fn f() {\n    [1,\n        2],\n    3"), 4);
    }

    #[test]
    fn without_one_it_stays_where_it_was() {
        assert_eq!(behind("let x ="), 0);
        assert_eq!(behind("    1 +"), 4);
        assert_eq!(behind(""), 0);
    }

    #[test]
    fn within_a_text_nothing_is_added() {
        assert_eq!(behind("f(`a"), 0);
        assert_eq!(behind("f( /* a"), 0);
        assert_eq!(behind("f(`a ${"), 4);
    }

    #[test]
    fn a_closing_brace_steps_back_only_on_a_blank_line() {
        assert!(can_step_back("{\n    "));
        assert!(!can_step_back("{\n  "));
        assert!(!can_step_back("{\n    x"));
        assert!(!can_step_back("    "));
    }
}
