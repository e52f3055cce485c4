//! Hosts that a lesson's `link:` and `//~` lines name and the lab does not have.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::lesson::format::model::Lesson;
use crate::lesson::format::problem::Problem;
use crate::net::link_manners::{ALL_HOSTS, LinkRule};
use crate::script::failure::Place;
use crate::script::suggest::nearest;

/// Looks at those lines of a lesson; `known` are the names and addresses of the hosts that every lab
/// has.
pub(crate) fn lint(source: &str, lesson: &Lesson, known: &[String]) -> Vec<Problem> {
    let own = lesson.header.hosts.iter().flat_map(|host| {
        let addresses = host.addresses.iter().map(ToString::to_string);
        addresses.chain([host.name.clone()])
    });
    let hosts: Vec<String> = known.iter().cloned().chain(own).collect();
    let is_host = |word: &str| hosts.iter().any(|host| host.eq_ignore_ascii_case(word));
    let mut problems = Vec::new();
    for LinkRule { host, .. } in &lesson.header.links {
        if host != ALL_HOSTS && !is_host(host) {
            let message = format!("the lab has no host `{host}`: this line does nothing");
            let mend = mend(host, &hosts);
            let length = host.chars().count();
            problems.push(Problem::warning(place(source, host), length, message, mend));
        }
    }
    let consoles: BTreeSet<&str> = lesson.steps.iter().map(|step| &*step.console).collect();
    for packets in lesson
        .steps
        .iter()
        .filter_map(|step| step.statement()?.packets.as_ref())
    {
        for (at, word) in packets.named_ends() {
            if is_host(word) || consoles.contains(word) || word.parse::<IpAddr>().is_ok() {
                continue;
            }
            let line = packets.first + at;
            let column = place_in(source, line, word);
            let message = format!("`{word}` is no console of this lesson, and no host of the lab");
            let consoles = consoles.iter().map(ToString::to_string);
            let all: Vec<String> = hosts.iter().cloned().chain(consoles).collect();
            let (place, length) = (Place { line, column }, word.chars().count());
            problems.push(Problem::warning(place, length, message, mend(word, &all)));
        }
    }
    problems
}

fn mend(word: &str, known: &[String]) -> String {
    match nearest(word, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`? `lab hosts` lists them"),
        None => format!("add `//@ host: {word} ADDRESS`; `lab hosts` lists those there are"),
    }
}

/// The column of a word in a line, from 1.
fn place_in(source: &str, line: usize, word: &str) -> usize {
    let text = source.lines().nth(line - 1).unwrap_or_default();
    let before = text.find(word).map_or("", |at| &text[..at]);
    before.chars().count() + 1
}

/// The host's place in the `link:` line that names it.
fn place(source: &str, host: &str) -> Place {
    let found = source.lines().enumerate().find_map(|(at, line)| {
        let value = line.strip_prefix("//@")?.trim_start();
        let value = value.strip_prefix("link:")?.trim_start();
        let is_it = value.split_whitespace().next() == Some(host);
        is_it.then(|| (at + 1, line.chars().count() - value.chars().count() + 1))
    });
    let (line, column) = found.unwrap_or((1, 1));
    Place { line, column }
}

#[cfg(test)]
mod tests {
    use super::lint;
    use crate::lesson::format::parse::parse;

    #[test]
    fn packets_go_between_consoles_and_hosts_that_are_there() {
        let source = "//! # T\n//@ host: my.test 192.0.2.9\n\n\
                      let s = create_connection(\"my.test\", 80);\n//~ main > my.test: SYN\n\
                      //~ mian > ecko.test: SYN\n//~ main > ::1: FIN\n//~ > FIN\n";
        let lesson = parse(source).unwrap();
        let problems = lint(source, &lesson, &["echo.test".into()]);
        let told = problems.iter().map(|problem| {
            let (line, column) = (problem.line, problem.column);
            format!("{line}:{column} {}; {}", problem.message, problem.mend)
        });
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                "6:5 `mian` is no console of this lesson, and no host of the lab; \
                 did you mean `main`? `lab hosts` lists them",
                "6:12 `ecko.test` is no console of this lesson, and no host of the lab; \
                 did you mean `echo.test`? `lab hosts` lists them",
            ]
        );
    }

    #[test]
    fn a_link_leads_to_a_host_that_is_there() {
        let source = "//! # T\n//@ host: my.test 192.0.2.9\n//@ link: my.test loss 1%\n\
                      //@ link: all delay 5ms\n//@ link: 192.0.2.9 cut\n//@ link: Echo.test cut\n\
                      //@  link: ecko.test loss 20%\n//@ link: nowhere.example cut\n\n1;\n";
        let lesson = parse(source).unwrap();
        let problems = lint(source, &lesson, &["echo.test".into()]);
        let told = problems.iter().map(|problem| {
            let (line, column) = (problem.line, problem.column);
            format!("{line}:{column} {}; {}", problem.message, problem.mend)
        });
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                "7:12 the lab has no host `ecko.test`: this line does nothing; \
                 did you mean `echo.test`? `lab hosts` lists them",
                "8:11 the lab has no host `nowhere.example`: this line does nothing; \
                 add `//@ host: nowhere.example ADDRESS`; `lab hosts` lists those there are",
            ]
        );
    }
}
