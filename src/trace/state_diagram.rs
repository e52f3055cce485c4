//! The diagram of TCP's states, with the way that a connection went.

use super::conversation::{Charset, Tone, TonedText};
use super::tcp_state::TcpState;

/// The states and what leads from one to the next: what a program does, what comes (`<`), and what
/// is sent for it (`>`). A state has room for its mark before it.
const DIAGRAM: &str = "                       CLOSED
        listen        |      |   connect: > SYN
             LISTEN --+      +--  SYN_SENT
  < SYN: > SYN ACK    |      |   < SYN ACK: > ACK
           SYN_RECV --+      |
  < ACK               |      |
                     ESTABLISHED
  close: > FIN        |      |   < FIN: > ACK
          FIN_WAIT1 --+      +--  CLOSE_WAIT
  < ACK               |      |   close: > FIN
          FIN_WAIT2 --+      +--  LAST_ACK
  < FIN: > ACK        |      |   < ACK
          TIME_WAIT --+      |
  some time passes    |      |
                       CLOSED
";

/// The other way, of two that close at the same time.
const CROSSING: &str =
    "  both close at once: FIN_WAIT1, < FIN: > ACK,  CLOSING, < ACK, TIME_WAIT\n";

/// Draws the diagram; the last state of the way is where the connection is now.
pub(crate) fn state_diagram(way: &[TcpState], charset: Charset) -> Vec<Vec<TonedText>> {
    let now = way.last().copied();
    let crossed = way.contains(&TcpState::Closing);
    let all = format!("{DIAGRAM}{}", if crossed { CROSSING } else { "" });
    let ended = now == Some(TcpState::Closed) && way.len() > 1;
    let mut closed = 0;
    all.lines()
        .map(|line| {
            let mut pieces: Vec<TonedText> = Vec::new();
            let words = line.split_inclusive(' ');
            for word in words {
                let name = word.trim_end_matches([' ', ',', ':']);
                match TcpState::from_name(name) {
                    Some(state) => {
                        closed += usize::from(state == TcpState::Closed);
                        let is_end = state == TcpState::Closed && closed > 1;
                        let lit = if is_end { ended } else { way.contains(&state) };
                        let here =
                            now == Some(state) && (state != TcpState::Closed || is_end == ended);
                        mark(&mut pieces, charset, lit, here);
                        let tone = match (lit, here) {
                            (_, true) => Tone::State,
                            (true, _) => Tone::Control,
                            _ => Tone::Frame,
                        };
                        pieces.push((tone, word.into()));
                    }
                    None => pieces.push((Tone::Frame, signs(word, charset))),
                }
            }
            pieces
        })
        .collect()
}

/// The mark before a state, in the place of a blank: where it is, and where it was.
fn mark(pieces: &mut [TonedText], charset: Charset, lit: bool, here: bool) {
    let sign = match (charset, lit, here) {
        (Charset::Unicode, _, true) => '►',
        (Charset::Unicode, true, _) => '●',
        (Charset::Ascii, _, true) => '>',
        (Charset::Ascii, true, _) => '*',
        _ => return,
    };
    if let Some((tone, before)) = pieces.last_mut()
        && before.ends_with(' ')
    {
        before.pop();
        before.push(sign);
        *tone = if here { Tone::State } else { Tone::Control };
    }
}

fn signs(text: &str, charset: Charset) -> String {
    if charset == Charset::Ascii {
        return text.into();
    }
    let lines = text.replace("--+", "──┤").replace("+--", "├──");
    lines.replace('|', "│").replace('<', "◄").replace('>', "►")
}

/// What comes next, and who has to do something for it.
pub(crate) fn next_of(state: TcpState) -> &'static str {
    match state {
        TcpState::Closed => {
            "Nothing is open. `connect` makes a connection; `bind` and `listen` make a server."
        }
        TcpState::Listen => {
            "It waits for callers. Each SYN makes a new connection, which `accept` gives you."
        }
        TcpState::SynSent => {
            "SYN is sent. The peer's SYN ACK opens the connection, RST says that nobody listens there."
        }
        TcpState::SynReceived => "The caller's ACK completes the handshake.",
        TcpState::Established => {
            "Both sides may send. Your `close` sends FIN (FIN_WAIT1); the peer's FIN makes it \
             CLOSE_WAIT, and `recv` then gives b\"\"."
        }
        TcpState::FinWait1 => "Our FIN is on its way. The peer's ACK makes it FIN_WAIT2.",
        TcpState::FinWait2 => {
            "We are done, the peer is not: it may still send. Its FIN, when it closes, makes it \
             TIME_WAIT."
        }
        TcpState::Closing => "Both closed at once. The peer's ACK of our FIN makes it TIME_WAIT.",
        TcpState::TimeWait => {
            "We closed first, so we wait for a minute, lest late packets reach a new connection. The \
             address is held that long; SO_REUSEADDR lets a server bind it again."
        }
        TcpState::CloseWait => {
            "The peer has closed. It waits for us: `close` sends our FIN and makes it LAST_ACK."
        }
        TcpState::LastAck => "Our FIN is on its way. The peer's ACK ends the connection.",
    }
}

#[cfg(test)]
mod tests {
    use super::{next_of, state_diagram};
    use crate::trace::conversation::{Charset, TonedText, plain_text};
    use crate::trace::tcp_state::TcpState;

    fn drawn(way: &[TcpState], charset: Charset) -> String {
        let lines: Vec<Vec<TonedText>> = state_diagram(way, charset);
        plain_text(&lines)
    }

    #[test]
    fn the_way_is_marked_and_where_it_is() {
        let way = [TcpState::Closed, TcpState::SynSent, TcpState::Established];
        let text = drawn(&way, Charset::Ascii);
        assert!(text.is_ascii());
        assert!(
            text.starts_with("                      *CLOSED\n"),
            "{text}"
        );
        for part in [">ESTABLISHED", "*SYN_SENT", " LISTEN", " CLOSE_WAIT"] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
        assert!(!text.contains("*CLOSE_WAIT"), "{text}");
        assert!(text.ends_with("                       CLOSED\n"), "{text}");
    }

    #[test]
    fn a_way_that_has_ended_is_marked_at_its_end() {
        let way = [TcpState::Closed, TcpState::LastAck, TcpState::Closed];
        let text = drawn(&way, Charset::Unicode);
        assert!(
            text.starts_with("                      ●CLOSED\n"),
            "{text}"
        );
        assert!(text.ends_with("                      ►CLOSED\n"), "{text}");
    }

    #[test]
    fn every_state_is_in_the_picture_and_says_what_comes_next() {
        for state in TcpState::ALL {
            let way = [TcpState::Closing, state];
            assert!(drawn(&way, Charset::Ascii).contains(&format!(">{}", state.name())));
            assert!(next_of(state).ends_with('.'));
        }
    }
}
