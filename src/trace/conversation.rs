//! The ladder of a conversation: a line for each console or host, time downward, calls beside their
//! line, arrows between. A pure function makes rows of records; the views draw the rows.

mod call_run;
mod events;
mod ladder_svg;
mod ladder_text;
mod moment;
mod packet_run;
mod wording;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::tcp_state::{TcpEnd, TcpState};
use super::traced_socket::{Choice, TracedSockets};
use super::{CallRecord, PacketRecord};
use events::Storyteller;
use moment::{Happening, Moment, TcpChange};
use packet_run::PacketRun;

pub(crate) use ladder_svg::ladder_svg;
pub(crate) use ladder_text::{Charset, TonedText, ladder_text, plain_text};

/// A conversation in rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ladder {
    /// The names of the vertical lines, from left to right.
    pub(crate) lines: Vec<String>,
    /// The rows, from the first to the last.
    pub(crate) rows: Vec<LadderRow>,
    /// Whether there were no packets to see, so that arrows are drawn from the calls' bytes.
    pub(crate) calls_alone: bool,
    /// Whether it is known when each row was.
    pub(crate) has_times: bool,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LadderRow {
    /// The time since the first row.
    pub(crate) at: Duration,
    /// The lines whose console waits in a call meanwhile.
    pub(crate) waiting: BTreeSet<usize>,
    /// What is in it.
    pub(crate) content: RowContent,
}

/// What is in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RowContent {
    /// Texts, each beside a line.
    Beside(Vec<SideNote>),
    /// An arrow from one line to another.
    Arrow {
        from: usize,
        to: usize,
        label: String,
        kind: Tone,
        /// Whether it never arrived.
        is_lost: bool,
    },
}

/// A text beside a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SideNote {
    pub(crate) line: usize,
    pub(crate) text: String,
    pub(crate) kind: Tone,
}

/// What a text or an arrow is; colour follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// A line, a time.
    Frame,
    /// The name of a line.
    Name,
    /// A call.
    Call,
    /// What failed, and a reset.
    Failed,
    /// Bytes on their way.
    Data,
    /// What opens or closes a connection.
    Control,
    /// What only acknowledges.
    Quiet,
    /// A state of TCP.
    State,
}

/// A call that a console is still waiting in.
#[derive(Debug, Clone)]
pub(crate) struct PendingCall {
    pub(crate) console: Arc<str>,
    pub(crate) call: &'static str,
    pub(crate) since: Instant,
}

/// Draws the conversations of a choice. Empty where there is none.
pub(crate) fn ladder(
    calls: &[Arc<CallRecord>],
    packets: &[Arc<PacketRecord>],
    pending: &[PendingCall],
    choice: &Choice,
) -> Ladder {
    let ends = TracedSockets::of(calls);
    let chosen = ends.chosen(choice, calls);
    let mut story = Storyteller::new(calls, &ends, chosen);
    story.tell_packets(packets);
    story.tell_calls(*choice == Choice::All);
    story.tell_pending(pending);
    let calls_alone = !story.has_packets();
    let (lines, moments) = story.end();
    let rows = RowMaker::default().draw(&moments);
    Ladder {
        lines,
        rows,
        calls_alone,
        has_times: true,
    }
}

/// The states that a socket went through, as far as records tell; the last one is its state then.
pub(crate) fn states_of(
    calls: &[Arc<CallRecord>],
    packets: &[Arc<PacketRecord>],
    choice: &Choice,
) -> Vec<TcpState> {
    let ends = TracedSockets::of(calls);
    let chosen = ends.chosen(choice, calls);
    let Choice::Socket(console, fd) = choice else {
        return Vec::new();
    };
    let is_it = |at: &&usize| ends.0[**at].console == *console && ends.0[**at].fd == *fd;
    let Some(&it) = chosen.iter().rfind(is_it) else {
        return Vec::new();
    };
    let mut story = Storyteller::new(calls, &ends, chosen);
    story.tell_packets(packets);
    story.tell_calls(false);
    let (_, moments) = story.end();
    let mut states = States::default();
    let mut way = vec![TcpState::Closed];
    for change in moments.iter().flat_map(|moment| moment.changes.iter()) {
        states.apply(change);
        let state = states.0.get(&it).map_or(TcpState::Closed, |end| end.state);
        if way.last() != Some(&state) {
            way.push(state);
        }
    }
    way
}

/// The state of each socket.
#[derive(Default)]
struct States(BTreeMap<usize, TcpEnd>);

impl States {
    /// Applies a change; the sockets whose state it may have changed.
    fn apply(&mut self, change: &TcpChange) -> Vec<usize> {
        match change {
            TcpChange::Listens(at) => {
                self.0.entry(*at).or_default().state = TcpState::Listen;
                vec![*at]
            }
            TcpChange::Opens(at, other) => {
                let both: Vec<usize> = [Some(*at), *other].into_iter().flatten().collect();
                for at in &both {
                    self.0.entry(*at).or_default().state = TcpState::Established;
                }
                both
            }
            TcpChange::Closes(at, other) => {
                let mut end = self.0.remove(at).unwrap_or_default();
                let mut peer = self.0.remove(other).unwrap_or_default();
                end.closes(&mut peer);
                self.0.insert(*at, end);
                self.0.insert(*other, peer);
                vec![*at, *other]
            }
            TcpChange::Sends(at, segment) => {
                self.0.entry(*at).or_default().sends(segment);
                vec![*at]
            }
            TcpChange::Gets(at, segment) => {
                self.0.entry(*at).or_default().receives(segment);
                vec![*at]
            }
        }
    }
}

/// Makes rows of moments in their order.
#[derive(Default)]
struct RowMaker {
    rows: Vec<LadderRow>,
    waiting: BTreeSet<usize>,
    states: States,
    begin: Option<Instant>,
}

impl RowMaker {
    fn draw(mut self, moments: &[Moment]) -> Vec<LadderRow> {
        self.begin = moments.first().map(|moment| moment.at);
        let mut rest = moments;
        while let Some(first) = rest.first() {
            if let Some(run) = PacketRun::at_start_of(rest) {
                self.folded(&run);
                rest = &rest[run.moments.len()..];
            } else {
                self.one(first);
                rest = &rest[1..];
            }
        }
        self.rows
    }

    fn push(&mut self, at: Instant, content: RowContent) {
        let begin = self.begin.unwrap_or(at);
        self.rows.push(LadderRow {
            at: at.saturating_duration_since(begin),
            waiting: self.waiting.clone(),
            content,
        });
    }

    fn one(&mut self, moment: &Moment) {
        match &moment.what {
            Happening::Text {
                line,
                text,
                kind,
                begins,
                ends,
            } => {
                if *ends {
                    self.waiting.remove(line);
                }
                let note = SideNote {
                    line: *line,
                    text: text.clone(),
                    kind: *kind,
                };
                self.push(moment.at, RowContent::Beside(vec![note]));
                if *begins {
                    self.waiting.insert(*line);
                }
            }
            Happening::Arrow {
                from,
                to,
                label,
                kind,
                is_lost,
                ..
            } => {
                self.arrow(moment.at, (*from, *to), label.clone(), (*kind, *is_lost));
            }
            Happening::Nothing => {}
        }
        self.change(moment);
    }

    fn arrow(
        &mut self,
        at: Instant,
        (from, to): (usize, usize),
        label: String,
        (kind, is_lost): (Tone, bool),
    ) {
        let content = RowContent::Arrow {
            from,
            to,
            label,
            kind,
            is_lost,
        };
        self.push(at, content);
    }

    /// States by name, where they change.
    fn change(&mut self, moment: &Moment) {
        let mut notes: Vec<SideNote> = Vec::new();
        for change in &moment.changes {
            let before: BTreeMap<usize, TcpState> = self.known();
            for at in self.states.apply(change) {
                let state = self.states.0[&at].state;
                let Some((_, line)) = moment.lines.iter().find(|(of, _)| *of == at) else {
                    continue;
                };
                let was = before.get(&at).copied().unwrap_or(TcpState::Closed);
                if was != state && notes.iter().all(|note| note.line != *line) {
                    notes.push(SideNote {
                        line: *line,
                        text: state.name().into(),
                        kind: Tone::State,
                    });
                }
            }
        }
        if !notes.is_empty() {
            self.push(moment.at, RowContent::Beside(notes));
        }
    }

    fn known(&self) -> BTreeMap<usize, TcpState> {
        self.states
            .0
            .iter()
            .map(|(at, end)| (*at, end.state))
            .collect()
    }

    /// A run of data in one direction, and what acknowledged it meanwhile.
    fn folded(&mut self, run: &PacketRun<'_>) {
        self.arrow(run.at(), run.ends(), run.label(), run.look());
        if let Some((at, (from, to), label)) = run.acknowledged() {
            self.arrow(at, (from, to), label, (Tone::Quiet, false));
        }
        for moment in run.moments {
            self.change(moment);
        }
    }
}

#[cfg(test)]
mod tests;
