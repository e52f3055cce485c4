//! Input that is not a terminal: no prompt, no editor.

use std::io::{self, BufRead, Read};
use std::path::PathBuf;

use super::entry::{self, EntryPart};
use super::words::Words;
use crate::error::Error;

/// All of standard input as text. Fails where it is not UTF-8.
pub(crate) fn read_all() -> Result<String, Error> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| not_text(error.utf8_error().valid_up_to()))
}

fn unreadable(why: String) -> Error {
    Error::Unreadable {
        path: PathBuf::from("standard input"),
        why,
    }
}

fn not_text(at: usize) -> Error {
    unreadable(format!("the byte at {at} is not UTF-8 text"))
}

/// So many bytes are looked at again with each piece that comes; more, once they have doubled.
const FEW: usize = 64 << 10;

/// Standard input in parts, each as soon as its last line is there.
#[derive(Debug, Default)]
pub(crate) struct PipedParts {
    /// What is not a finished part yet.
    pending: Vec<u8>,
    /// How much of it was looked at in vain.
    looked_at: usize,
    /// The bytes before it.
    gone: usize,
    ended: bool,
}

impl PipedParts {
    /// The parts that come next, at least one; none at the end. Fails where it is not UTF-8.
    pub(crate) fn next(&mut self, words: &dyn Words) -> Result<Vec<EntryPart>, Error> {
        while !self.ended {
            self.read()?;
            let doubled = self.pending.len() >= 2 * self.looked_at;
            if !self.ended && self.looked_at > FEW && !doubled {
                continue;
            }
            let parts = self.take(words)?;
            if !parts.is_empty() {
                return Ok(parts);
            }
        }
        Ok(Vec::new())
    }

    /// Takes in what has come, once something has.
    fn read(&mut self) -> Result<(), Error> {
        let mut input = io::stdin().lock();
        let came = loop {
            match input.fill_buf() {
                Ok(came) => break came,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(unreadable(error.to_string())),
            }
        };
        let count = came.len();
        self.pending.extend_from_slice(came);
        self.ended = count == 0;
        input.consume(count);
        Ok(())
    }

    fn take(&mut self, words: &dyn Words) -> Result<Vec<EntryPart>, Error> {
        let lines = if self.ended {
            self.pending.len()
        } else {
            let newline = self.pending.iter().rposition(|&byte| byte == b'\n');
            newline.map_or(0, |at| at + 1)
        };
        let text = str::from_utf8(&self.pending[..lines])
            .map_err(|error| not_text(self.gone + error.valid_up_to()))?;
        let mark = if self.gone == 0 {
            text.len() - text.trim_start_matches('\u{feff}').len()
        } else {
            0
        };
        let text = &text[mark..];
        let (parts, rest) = if self.ended {
            (entry::parts(words, text), text.len())
        } else {
            entry::parts_so_far(words, text)
        };
        if rest > 0 {
            self.pending.drain(..mark + rest);
            self.gone += mark + rest;
        }
        self.looked_at = self.pending.len();
        Ok(parts)
    }
}
