//! Faults that bytes tell: how what came back differs from what should have.

use super::program_fault::ProgramFault;

/// The size of the pieces in which the exercises receive.
const PIECE: usize = 16;
/// From here on a message does not fit into the system's buffers at once.
const LONG: usize = 1 << 16;

/// Whether a fault makes the second of the first.
type Fits = fn(&[u8], &[u8]) -> bool;

/// How `got` differs from `wanted`; none where it does not.
pub(super) fn difference(wanted: &[u8], got: &[u8]) -> Option<ProgramFault> {
    if wanted == got {
        return None;
    }
    let rules: [(ProgramFault, Fits); 20] = [
        (ProgramFault::Nothing, |_, got| got.is_empty()),
        (ProgramFault::LosesLong, |wanted, got| {
            wanted.len() >= LONG && got.len() < wanted.len() && got.len() > PIECE
        }),
        (ProgramFault::AddsNewline, |wanted, got| {
            pieced(wanted, |piece| [piece, b"\n"].concat()) == got
                || [wanted, b"\n"].concat() == got
                || [wanted, b"\r\n"].concat() == got
        }),
        (ProgramFault::AddsNul, |wanted, got| {
            pieced(wanted, |piece| [piece, b"\0"].concat()) == got
                || (got.len() > wanted.len()
                    && got.starts_with(wanted)
                    && got[wanted.len()..].iter().all(|byte| *byte == 0))
        }),
        (ProgramFault::Doubles, |wanted, got| {
            [wanted, wanted].concat() == got
                || pieced(wanted, |piece| [piece, piece].concat()) == got
        }),
        (ProgramFault::WholeBuffer, |wanted, got| {
            got.len() > wanted.len()
                && got.len() % PIECE == 0
                && got.starts_with(wanted)
                && got.len() < wanted.len() + PIECE
                || whole_buffers(wanted, got)
        }),
        (ProgramFault::ShowsBytes, |_, got| {
            [b"b'".as_slice(), b"b\"", b"<Buffer", b"[B@"]
                .iter()
                .any(|mark| got.starts_with(mark))
        }),
        (ProgramFault::Reverses, |wanted, got| {
            let turned = |piece: &[u8]| piece.iter().rev().copied().collect();
            turned(wanted) == got || pieced(wanted, turned) == got
        }),
        (ProgramFault::AddsInFront, |wanted, got| {
            got.len() > wanted.len() && got.ends_with(wanted)
        }),
        (ProgramFault::ChangesLetters, |wanted, got| {
            wanted.eq_ignore_ascii_case(got)
        }),
        (ProgramFault::ChangesNewlines, |wanted, got| {
            without(wanted, b"\r") == without(got, b"\r") || without(wanted, b"\r\n") == got
        }),
        (ProgramFault::StopsAtNul, |wanted, got| {
            wanted.contains(&0)
                && (without(wanted, b"\0") == got
                    || pieced(wanted, until_nul) == got
                    || until_nul(wanted) == got
                    || trimmed_nuls(wanted) == got)
        }),
        (ProgramFault::Strips, |wanted, got| {
            wanted.trim_ascii() == got
                || wanted.trim_ascii_end() == got
                || wanted.trim_ascii_start() == got
                || pieced(wanted, |piece| piece.trim_ascii().to_vec()) == got
                || pieced(wanted, |piece| piece.trim_ascii_end().to_vec()) == got
        }),
        (ProgramFault::MakesText, is_text_of),
        (ProgramFault::DropsLast, |wanted, got| {
            wanted.len() == got.len() + 1 && wanted.starts_with(got)
                || wanted.len() > PIECE
                    && pieced(wanted, |piece| piece[..piece.len() - 1].to_vec()) == got
        }),
        (ProgramFault::DropsFirst, |wanted, got| {
            wanted.len() == got.len() + 1 && wanted.ends_with(got)
                || pieced(wanted, |piece| piece[1..].to_vec()) == got
        }),
        (ProgramFault::OnePiece, |wanted, got| {
            wanted.starts_with(got)
        }),
        (ProgramFault::LosesPieces, |wanted, got| {
            got.len() < wanted.len() && (wanted.ends_with(got) || is_within(wanted, got))
        }),
        (ProgramFault::AddsMore, |wanted, got| {
            got.len() > wanted.len() && got.starts_with(wanted)
        }),
        (ProgramFault::OtherBytes, |_, _| true),
    ];
    let found = rules.into_iter().find(|(_, fits)| fits(wanted, got));
    found.map(|(fault, _)| fault)
}

/// What a server makes of a message that does this to each piece.
fn pieced(message: &[u8], change: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    message.chunks(PIECE).flat_map(change).collect()
}

fn without(text: &[u8], letters: &[u8]) -> Vec<u8> {
    text.iter()
        .copied()
        .filter(|byte| !letters.contains(byte))
        .collect()
}

/// What C's functions for texts see of it.
fn until_nul(piece: &[u8]) -> Vec<u8> {
    piece
        .iter()
        .copied()
        .take_while(|byte| *byte != 0)
        .collect()
}

fn trimmed_nuls(text: &[u8]) -> &[u8] {
    let end = text
        .iter()
        .rposition(|byte| *byte != 0)
        .map_or(0, |at| at + 1);
    &text[..end]
}

/// Each short piece was filled up to a whole buffer with something.
fn whole_buffers(wanted: &[u8], got: &[u8]) -> bool {
    let pieces = wanted.len().div_ceil(PIECE);
    got.len() == pieces * PIECE && got.len() > wanted.len() && got.starts_with(wanted)
}

/// Whether it is what a text made of the bytes, and made bytes again, is: some bytes are lost,
/// replaced, or become two.
fn is_text_of(wanted: &[u8], got: &[u8]) -> bool {
    if wanted.is_ascii() {
        return false;
    }
    let ascii = without_high(wanted);
    let lossy = |piece: &[u8]| String::from_utf8_lossy(piece).into_owned().into_bytes();
    let marks = |piece: &[u8]| -> Vec<u8> {
        piece
            .iter()
            .map(|byte| if byte.is_ascii() { *byte } else { b'?' })
            .collect()
    };
    let latin: String = wanted.iter().copied().map(char::from).collect();
    let low = |piece: &[u8]| -> Vec<u8> { piece.iter().map(|byte| byte & 0x7f).collect() };
    ascii == got
        || lossy(wanted) == got
        || pieced(wanted, lossy) == got
        || marks(wanted) == got
        || latin.as_bytes() == got
        || low(wanted) == got
        // The connection ended with the first byte that is no text.
        || (got.is_ascii() && wanted.starts_with(got) && got.len() >= ascii_start(wanted) / PIECE * PIECE
            && got.len() <= ascii_start(wanted))
}

fn without_high(text: &[u8]) -> Vec<u8> {
    text.iter().copied().filter(u8::is_ascii).collect()
}

/// How many bytes at the beginning are ASCII.
fn ascii_start(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii()).count()
}

/// Whether all bytes of `got` are in `wanted`, in this order.
fn is_within(wanted: &[u8], got: &[u8]) -> bool {
    let mut left = wanted.iter();
    got.iter().all(|byte| left.any(|other| other == byte))
}
