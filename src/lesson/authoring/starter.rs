//! The file that `lesson new` begins: it runs, lints clean, and says what to change.

/// Why a lesson cannot be called so; none when it can.
pub(crate) fn fault_of_name(name: &str) -> Option<String> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    let has_letter = name.contains(|c: char| c.is_ascii_lowercase());
    if starts && has_letter && name.len() <= 60 && name.chars().all(good) {
        return None;
    }
    let mended: String = name
        .to_lowercase()
        .chars()
        .map(|c| if good(c) { c } else { '-' })
        .take(60)
        .collect();
    let mended = mended.trim_matches(['-', '_']);
    let example = if mended.contains(|c: char| c.is_ascii_lowercase()) {
        mended.to_owned()
    } else {
        "15-my-topic".to_owned()
    };
    Some(format!(
        "a lesson cannot be called `{name}`: use small letters, digits and `-`, such as `{example}`"
    ))
}

/// The title that a name suggests: `15-my-topic` gives `My topic`.
pub(crate) fn title_of(name: &str) -> String {
    let (digits, rest) = name.split_once('-').unwrap_or(("", name));
    let numbered = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let words = if numbered { rest } else { name }.replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The text of a new lesson.
pub(crate) fn starter(name: &str) -> String {
    STARTER
        .replace("TITLE", &title_of(name))
        .replace("NAME", name)
}

const STARTER: &str = r#"//! # TITLE
//! One sentence: what a learner can do after this lesson.
//@ network: lab

/* This file is a lesson, and it runs as it is:

     lesson run NAME        carries it out and checks what it shows
     lesson watch NAME      does so whenever you save
     lesson accept NAME     writes what it showed behind the statements
     lesson lint NAME       says what would confuse a learner

   Text like this, between the two signs, is for you: nobody else sees it. What begins with two
   slashes is prose, in Markdown. What begins with two slashes and a sign is: `@` a directive,
   `>` what the statement above shows. Everything else is code, each statement ended by a
   semicolon. All of it is told in lessons/AUTHORING.md. */

//@ id: begin
// Say what this is about, and why it matters. Then let the learner type one thing.
let server = create_server("127.0.0.1", 0);

//@ id: address
// A statement that shows something has its transcript below it. The port is another one in every
// run, so a *hole* stands in its place. This hole has a name, `port`, to be used later.
server.getsockname();
//> ["127.0.0.1", {port:port}]

//@ id: wait
// `accept` waits for a caller. A step that waits says so; what ends it is a later step.
//@ waits
unpack conn, addr = server.accept();

//@ id: call
// The caller sits at another console, with variables of its own.
//@ console: client
let client = create_connection("127.0.0.1", port);

//@ id: same-caller
// Both sides agree on who called. The names of constants are the same on every machine.
//@ console: main
[conn.getpeername() == addr, conn.family];
//> [true, {{AF_INET}}]

//@ id: ask-side
//@ ask: Which side waited?
//@ choices: server | client
//@ answer: server
//@ hint: Which of the two calls did not give the prompt back?

// ## What you can do now
// Say it in one or two sentences, and name what comes next.
"#;

#[cfg(test)]
mod tests {
    use super::{fault_of_name, starter, title_of};
    use crate::lesson::format::parse;
    use crate::lesson::lint;

    #[test]
    fn a_starter_can_be_read_and_nothing_is_found_in_it() {
        let text = starter("15-my-topic");
        let lesson = parse::parse(&text).unwrap();
        assert_eq!(lesson.header.title, "My topic");
        assert!(lint::lint(&text, &lesson).is_empty());
    }

    #[test]
    fn names_are_checked_and_mended() {
        assert_eq!(fault_of_name("15-topic"), None);
        assert_eq!(title_of("topic_of-mine"), "Topic of mine");
        for (name, mend) in [
            ("15 Topic", "`15-topic`"),
            ("../x", "`x`"),
            ("15", "`15-my-topic`"),
            ("", "`15-my-topic`"),
        ] {
            assert!(
                fault_of_name(name).is_some_and(|text| text.contains(mend)),
                "{name}"
            );
        }
    }
}
