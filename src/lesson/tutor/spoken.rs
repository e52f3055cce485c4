//! Answers as people give them: articles, units, number words, `1)`, yes and no. Words alone are
//! looked at here; what may be code is for a console.

#[cfg(test)]
mod tests;

use crate::repr::Repr;
use crate::script::suggest::is_keyword;

/// Words that carry nothing in an answer.
const FILLERS: &[&str] = &[
    "a", "an", "the", "it", "it's", "its", "is", "that", "that's", "this", "i", "i'd", "think",
    "say", "guess", "maybe", "perhaps", "probably", "answer", "was", "be", "would", "number",
    "option", "choice", "one",
];

/// Words that turn round, or change, what stands beside them.
const TURNING: &[&str] = &[
    "not", "no", "never", "neither", "nor", "without", "except", "than", "minus", "plus", "half",
    "over", "under", "above", "below", "before", "after", "until", "between", "or",
];

const YES: &[&str] = &[
    "yes",
    "y",
    "yeah",
    "yep",
    "yup",
    "sure",
    "true",
    "aye",
    "certainly",
    "definitely",
    "correct",
    "absolutely",
    "indeed",
];

const NO: &[&str] = &[
    "no", "n", "nope", "nah", "never", "false", "negative", "nay",
];

const NUMBERS: &[&str] = &[
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

const TENS: &[&str] = &[
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];

const ORDINALS: &[&str] = &["first", "second", "third", "fourth", "fifth", "sixth"];

/// Words beside the keywords with which a line of code may begin: a word beside them is no prose.
const BEGINNINGS: &[&str] = &[
    "with", "def", "from", "print", "del", "class", "raise", "global", "assert", "lambda",
];

/// The words of an answer in lower case, without the marks around them.
fn words(entry: &str) -> Vec<String> {
    let word = |word: &str| {
        let marks = |c: char| ",.;:!?\"'`()[]“”‘’#%".contains(c);
        word.trim_matches(marks).to_lowercase().replace('’', "'")
    };
    let words = entry.split_whitespace().map(word);
    words.filter(|word| !word.is_empty()).collect()
}

/// The same, without those that carry nothing, unless nothing would be left.
fn weighty(words: &[String]) -> Vec<&str> {
    let all = words.iter().map(String::as_str);
    let weighty: Vec<&str> = all.clone().filter(|word| !FILLERS.contains(word)).collect();
    if weighty.is_empty() {
        all.collect()
    } else {
        weighty
    }
}

fn turns(word: &str) -> bool {
    TURNING.contains(&word) || word.ends_with("n't") || word == "cannot"
}

/// Whether an entry is a sentence, or a part of one: two words beside each other where no code has
/// them.
pub(crate) fn is_prose(entry: &str) -> bool {
    let bare = without_texts(entry);
    let tokens: Vec<&str> = bare.split_whitespace().collect();
    tokens.windows(2).any(|pair| {
        let [left, right] = [
            pair[0],
            pair[1].trim_end_matches([',', '.', ';', ':', '!', '?']),
        ];
        let both = is_word(left) && is_word(right);
        let two_numbers = is_number(left) && is_number(right);
        let known = [left, right].map(str::to_lowercase);
        let is_of_code = |word: &String| is_keyword(word) || BEGINNINGS.contains(&word.as_str());
        both && !two_numbers && !known.iter().any(is_of_code)
    })
}

fn is_number(token: &str) -> bool {
    token.chars().all(|c| c.is_ascii_digit())
}

/// Letters, or digits, and what stands in and behind words: no mark of code.
fn is_word(token: &str) -> bool {
    let inner = |c: char| c.is_alphanumeric() || "'’-_".contains(c);
    let token = token.trim_end_matches([',', '!', '?']);
    token.starts_with(char::is_alphanumeric) && token.chars().all(inner)
}

/// The entry with a mark in place of each text in quotes, and without a comment at its end. For the
/// script's lexer an apostrophe begins a text; after a letter, here, it is one of a word.
fn without_texts(entry: &str) -> String {
    let mut bare = String::new();
    let mut inside = None;
    let mut before = ' ';
    let mut rest = entry.chars().peekable();
    while let Some(c) = rest.next() {
        match inside {
            Some(quote) if c == quote => inside = None,
            Some(_) => {}
            None if c == '/' && rest.peek() == Some(&'/') => break,
            None if "\"`".contains(c) || (c == '\'' && !before.is_alphanumeric()) => {
                inside = Some(c);
                bare.push('"');
            }
            None => bare.push(c),
        }
        before = c;
    }
    bare
}

/// The only number that is said, in digits or in words; none where there are several or none, or
/// where a word beside it changes it.
fn number(words: &[String]) -> Option<i64> {
    let mut found = None;
    for word in words {
        if turns(word) {
            return None;
        }
        if let Some(number) = number_in(word) {
            if found.is_some() {
                return None;
            }
            found = Some(number);
        }
    }
    found
}

/// `7`, `65,535`, `150bytes`, `eleven`, `twenty-one`.
fn number_in(word: &str) -> Option<i64> {
    let place = |list: &[&str], word: &str| -> Option<i64> {
        let at = list.iter().position(|known| *known == word)?;
        i64::try_from(at).ok()
    };
    if let Some(number) = place(NUMBERS, word) {
        return Some(number);
    }
    let (tens, ones) = word.split_once('-').unwrap_or((word, "zero"));
    if let Some(tens) = place(TENS, tens) {
        let ones = place(&NUMBERS[..10], ones)?;
        return Some((tens + 2) * 10 + ones);
    }
    let digits = word.find(|c: char| !c.is_ascii_digit() && c != ',');
    let (digits, unit) = word.split_at(digits.unwrap_or(word.len()));
    let groups: Vec<&str> = digits.split(',').collect();
    let grouped = groups.len() == 1 || groups[1..].iter().all(|group| group.len() == 3);
    let is_unit = unit.chars().all(char::is_alphabetic) && !matches!(unit, "x" | "b" | "o" | "e");
    (grouped && is_unit).then(|| groups.concat().parse().ok())?
}

/// Yes or no, where an answer begins with one of them and does not say the other too.
fn yes_or_no(words: &[String]) -> Option<bool> {
    let first = words.first()?.as_str();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if first == "of" && words.get(1).is_some_and(|word| word == "course") {
        return Some(words.get(2).is_none_or(|word| word != "not"));
    }
    match (YES.contains(&first), NO.contains(&first)) {
        (true, _) if !has(NO) => Some(true),
        (_, true) if !has(YES) => Some(false),
        _ => None,
    }
}

/// Which of the choices an entry means, from 0.
pub(crate) fn choice(choices: &[String], entry: &str) -> Option<usize> {
    let said = words(entry);
    let plain = |text: &str| {
        let text = text.trim().trim_end_matches([';', '.']);
        text.trim_matches(['"', '\'']).to_lowercase()
    };
    let texts: Vec<Vec<String>> = choices.iter().map(|choice| words(choice)).collect();
    let same = choices
        .iter()
        .position(|choice| plain(choice) == plain(entry));
    same.or_else(|| {
        texts
            .iter()
            .position(|text| *text == said && !said.is_empty())
    })
    .or_else(|| {
        texts
            .iter()
            .position(|text| weighty(text) == weighty(&said))
    })
    .or_else(|| by_place(&said, choices.len()))
    .or_else(|| {
        let means = yes_or_no(&said)?;
        let list = if means { YES } else { NO };
        only(&texts, |text| {
            text.len() == 1 && list.contains(&text[0].as_str())
        })
    })
    .or_else(|| mentioned(&texts, &said))
    .or_else(|| {
        // Some words of one choice, and of no other, are enough.
        let entry = weighty(&said);
        let any = !entry.is_empty() && is_words(&said.join(" "));
        any.then(|| only(&texts, |text| has_run(text, &entry)))?
    })
}

/// `2`, `2)`, `the second one`, `option 2`.
fn by_place(said: &[String], count: usize) -> Option<usize> {
    let [word] = weighty(said)[..] else {
        return None;
    };
    let place = ORDINALS.iter().position(|known| *known == word);
    let place = place.or_else(|| word.parse::<usize>().ok()?.checked_sub(1))?;
    (place < count).then_some(place)
}

/// The only choice whose words an answer has, with nothing that turns it round.
fn mentioned(texts: &[Vec<String>], said: &[String]) -> Option<usize> {
    let found = only(texts, |text| {
        let text: Vec<&str> = text.iter().map(String::as_str).collect();
        !text.is_empty() && has_run(said, &text)
    })?;
    let of_choice = |word: &String| texts[found].contains(word);
    let mut beside = said.iter().filter(|word| !of_choice(word));
    (!beside.any(|word| turns(word))).then_some(found)
}

fn has_run(text: &[String], run: &[&str]) -> bool {
    text.windows(run.len()).any(|some| some == run)
}

/// The place of the only one that is meant.
fn only(texts: &[Vec<String>], is_meant: impl Fn(&[String]) -> bool) -> Option<usize> {
    let mut meant = (0..texts.len()).filter(|at| is_meant(&texts[*at]));
    let first = meant.next();
    first.filter(|_| meant.next().is_none())
}

/// Whether an entry is plain words or a number, and no code.
pub(crate) fn is_words(entry: &str) -> bool {
    let plain = |c: char| c.is_lowercase() || c == ' ' || c.is_ascii_digit();
    !entry.trim().is_empty() && entry.chars().all(plain)
}

/// An answer without the words before and behind it that carry nothing, `it is` and `I think`, where
/// what is left may be code.
pub(crate) fn bare(entry: &str) -> &str {
    const BEFORE: &[&str] = &[
        "it is ",
        "it's ",
        "that is ",
        "that's ",
        "the answer is ",
        "i think ",
    ];
    const BEHIND: &[&str] = &["i think", "i guess", "i'd say"];
    let mut bare = entry.trim();
    for words in BEFORE {
        if let Some(start) = bare.get(..words.len())
            && start.eq_ignore_ascii_case(words)
        {
            bare = bare[words.len()..].trim_start();
        }
    }
    bare = bare.trim_end_matches(['.', '!', ' ']);
    for words in BEHIND {
        let cut = bare.len().saturating_sub(words.len());
        if let Some(end) = bare.get(cut..)
            && end.eq_ignore_ascii_case(words)
        {
            bare = bare[..cut].trim_end_matches([' ', ',']);
        }
    }
    if bare.is_empty() { entry } else { bare }
}

/// Whether an answer in words means a value that `expression` gives: `7 bytes`, `five`, `port 443`,
/// `stream` for `SOCK_STREAM`, a text without its quotes. None where it is no answer in words.
pub(crate) fn says(entry: &str, expression: &str, value: &Repr) -> Option<bool> {
    let said = words(entry);
    let weighty = weighty(&said);
    if weighty.is_empty() || without_texts(entry).contains(['=', '(', '[', '{', '+', '*']) {
        return None;
    }
    if let Repr::Int(value) = value
        && let Some(number) = number(&said)
    {
        return Some(number == *value);
    }
    if let Repr::Bool(value) = value
        && let [word] = weighty[..]
        && ["true", "false"].contains(&word)
    {
        return Some((word == "true") == *value);
    }
    let names = [Some(expression), value.as_text()];
    let is_named = names
        .into_iter()
        .flatten()
        .any(|name| is_name(&weighty, name));
    (is_named || is_prose(entry)).then_some(is_named)
}

/// Whether words are this text or, for a constant, its name, without its family's prefix too.
fn is_name(said: &[&str], name: &str) -> bool {
    if words(name).iter().eq(said) {
        return true;
    }
    let is_constant = name.contains('_')
        && name
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    let kinds = ["socket", "sockets", "type", "family", "protocol"];
    let said: Vec<&str> = said
        .iter()
        .copied()
        .filter(|word| !kinds.contains(word))
        .collect();
    let said = said.join("_");
    let short = name.split_once('_').map_or(name, |(_, short)| short);
    is_constant
        && [name, short]
            .iter()
            .any(|name| name.eq_ignore_ascii_case(&said))
}
