//! What is wrong with a learner's program, told from what was seen of it: pure, from the evidence of
//! a failed check to its fault and to advice in the program's own language.

mod differences;
mod language;
mod last_words;
mod program_fault;
mod remedies;

use crate::net::process::{ProgramEnd, StartFailure};
use crate::script::failure::Evidence;

pub(crate) use self::language::Language;
pub(crate) use self::program_fault::ProgramFault;

/// What a failed check saw on the wire and of the process.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Symptoms<'a> {
    /// The platform's constant for it, where a call of the check failed: `ECONNREFUSED`.
    pub(crate) symbol: Option<&'a str>,
    /// What was sent, what came back, and the check's own word for what it saw.
    pub(crate) evidence: Option<&'a Evidence>,
    /// How the program ended, if it did so unasked.
    pub(crate) ended: Option<&'a ProgramEnd>,
    /// Why it does not listen, where it was to.
    pub(crate) start: Option<&'a StartFailure>,
    /// It has passed a check since it was started.
    pub(crate) served: bool,
    /// What it wrote meanwhile, both streams.
    pub(crate) wrote: &'a str,
}

/// What is wrong, in words for the learner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Diagnosis {
    /// The fault.
    pub(crate) fault: ProgramFault,
    /// The fault in words: "the last byte is missing".
    pub(crate) says: String,
    /// What to do, in the program's language.
    pub(crate) advice: String,
    /// It comes of the first fault that was found, and goes with that.
    pub(crate) follows: bool,
}

impl<'a> Symptoms<'a> {
    /// The check's own word for what it saw.
    fn seen(&self) -> Option<&'a str> {
        self.evidence?.seen.as_deref()
    }

    /// What should have come back, and what did.
    fn exchanged(&self) -> Option<(&'a [u8], &'a [u8])> {
        let evidence = self.evidence?;
        let wanted = evidence.expected.as_ref().or(evidence.sent.as_ref())?;
        Some((wanted, evidence.got.as_ref()?))
    }

    /// The fault; none where the symptoms are of no known one.
    pub(crate) fn fault(&self) -> Option<ProgramFault> {
        self.of_start()
            .or_else(|| self.of_end())
            .or_else(|| last_words::of_errors(self.wrote))
            .or_else(|| self.of_what_was_seen())
            .or_else(|| {
                let (wanted, got) = self.exchanged()?;
                differences::difference(wanted, got)
            })
            .or_else(|| self.of_symbol())
    }

    /// The fault that the error of the check's own call tells.
    fn of_symbol(&self) -> Option<ProgramFault> {
        match self.symbol? {
            "ECONNREFUSED" => Some(ProgramFault::Refuses),
            "ECONNRESET" | "EPIPE" => Some(ProgramFault::BreaksOff),
            _ => None,
        }
    }

    /// The fault of a program that was to listen and does not.
    fn of_start(&self) -> Option<ProgramFault> {
        Some(match self.start? {
            StartFailure::PortTaken | StartFailure::NoProgram => return None,
            StartFailure::KeepsPort
            | StartFailure::Ended {
                needed_reuse: true, ..
            } => ProgramFault::NoReuse,
            StartFailure::Ended { ended, .. } => {
                let wrote = String::from_utf8_lossy(&ended.stderr);
                match ended.code {
                    Some(0) => ProgramFault::NoLoop,
                    _ => last_words::of_start(&wrote).unwrap_or(ProgramFault::EndsAtStart),
                }
            }
            StartFailure::Elsewhere(_) => ProgramFault::OtherPort,
            StartFailure::Silent => ProgramFault::NeverListens,
        })
    }

    /// The fault of a program that ended although it was to go on.
    fn of_end(&self) -> Option<ProgramFault> {
        let ended = self.ended?;
        Some(match (ended.signal, ended.code) {
            (Some(signal), _) => ProgramFault::of_signal(signal),
            (None, Some(0)) => ProgramFault::EndsByItself,
            _ => last_words::of_errors(self.wrote).unwrap_or(ProgramFault::Crashes),
        })
    }

    /// The fault that a check's own word names; one that is about bytes may be told better by them.
    fn of_what_was_seen(&self) -> Option<ProgramFault> {
        let seen = self.seen()?;
        let (wanted, got) = self.exchanged().unwrap_or_default();
        Some(match seen {
            "silent" if self.served && got.is_empty() => ProgramFault::ServesNoMore,
            "silent" if got.is_empty() || got == wanted => ProgramFault::Silent,
            "silent" if got.len() < wanted.len() && got.len() == wanted.len() / 16 * 16 => {
                ProgramFault::OnlyFullPieces
            }
            "silent" => differences::difference(wanted, got)?,
            // The end was not heard, and something else is wrong as well.
            "open" => match differences::difference(wanted, got) {
                Some(fault) if !wanted.is_empty() => fault,
                _ => ProgramFault::KeepsOpen,
            },
            "held" => match differences::difference(wanted, got) {
                Some(ProgramFault::Nothing) | None => ProgramFault::HoldsBack,
                Some(fault) => fault,
            },
            other => return ProgramFault::of_word(other),
        })
    }
}

#[cfg(test)]
mod tests;
