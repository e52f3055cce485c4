//! What is shown after the line in grey: the rest of an earlier entry, and below it the signature of
//! the call being typed.

use super::call::{OpenCall, call_at};
use super::words::Words;
use crate::repr::escape::printable;
use crate::term::wrap::cut;
use unicode_width::UnicodeWidthStr;

/// Longer lines get no hint: nobody typed them.
const LONGEST: usize = 4 << 10;
/// On narrower terminals a hint is in the way.
const NARROWEST: usize = 40;

/// What is shown, and what the right arrow inserts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hint {
    pub(crate) shown: String,
    pub(crate) inserted: Option<String>,
}

/// How a hint may look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// The columns of the terminal.
    pub(crate) columns: usize,
    /// Whether grey can tell a hint from what was typed.
    pub(crate) colour: bool,
}

/// The hint for a line. `earlier` is the newest entry of the history that begins with it.
pub(crate) fn hint(
    line: &str,
    cursor: usize,
    earlier: Option<&str>,
    room: Room,
    words: &dyn Words,
) -> Option<Hint> {
    if line.len() > LONGEST || room.columns < NARROWEST {
        return None;
    }
    let before = line.get(..cursor)?;
    let mut shown = String::new();
    let rest = earlier
        .filter(|_| room.colour && cursor == line.len() && !line.trim().is_empty())
        .and_then(|entry| entry.strip_prefix(line))
        .filter(|rest| !rest.is_empty());
    if let Some(rest) = rest {
        let first = rest.lines().next().unwrap_or_default();
        shown.push_str(&printable(first));
        if first.len() < rest.len() {
            shown.push_str(" ...");
        }
    }
    let call = call_at(before, words).filter(|_| !words.is_command(line));
    let signature = call.and_then(|call| {
        let signature = call.signature(words)?;
        Some(shorten(&signature, &call, room))
    });
    if let Some(signature) = signature {
        // The blank: where the line fills its row, a terminal goes on in the next one only when
        // something follows, and the editor counts on that.
        shown.push_str(&format!(" \n  {signature}"));
    }
    let inserted = rest.map(ToString::to_string);
    (!shown.is_empty()).then_some(Hint { shown, inserted })
}

/// The signature in one row, the parameter being typed in bold.
fn shorten(signature: &str, call: &OpenCall<'_>, room: Room) -> String {
    let safe = printable(signature);
    let most = room.columns.saturating_sub(4);
    if safe.width() > most {
        return cut(&safe, most);
    }
    match parameter(&safe, call.given.len()).filter(|_| room.colour) {
        Some((start, end)) => format!(
            "{}\x1b[22;1m{}\x1b[22;2m{}",
            &safe[..start],
            &safe[start..end],
            &safe[end..]
        ),
        None => safe.into_owned(),
    }
}

/// Where the parameter of this number stands in a signature.
fn parameter(signature: &str, number: usize) -> Option<(usize, usize)> {
    let start = signature.find('(')? + 1;
    let end = signature.rfind(')')?;
    let mut at = start;
    for (index, part) in signature.get(start..end)?.split(", ").enumerate() {
        if index == number && !part.is_empty() {
            return Some((at, at + part.len()));
        }
        at += part.len() + 2;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Hint, Room, hint};
    use crate::prompt::complete::tests::Sample;

    const WIDE: Room = Room {
        columns: 80,
        colour: false,
    };
    const GREY: Room = Room {
        columns: 80,
        colour: true,
    };

    fn shown(line: &str) -> Option<String> {
        hint(line, line.len(), None, WIDE, &Sample).map(|hint| hint.shown)
    }

    #[test]
    fn a_call_shows_its_signature_below() {
        assert_eq!(
            shown("getservbyname(\"ssh\", "),
            Some(" \n  getservbyname(name, protocol = ())".into())
        );
        assert_eq!(
            shown("s.listen("),
            Some(" \n  listen(backlog = 128)".into())
        );
        assert_eq!(
            shown("s.connect([\"a\", "),
            Some(" \n  connect(address, port = ())".into())
        );
        assert_eq!(shown("mine("), Some(" \n  mine(a, b)".into()));
        assert_eq!(shown("socket.htons("), Some(" \n  htons(number)".into()));
    }

    #[test]
    fn what_is_no_open_call_shows_nothing() {
        for line in [
            "",
            "htons(1)",
            "(1 + ",
            "if (",
            "nothing_like_it(",
            "fn mine(",
            "help htons(",
        ] {
            assert_eq!(shown(line), None, "{line}");
        }
    }

    #[test]
    fn the_parameter_being_typed_is_bold() {
        let found = hint("htons(", 6, None, GREY, &Sample).map(|hint| hint.shown);
        assert_eq!(found, Some(" \n  htons(\x1b[22;1mnumber\x1b[22;2m)".into()));
    }

    #[test]
    fn the_rest_of_an_earlier_entry_can_be_taken() {
        let found = hint("let", 3, Some("let a = [\n1]"), GREY, &Sample);
        let wanted = Hint {
            shown: " a = [ ...".into(),
            inserted: Some(" a = [\n1]".into()),
        };
        assert_eq!(found, Some(wanted));
        assert_eq!(
            hint("let", 3, Some("let a"), WIDE, &Sample),
            None,
            "without grey"
        );
        assert_eq!(
            hint("let", 2, Some("let a"), GREY, &Sample),
            None,
            "within the line"
        );
    }

    #[test]
    fn a_narrow_terminal_gets_none() {
        let narrow = Room {
            columns: 20,
            colour: true,
        };
        assert_eq!(hint("htons(", 6, None, narrow, &Sample), None);
    }
}
