//! Equal calls in a row, told as one.

use std::sync::Arc;
use std::time::Instant;

use crate::trace::CallRecord;
use crate::trace::call_line::call_text;
use crate::trace::call_record::Payload;

/// So many equal calls in a row become one.
const FOLDED: usize = 3;

/// One call, or equal ones in a row.
pub(super) struct CallRun<'a> {
    /// The socket they were made on, by its place; `usize::MAX` for none.
    pub(super) of: usize,
    pub(super) line: usize,
    pub(super) calls: Vec<&'a CallRecord>,
}

impl CallRun<'_> {
    pub(super) fn first(&self) -> &CallRecord {
        self.calls[0]
    }

    pub(super) fn end(&self) -> Instant {
        self.calls[self.calls.len() - 1].time.end
    }

    pub(super) fn bytes(&self, of: fn(&CallRecord) -> Option<usize>) -> Vec<usize> {
        self.calls.iter().filter_map(|call| of(call)).collect()
    }
}

/// Folds equal calls that follow each other on a line.
pub(super) fn fold<'a>(
    calls: &'a [Arc<CallRecord>],
    lines: &[(usize, usize, usize)],
) -> Vec<CallRun<'a>> {
    let mut steps: Vec<CallRun<'a>> = Vec::new();
    let mut last: Vec<Option<usize>> = Vec::new();
    for &(place, of, line) in lines {
        let call: &CallRecord = &calls[place];
        last.resize(last.len().max(line + 1), None);
        let moves = |call: &CallRecord| {
            let count = |p: &Option<Payload>| p.as_ref().map_or(0, |p| p.count);
            call.outcome.is_ok() && count(&call.sent) + count(&call.received) > 0
        };
        let same = last[line].filter(|at| {
            let step = &steps[*at];
            let before = step.calls[step.calls.len() - 1];
            step.of == of
                && moves(call)
                && moves(before)
                && call_text(call) == call_text(before)
                && before.peer == call.peer
        });
        match same {
            Some(at) => steps[at].calls.push(call),
            None => {
                last[line] = Some(steps.len());
                steps.push(CallRun {
                    of,
                    line,
                    calls: vec![call],
                });
            }
        }
    }
    // Two are no run.
    let unfold = |step: CallRun<'a>| {
        let (of, line) = (step.of, step.line);
        let parts = if step.calls.len() < FOLDED {
            step.calls.into_iter().map(|call| vec![call]).collect()
        } else {
            vec![step.calls]
        };
        parts
            .into_iter()
            .map(move |calls| CallRun { of, line, calls })
    };
    steps.into_iter().flat_map(unfold).collect()
}
