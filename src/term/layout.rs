//! A value on a terminal: its tree laid out for the width, coloured by kind.

use crate::repr::Repr;
use crate::repr::layout::{Ink, View, WIDTH};

/// The narrowest layout that still helps.
const NARROWEST: usize = 16;

/// The text of a value for a terminal of so many columns, with colours if wanted. It never gets
/// wider than the canonical text, so that a wide screen shows what a transcript shows.
pub(crate) fn lay_out(value: &Repr, columns: Option<usize>, colour: bool) -> String {
    let width = columns.map_or(WIDTH, |columns| {
        columns.saturating_sub(1).clamp(NARROWEST, WIDTH)
    });
    let around = if colour {
        coloured
    } else {
        View::CANONICAL.around
    };
    View { width, around }.text(value)
}

/// The codes of a colour before a piece, and after it.
fn coloured(ink: Ink) -> (&'static str, &'static str) {
    let before = match ink {
        Ink::Text => "\x1b[32m",
        Ink::Object => "\x1b[33m",
        Ink::Key => "\x1b[34m",
        Ink::Constant => "\x1b[35m",
        Ink::Number => "\x1b[36m",
        Ink::Left => "\x1b[2m",
        Ink::Word => return ("", ""),
    };
    (before, "\x1b[0m")
}

#[cfg(test)]
mod tests {
    use super::lay_out;
    use crate::repr::Repr;

    fn text(text: &str) -> Repr {
        Repr::text(text, usize::MAX)
    }

    #[test]
    fn a_wide_screen_shows_the_canonical_text() {
        let row = || Repr::array(vec![text(&"x".repeat(40)), Repr::Int(80)]);
        let infos = Repr::array(vec![row(), row()]);
        assert_eq!(lay_out(&infos, Some(200), false), infos.to_string());
        assert_eq!(lay_out(&infos, None, false), infos.to_string());
    }

    #[test]
    fn a_narrow_screen_gets_one_part_a_line() {
        let address = Repr::array(vec![text("127.0.0.1"), Repr::Int(80), text("and more")]);
        assert_eq!(
            lay_out(&address, Some(20), false),
            "[\n  \"127.0.0.1\",\n  80,\n  \"and more\",\n]"
        );
    }

    #[test]
    fn kinds_have_colours_and_texts_stay_whole() {
        let value = Repr::array(vec![Repr::Int(1), text("a]b"), Repr::Bool(true)]);
        assert_eq!(
            lay_out(&value, None, true),
            "[\x1b[36m1\x1b[0m, \x1b[32m\"a]b\"\x1b[0m, \x1b[35mtrue\x1b[0m]"
        );
        let data = Repr::bytes(b"a, b", 2);
        assert_eq!(
            lay_out(&data, None, true),
            "\x1b[32mb\"a,\"\x1b[0m \x1b[2m… 2 more bytes\x1b[0m"
        );
    }
}
