//! Lines of a width: words are wrapped at blanks only, and what must stay one line is cut.

use textwrap::{Options, WordSeparator, WordSplitter};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A text in lines of at most `width` columns, the first after `first` and the others after `rest`.
/// A word that is wider stays whole; colours have no width.
pub(crate) fn wrap(text: &str, width: usize, first: &str, rest: &str) -> String {
    let options = Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(false);
    let lines: Vec<String> = textwrap::wrap(text, options)
        .iter()
        .map(|line| line.trim_end().to_owned())
        .collect();
    lines.join("\n")
}

/// Lines of sentences in so many columns. What a line wraps to stands as far in as the line, or below
/// the text that follows a label and two blanks.
pub(crate) fn sentences(text: &str, columns: usize) -> String {
    let lines: Vec<String> = text.lines().map(|line| sentence(line, columns)).collect();
    lines.join("\n")
}

fn sentence(line: &str, columns: usize) -> String {
    if textwrap::core::display_width(line) <= columns {
        return line.into();
    }
    let begin = line.len() - line.trim_start().len();
    let label = line[begin..]
        .find("  ")
        .map(|gap| begin + gap)
        .map(|gap| gap + line[gap..].len() - line[gap..].trim_start().len());
    let lead = &line[..label.filter(|at| *at <= columns / 3).unwrap_or(begin)];
    let rest = " ".repeat(textwrap::core::display_width(lead));
    wrap(&line[lead.len()..], columns, lead, &rest)
}

/// The first line of a text, in so many columns; `...` stands for what is left out.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.len() == text.len() && line.width() <= columns {
        return line.into();
    }
    let mut width = 3;
    let fits = |c: &char| {
        width += c.width().unwrap_or(0);
        width <= columns
    };
    let mut start: String = line.chars().take_while(fits).collect();
    start.push_str("...");
    start
}

#[cfg(test)]
mod tests {
    use super::{cut, sentences, wrap};

    #[test]
    fn words_are_never_broken() {
        assert_eq!(wrap("aa bb cc", 5, "", ""), "aa bb\ncc");
        assert_eq!(
            wrap("aa bbbbbbb cc", 5, "- ", "  "),
            "- aa\n  bbbbbbb\n  cc"
        );
        assert_eq!(wrap("aa\nbb", 9, "", ""), "aa\nbb");
        // 漢 has two columns, a colour none.
        assert_eq!(wrap("漢漢 漢", 5, "", ""), "漢漢\n漢");
        assert_eq!(
            wrap("\x1b[31maa\x1b[0m bb", 5, "", ""),
            "\x1b[31maa\x1b[0m bb"
        );
    }

    #[test]
    fn what_a_sentence_wraps_to_stands_below_its_text() {
        assert_eq!(sentences("  aa bb\ncc", 5), "  aa\n  bb\ncc");
        assert_eq!(
            sentences("exit  leaves the program", 18),
            "exit  leaves the\n      program"
        );
        assert_eq!(
            sentences("two  blanks  inside", 15),
            "two  blanks\n     inside"
        );
    }

    #[test]
    fn what_is_left_out_shows() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcdef", 5), "ab...");
        assert_eq!(cut("漢漢漢", 5), "漢...");
        assert_eq!(cut("a\nb", 9), "a...");
    }
}
