//! `//~` lines that no run can ever fulfil.

use crate::lesson::format::model::{Lesson, NetworkKind, Step};
use crate::lesson::format::packet_lines::PacketLines;
use crate::lesson::format::problem::Problem;
use crate::lesson::tutor::code_facts::CodeFacts;
use crate::script::catalog::Effect;
use crate::script::failure::Place;
use crate::script::vocabulary;

/// Looks at the packet lines of a lesson.
pub(crate) fn lint(lesson: &Lesson) -> Vec<Problem> {
    let is_live = lesson.header.network == NetworkKind::Live;
    let mut problems = Vec::new();
    for statement in lesson.steps.iter().filter_map(Step::statement) {
        let Some(packets) = &statement.packets else {
            continue;
        };
        if is_live {
            let message = "with `network: live` there are no packets to see".into();
            let mend = "write `//@ network: lab`, or remove the packet lines";
            problems.push(warning(packets, message, mend));
        } else if packets.is_open() {
            let mend = "let `lesson accept` write what it causes";
            problems.push(warning(packets, "this says no packet yet".into(), mend));
        } else if !packets.expected.is_empty() && !may_cause(&statement.source) {
            let message = "no call of this statement sends or receives anything".into();
            let mend = "put the packet lines below the statement that causes them";
            problems.push(warning(packets, message, mend));
        }
    }
    problems
}

fn warning(packets: &PacketLines, message: String, mend: &str) -> Problem {
    let place = Place {
        line: packets.first,
        column: 1,
    };
    Problem::warning(place, 3, message, mend)
}

/// Whether a call of a statement may send or receive something: one of the lesson's own functions
/// may do anything.
pub(crate) fn may_cause(source: &str) -> bool {
    let moves = |effect: Effect| {
        matches!(
            effect,
            Effect::Accepts
                | Effect::Connects
                | Effect::Sends
                | Effect::SendsTo
                | Effect::Receives
                | Effect::ShutsDown
                | Effect::Closes
                | Effect::SetsOption
                | Effect::Starts
                | Effect::Waits
        )
    };
    let calls = CodeFacts::of(source).calls;
    let mut calls = calls.iter();
    calls.any(|call| !vocabulary::is_ours(call) || vocabulary::effects(call).any(moves))
}
