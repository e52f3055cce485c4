//! Runs after the other test programs, and says what they left out and for want of what.

use std::collections::{BTreeMap, BTreeSet};
use std::{env, fs};

#[path = "../support/machine.rs"]
mod machine;

fn main() {
    // Runners that start every test by itself ask for a list first.
    if env::args().any(|argument| argument == "--list") {
        return;
    }
    let notes = machine::notes();
    let text = fs::read_to_string(&notes).unwrap_or_default();
    let _ = fs::remove_file(notes);
    let mut lacking = BTreeMap::<&str, BTreeSet<&str>>::new();
    for (what, test) in text.lines().filter_map(|line| line.split_once('\t')) {
        lacking.entry(what).or_default().insert(test);
    }
    println!();
    if lacking.is_empty() {
        println!("No test was left out.");
    }
    for (what, tests) in lacking {
        println!("Left out, in part or whole, as this machine has no {what}:");
        for test in tests {
            println!("  {test}");
        }
    }
}
