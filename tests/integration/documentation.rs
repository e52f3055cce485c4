//! What help says: every function has an example that runs, every constant a line.

use std::collections::BTreeMap;
use std::sync::Arc;

use socklab::console::Session;
use socklab::lab::Lab;
use socklab::lesson::format::parse;
use socklab::lesson::results::Report;
use socklab::lesson::results::{Event, Reason, Source, Verdict};
use socklab::lesson::run;
use socklab::lesson::run::compare;
use socklab::net::constants;
use socklab::net::network::Network;
use socklab::script::catalog::{Effect, Function};
use socklab::script::functions::rows as functions;

/// What a function is called in a message.
fn title(function: &Function) -> String {
    let kind = if function.receiver.is_some() {
        "method "
    } else {
        ""
    };
    format!("{kind}{}", function.signature())
}

/// Remembers what fell short.
#[derive(Default)]
struct Shortfalls(Vec<String>);

impl Report for Shortfalls {
    fn event(&mut self, event: &Event<'_>) {
        let Event::Step(step) = event else { return };
        let why = match step.verdict {
            Verdict::Failed(Reason::Differs(mismatch)) => compare::plain(&compare::diff(mismatch)),
            Verdict::Failed(reason) => format!("{reason:?}"),
            Verdict::NotRun => "not run".into(),
            _ => return,
        };
        let source = step
            .step
            .statement()
            .map_or("", |statement| &statement.source);
        self.0.push(format!("    {source}\n{why}"));
    }
}

/// Runs an example as a lesson in the lab; gives what fell short.
fn run_example(example: &str, lab: &Arc<Lab>) -> Vec<String> {
    let text = format!("//! # An example\n//! Of the documentation.\n\n{example}");
    let lesson = match parse::parse(&text) {
        Ok(lesson) => lesson,
        Err(problems) => {
            return problems
                .iter()
                .map(|problem| format!("{problem:?}"))
                .collect();
        }
    };
    let source = Source {
        name: "example".into(),
        word: String::new(),
        path: "example".into(),
        text,
    };
    let session = Session::new(Arc::clone(lab) as Arc<dyn Network>, Vec::new());
    let mut report = Shortfalls::default();
    run::run(&source, &lesson, session, &mut report);
    report.0
}

#[test]
fn every_row_says_what_a_call_does_and_which_constants_there_are() {
    for function in functions() {
        let (effects, title) = (function.effects, title(function));
        assert!(!effects.is_empty(), "{title}");
        let computes = effects.contains(&Effect::Computes);
        assert!(!computes || effects.len() == 1, "{title}: {effects:?}");
        for param in function.params {
            if let Some(prefix) = param.constants() {
                let mut known = constants::all();
                assert!(
                    known.any(|constant| constant.name.starts_with(prefix)),
                    "{title}"
                );
            }
        }
    }
}

#[test]
fn every_function_says_what_it_does() {
    let silent = functions().filter(|function| function.prose().trim().is_empty());
    let silent: Vec<String> = silent.map(title).collect();
    assert!(
        silent.is_empty(),
        "no documentation:\n{}",
        silent.join("\n")
    );
}

#[test]
fn every_function_has_an_example() {
    let without: Vec<String> = functions()
        .filter(|f| f.examples().is_empty())
        .map(title)
        .collect();
    assert!(
        without.is_empty(),
        "no example in a `rhai` fence:\n{}",
        without.join("\n")
    );
}

#[test]
fn every_example_does_what_it_shows() {
    // On machines of its own, where the system allows it, and mapped.
    let labs = [Arc::new(Lab::new(&[])), Arc::new(Lab::mapped(&[]))];
    let mut wrong = Vec::new();
    let mut count = 0;
    for function in functions() {
        let examples = function.examples();
        for (example, lab) in examples
            .iter()
            .flat_map(|one| labs.iter().map(move |lab| (one, lab)))
        {
            count += 1;
            let shortfalls = run_example(example, lab);
            if !shortfalls.is_empty() {
                wrong.push(format!("{}\n{}", title(function), shortfalls.join("\n")));
            }
        }
    }
    assert!(count > 100, "only {count} examples were found");
    assert!(
        wrong.is_empty(),
        "{} of {count} examples:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_wrong_example_would_be_found() {
    let lab = Arc::new(Lab::new(&[]));
    assert_eq!(run_example("1 + 1;\n//> 2\n", &lab), Vec::<String>::new());
    assert_eq!(run_example("1 + 1;\n//> 3\n", &lab).len(), 1);
    assert_eq!(run_example("nothing;\n", &lab).len(), 1);
    assert_eq!(run_example("1 +;\n", &lab).len(), 1);
}

#[test]
fn no_two_functions_share_a_name_and_a_receiver() {
    let mut seen = BTreeMap::new();
    for function in functions() {
        let key = (function.name, format!("{:?}", function.receiver));
        if let Some(other) = seen.insert(key, title(function)) {
            panic!("{} and {other} are registered both", title(function));
        }
    }
}

#[test]
fn help_reaches_every_function() {
    // One run for all of them: a pipe of help commands.
    let lines: Vec<String> = functions().map(|f| format!("help {}", f.name)).collect();
    let mut run = crate::builder::piped(lines.join("\n"));
    for function in functions() {
        run = run.stdout_has(&function.signature());
    }
    let shown = run.status(0);
    assert!(!shown.stdout.contains("no help for"));
    assert!(
        !shown.stdout.contains("```"),
        "help shows the fences of its examples"
    );
}

#[test]
fn every_constant_has_a_line_of_documentation() {
    for constant in constants::all() {
        assert!(!constant.doc.trim().is_empty(), "{}", constant.name);
        assert!(!constant.doc.contains('\n'), "{}", constant.name);
        assert!(
            !constant.doc.starts_with(' ') && constant.doc.len() < 160,
            "{}",
            constant.name
        );
    }
}

#[test]
fn documentation_carries_no_control_characters() {
    let texts = functions()
        .map(|f| f.doc)
        .chain(constants::all().map(|constant| constant.doc));
    for text in texts {
        assert!(
            !text
                .chars()
                .any(|letter| letter.is_control() && letter != '\n'),
            "{text:?}"
        );
    }
}
