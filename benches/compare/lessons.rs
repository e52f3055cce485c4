//! Lessons beside Python's doctest: those that need no lab and have no wait on purpose, as files of
//! the same steps; and a long lesson that is made for the purpose.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::work::Work;

/// The lessons, and their steps in Python.
const COURSE: [(&str, &str, &str); 3] = [
    (
        "02-sockets",
        include_str!("../../lessons/02-sockets.rhai"),
        include_str!("lessons/02.txt"),
    ),
    (
        "06-client-and-server",
        include_str!("../../lessons/06-client-and-server.rhai"),
        include_str!("lessons/06.txt"),
    ),
    (
        "10-unix-sockets",
        include_str!("../../lessons/10-unix-sockets.rhai"),
        include_str!("lessons/10.txt"),
    ),
];
/// The steps of the long lesson.
const LONG: usize = 10_000;

/// The works, their files written into a folder.
pub(crate) fn works(folder: &Path) -> Outcome<Vec<Work>> {
    let port = free_port()?;
    let (mut ours, mut python) = (vec!["lesson".into(), "run".into()], doctest());
    for (name, lesson, steps) in COURSE {
        let write = |ending: &str, text: &str| {
            file(
                folder,
                &format!("{name}.{ending}"),
                &text.replace("50000", &port),
            )
        };
        ours.push(write("rhai", lesson)?);
        python.push(write("txt", steps)?);
    }
    let long = [
        file(folder, "long.rhai", &lesson_of(LONG))?,
        file(folder, "long.txt", &doctest_of(LONG))?,
    ];
    let [lesson, steps] = &long;
    let run = ["lesson", "run", lesson.as_str()];
    let tested = ["-m", "doctest", steps.as_str()];
    let (ours, python): (Vec<&str>, Vec<&str>) = (
        ours.iter().map(String::as_str).collect(),
        python.iter().map(String::as_str).collect(),
    );
    Ok(vec![
        Work::process("lessons 02, 06 and 10 beside doctest", 2.0, &python, &ours),
        Work::process(
            "a lesson of 10,000 steps beside doctest",
            2.0,
            &tested,
            &run,
        ),
    ])
}

fn doctest() -> Vec<String> {
    vec!["-m".into(), "doctest".into()]
}

/// A lesson of so many steps, each with a transcript; every tenth has a hole.
pub(crate) fn lesson_of(steps: usize) -> String {
    let mut text = String::from("//! # Long\n//! Made to be measured.\n//@ network: none\n\n");
    for step in 0..steps {
        let shown = if step % 10 == 0 {
            "{int}".into()
        } else {
            (step + 1).to_string()
        };
        text.push_str(&format!(
            "// What comes after {step}?\n{step} + 1;\n//> {shown}\n\n"
        ));
    }
    text
}

/// The same steps in Python.
fn doctest_of(steps: usize) -> String {
    let mut text = String::from("Made to be measured.\n\n");
    for step in 0..steps {
        let (option, shown) = if step % 10 == 0 {
            (" # doctest: +ELLIPSIS", format!("{}...", (step + 1) / 10))
        } else {
            ("", (step + 1).to_string())
        };
        let shown = if step == 0 { "1".into() } else { shown };
        text.push_str(&format!(
            "What comes after {step}?\n\n>>> {step} + 1{option}\n{shown}\n\n"
        ));
    }
    text
}

fn file(folder: &Path, name: &str, text: &str) -> Outcome<String> {
    let path: PathBuf = folder.join(name);
    fs::write(&path, text)?;
    Ok(path.display().to_string())
}

/// A port in place of the lessons' own, so that nobody else's program stands in the way.
fn free_port() -> Outcome<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    Ok(listener.local_addr()?.port().to_string())
}
