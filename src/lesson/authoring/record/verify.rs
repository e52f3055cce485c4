//! A recording must pass several times before it is written: what differs in between is made wide
//! enough for both.

use crate::lesson::authoring::record::{loosen, with_packets};
use crate::lesson::format::model::Step;
use crate::lesson::format::packet_lines::PacketComparison;
use crate::lesson::format::parse;
use crate::lesson::output::report::plainly;
use crate::lesson::results::{Event, Reason, Report, Source, Verdict};
use crate::lesson::run::host::{self, NetworkChoice, RunHost};

/// How often a lesson must pass before it is written.
const PROOFS: usize = 5;
/// How often a transcript is made wider before that is given up.
const MOST_TRIES: usize = 30;

/// The text once it has passed several times; what was different in between has become wider.
pub(crate) fn verify(
    name: &str,
    path: &str,
    mut text: String,
    host: &dyn RunHost,
) -> Result<String, String> {
    let (mut passed, mut tries) = (0, 0);
    while passed < PROOFS {
        let mut lesson = parse::parse(&text).map_err(|problems| {
            let first = problems
                .first()
                .map_or("", |problem| problem.message.as_str());
            format!("the recording is no lesson: {first}")
        })?;
        // Somebody has just typed it here.
        lesson.header.confined = false;
        let source = Source {
            name: name.into(),
            word: name.into(),
            path: path.into(),
            text: text.clone(),
        };
        let mut first = FirstFailure::default();
        if host::run(host, &source, &lesson, None, NetworkChoice::Lab, &mut first).is_well() {
            passed += 1;
            continue;
        }
        tries += 1;
        match first.reason {
            Some((step, Reason::Differs(mismatch))) if tries < MOST_TRIES => {
                text = loosen(&text, &step, &mismatch);
                passed = 0;
            }
            Some((_, Reason::PacketsDiffer(_))) if tries < MOST_TRIES => {
                // From the last to the first, so that the line numbers of the others stay true.
                for (step, packets) in first.packets.iter().rev() {
                    text = with_packets(&text, step, packets);
                }
                passed = 0;
            }
            Some((step, reason)) => {
                let why = plainly(&step, &reason);
                return Err(format!(
                    "when it is run again, `{}` fails:\n{why}",
                    step.title()
                ));
            }
            None => return Err("it was interrupted".into()),
        }
    }
    Ok(text)
}

/// The first step that falls short, and all whose packets are others.
#[derive(Default)]
struct FirstFailure {
    reason: Option<(Step, Reason)>,
    packets: Vec<(Step, PacketComparison)>,
}

impl Report for FirstFailure {
    fn event(&mut self, event: &Event<'_>) {
        if let Event::Step(report) = event
            && let Verdict::Failed(reason) = report.verdict
        {
            let failed = || (report.step.clone(), reason.clone());
            self.reason.get_or_insert_with(failed);
            if let Reason::PacketsDiffer(packets) = reason {
                self.packets.push((report.step.clone(), packets.clone()));
            }
        }
    }
}
