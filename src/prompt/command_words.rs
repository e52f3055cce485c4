//! The words of a command's line while it is typed, quoted as a shell's are.

use std::ops::Range;

/// A word of a command's line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CommandWord {
    /// Where it is, with its quotes.
    pub(crate) span: Range<usize>,
    /// What it means: without quotes and backslashes.
    pub(crate) text: String,
    /// The quote that is still open at its end.
    pub(crate) open: Option<char>,
}

/// The words of a line, of which the last may have an open quote.
pub(crate) fn command_words(line: &str) -> Vec<CommandWord> {
    let mut words = Vec::<CommandWord>::new();
    let (mut within, mut escaped) = (false, false);
    for (at, letter) in line.char_indices() {
        let end = at + letter.len_utf8();
        let quote = words.last().filter(|_| within).and_then(|word| word.open);
        if !escaped && quote.is_none() && [' ', '\t', '\n'].contains(&letter) {
            within = false;
            continue;
        }
        if !within {
            within = true;
            words.push(CommandWord {
                span: at..at,
                text: String::new(),
                open: None,
            });
        }
        let Some(word) = words.last_mut() else {
            continue;
        };
        word.span.end = end;
        match (quote, letter) {
            _ if escaped => {
                // In double quotes a backslash means itself before most letters.
                if quote.is_some() && !['"', '\\', '$', '`'].contains(&letter) {
                    word.text.push('\\');
                }
                word.text.push(letter);
                escaped = false;
            }
            (None | Some('"'), '\\') => escaped = true,
            (None, '"' | '\'') => word.open = Some(letter),
            (Some(quote), letter) if quote == letter => word.open = None,
            _ => word.text.push(letter),
        }
    }
    words
}

/// The text written so that it is one word, in the quote that is open; none where that cannot be.
pub(crate) fn as_word(text: &str, open: Option<char>) -> Option<String> {
    if let Some(quote) = open {
        let fits = !text.contains([quote, '\\']);
        return fits.then(|| format!("{quote}{text}"));
    }
    let mut word = String::new();
    for (at, letter) in text.char_indices() {
        let comment = at == 0 && letter == '#';
        if comment || letter.is_whitespace() || ['"', '\'', '\\'].contains(&letter) {
            word.push('\\');
        }
        word.push(letter);
    }
    Some(word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{as_word, command_words};

    fn texts(line: &str) -> Vec<String> {
        command_words(line)
            .into_iter()
            .map(|word| word.text)
            .collect()
    }

    #[test]
    fn quotes_and_backslashes_keep_blanks() {
        assert_eq!(
            texts(r#"run "a b" c\ d 'e"f'g  "#),
            ["run", "a b", "c d", "e\"fg"]
        );
        assert_eq!(texts(r#""a\"b\c""#), ["a\"b\\c"]);
        let words = command_words("run 'a b");
        assert_eq!((words[1].open, words[1].span.clone()), (Some('\''), 4..8));
        assert_eq!(texts("''"), [""]);
    }

    proptest! {
        #[test]
        fn what_is_written_as_a_word_is_read_as_that_text(text in "\\PC+") {
            let word = as_word(&text, None).expect("a word");
            prop_assert_eq!(texts(&word), [text.as_str()]);
            prop_assert_eq!(shlex::split(&word), Some(vec![text]));
        }

        #[test]
        fn any_line_has_words_in_its_bounds(line in "\\PC*") {
            let mut end = 0;
            for word in command_words(&line) {
                prop_assert!(word.span.start >= end && line.get(word.span.clone()).is_some());
                end = word.span.end;
            }
        }
    }
}
