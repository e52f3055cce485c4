//! The differential suite: every case runs in CPython and in socklab, on this machine, now.
//!
//! A case is a section of a file under `cases/`; [`case`] reads them, [`side`] runs them, [`normal`]
//! takes away what may differ, [`differences`] knows what differs on purpose. Where the system lets
//! a user make one, all of it happens in a network namespace with loopback only, with its own hosts
//! file and a name server: the test starts itself again in there.

mod absent;
mod case;
mod differences;
#[path = "../support/machine.rs"]
mod machine;
mod matrix;
mod normal;
mod place;
mod side;

use std::collections::BTreeMap;

use case::Case;
use differences::Differences;
use place::Place;
use side::Answers;

/// Cases that one pair of processes runs.
const GROUP: usize = 40;
/// The suite shall never shrink below this.
const FEWEST: usize = 2800;

#[test]
fn every_case_gives_what_cpython_gives() {
    let Some(python) = machine::python() else {
        return;
    };
    match place::enter() {
        Some(inside) => assert!(inside.success(), "a case differs; see above"),
        None => compare(&python, &Place::find(&python)),
    }
}

#[test]
fn there_are_enough_cases_and_each_is_another() {
    let cases = case::all();
    assert!(cases.len() >= FEWEST, "only {} cases", cases.len());
    let mut ids = BTreeMap::new();
    let mut bodies = BTreeMap::new();
    for case in &cases {
        if let Some(twin) = ids.insert(&case.id, case) {
            panic!(
                "two cases are called `{}`, in {} and {}",
                case.id, twin.file, case.file
            );
        }
        if let Some(twin) = bodies.insert((&case.python, &case.rhai), case) {
            panic!("`{}` repeats `{}`", case.id, twin.id);
        }
    }
}

fn compare(python: &str, place: &Place) {
    let (cases, skipped): (Vec<Case>, Vec<Case>) = case::all()
        .into_iter()
        .partition(|case| place.offers(&case.needs));
    let mut deliberate = Differences::read();
    let (mut wrong, mut same) = (Vec::new(), 0);
    for group in cases.chunks(GROUP) {
        let answers = side::ask_both(python, group);
        for (case, Answers { python, socklab }) in group.iter().zip(answers) {
            let (theirs, ours) = (normal::of(&python), normal::of(&socklab));
            let agree = if case.within {
                normal::within(&theirs, &ours)
            } else {
                normal::agree(&theirs, &ours, case.says.as_deref())
            };
            let verdict = deliberate.judge(&case.id, agree, &ours);
            if let Some(complaint) = verdict.complaint {
                wrong.push(format!(
                    "{} ({}): {complaint}\n    python  {theirs}\n    socklab {ours}",
                    case.id, case.file
                ));
            }
            same += usize::from(agree);
        }
    }
    for gone in deliberate.unknown(&skipped) {
        wrong.push(format!(
            "differences.md lists `{gone}`, but no case has that name"
        ));
    }
    let ran = cases.len();
    println!(
        "conformance: {ran} cases ran, {same} the same, {} differ on purpose in {} ways, {} skipped",
        ran - same - wrong.len().min(ran - same),
        deliberate.seen(),
        skipped.len()
    );
    assert!(
        wrong.is_empty(),
        "{} of {ran} cases:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    for (need, count) in place::counted(&skipped, place) {
        println!("conformance: {count} skipped for want of {need}");
        machine::skip(need);
    }
}
