//! Symptoms as programs show them, and the fault that each tells.

use super::{Language, ProgramFault, Symptoms};
use crate::net::process::{ProgramEnd, StartFailure};
use crate::script::failure::Evidence;

fn evidence(sent: &[u8], got: &[u8], seen: &str) -> Evidence {
    Evidence {
        sent: Some(sent.to_vec()),
        expected: None,
        got: Some(got.to_vec()),
        seen: Some(seen.to_string()).filter(|seen| !seen.is_empty()),
    }
}

fn ended(code: Option<i32>, signal: Option<i32>, stderr: &str) -> ProgramEnd {
    ProgramEnd {
        code,
        signal,
        killed: false,
        stdout: Vec::new(),
        stderr: stderr.into(),
    }
}

#[track_caller]
fn assert_tells(sent: &[u8], got: &[u8], seen: &str, fault: ProgramFault) {
    let evidence = evidence(sent, got, seen);
    let symptoms = Symptoms {
        evidence: Some(&evidence),
        ..Symptoms::default()
    };
    assert_eq!(symptoms.fault(), Some(fault), "{sent:?} {got:?} {seen}");
}

#[test]
fn bytes_tell_what_was_done_to_them() {
    let all: Vec<u8> = (0..=255).collect();
    let cases: [(&[u8], &[u8], ProgramFault); 19] = [
        (b"Hi there", b"Hi ther", ProgramFault::DropsLast),
        (b"Hi there", b"i there", ProgramFault::DropsFirst),
        (b"Hi there", b"HI THERE", ProgramFault::ChangesLetters),
        (b"Hi there", b"Hi there\n", ProgramFault::AddsNewline),
        (b"Hi there", b"Hi there\r\n", ProgramFault::AddsNewline),
        (b"Hi there", b"Hi there\0", ProgramFault::AddsNul),
        (
            b"Hi there",
            b"Hi there\0\0\0\0\0\0\0\0",
            ProgramFault::AddsNul,
        ),
        (
            b"Hi there",
            b"Hi thereXY\x7f\x01\0\0\0\x02",
            ProgramFault::WholeBuffer,
        ),
        (b"Hi there", b"b'Hi there'", ProgramFault::ShowsBytes),
        (b"Hi there", b"Hi thereHi there", ProgramFault::Doubles),
        (b"Hi there", b"ereht iH", ProgramFault::Reverses),
        (b"Hi there", b"echo: Hi there", ProgramFault::AddsInFront),
        (b"Hi there", b"", ProgramFault::Nothing),
        (b"a\r\nb\r\n", b"a\nb\n", ProgramFault::ChangesNewlines),
        (b" a\r\n ", b"a", ProgramFault::Strips),
        (b"a zero\0", b"a zero", ProgramFault::StopsAtNul),
        (
            b"This message is much longer",
            b"This message is ",
            ProgramFault::OnePiece,
        ),
        (b"abcdefgh", b"abzzzzgh", ProgramFault::OtherBytes),
        (&all, &all[..128], ProgramFault::MakesText),
    ];
    for (sent, got, fault) in cases {
        assert_tells(sent, got, "", fault);
    }
    let lossy = String::from_utf8_lossy(&all).into_owned();
    assert_tells(&all, lossy.as_bytes(), "", ProgramFault::MakesText);
    let long = vec![b'x'; 1 << 20];
    assert_tells(&long, &long[..1_000_000], "", ProgramFault::LosesLong);
    assert_tells(&long, &long[..16], "", ProgramFault::OnePiece);
}

#[test]
fn what_was_seen_tells_what_bytes_do_not() {
    assert_tells(b"Hi there", b"", "silent", ProgramFault::Silent);
    assert_tells(b"Hi there", b"Hi there", "open", ProgramFault::KeepsOpen);
    assert_tells(b"", b"", "open", ProgramFault::KeepsOpen);
    assert_tells(
        b"Hi there",
        b"HI THERE",
        "open",
        ProgramFault::ChangesLetters,
    );
    assert_tells(b"one", b"", "held", ProgramFault::HoldsBack);
    assert_tells(
        &[b'x'; 24],
        &[b'x'; 16],
        "silent",
        ProgramFault::OnlyFullPieces,
    );
    assert_tells(b"", b"", "no-log", ProgramFault::NoLog);
    let evidence = evidence(b"Hi", b"", "silent");
    let later = Symptoms {
        evidence: Some(&evidence),
        served: true,
        ..Symptoms::default()
    };
    assert_eq!(later.fault(), Some(ProgramFault::ServesNoMore));
}

#[test]
fn an_end_and_last_words_weigh_more_than_bytes() {
    let evidence = evidence(b"Hi there", b"", "silent");
    let traceback = "Traceback (most recent call last):\n  File \"x.py\"\nUnicodeDecodeError: 'utf-8' \
                     codec can't decode byte 0x80\n";
    let cases = [
        (ended(None, Some(13), ""), "", ProgramFault::DiesOfSigpipe),
        (ended(None, Some(11), ""), "", ProgramFault::WrongMemory),
        (ended(Some(0), None, ""), "", ProgramFault::EndsByItself),
        (ended(Some(1), None, ""), traceback, ProgramFault::MakesText),
        (ended(Some(1), None, ""), "oh no\n", ProgramFault::Crashes),
        (
            ended(Some(1), None, ""),
            "error: recv: connection reset by peer (ECONNRESET)\n",
            ProgramFault::DiesOfBrokenClient,
        ),
    ];
    for (ended, wrote, fault) in cases {
        let symptoms = Symptoms {
            evidence: Some(&evidence),
            ended: Some(&ended),
            wrote,
            ..Symptoms::default()
        };
        assert_eq!(symptoms.fault(), Some(fault), "{wrote}");
    }
    // A log that speaks of a broken connection is no fault.
    let logged = Symptoms {
        evidence: Some(&evidence),
        wrote: "lost: [Errno 104] Connection reset by peer\n",
        ..Symptoms::default()
    };
    assert_eq!(logged.fault(), Some(ProgramFault::Silent));
}

#[test]
fn a_program_that_does_not_listen_is_told_by_how_it_went() {
    let tells = |start: &StartFailure| {
        let start = Some(start);
        Symptoms {
            start,
            ..Symptoms::default()
        }
        .fault()
    };
    let of_end = |ended: ProgramEnd, needed_reuse| StartFailure::Ended {
        ended,
        needed_reuse,
    };
    let failed = of_end(ended(Some(1), None, "oh"), true);
    assert_eq!(tells(&failed), Some(ProgramFault::NoReuse));
    assert_eq!(
        tells(&of_end(ended(Some(0), None, ""), false)),
        Some(ProgramFault::NoLoop)
    );
    let syntax = "  File \"x.py\", line 3\nSyntaxError: '(' was never closed\n";
    let failed = of_end(ended(Some(1), None, syntax), false);
    assert_eq!(tells(&failed), Some(ProgramFault::CannotBeRead));
    let failed = of_end(ended(Some(1), None, "ModuleNotFoundError: x"), false);
    assert_eq!(tells(&failed), Some(ProgramFault::EndsAtStart));
    assert_eq!(
        tells(&StartFailure::Silent),
        Some(ProgramFault::NeverListens)
    );
    assert_eq!(
        tells(&StartFailure::Elsewhere(Vec::new())),
        Some(ProgramFault::OtherPort)
    );
    assert_eq!(tells(&StartFailure::PortTaken), None);
}

#[test]
fn the_first_cause_explains_what_any_broken_echo_shows() {
    assert!(ProgramFault::KeepsOpen.explains(ProgramFault::KeepsOpen));
    assert!(ProgramFault::ChangesLetters.explains(ProgramFault::HoldsBack));
    assert!(ProgramFault::OtherAddress.explains(ProgramFault::Refuses));
    assert!(!ProgramFault::NoLog.explains(ProgramFault::Silent));
    assert!(!ProgramFault::DropsLast.explains(ProgramFault::SwallowsCtrlC));
}

#[test]
fn advice_is_in_the_programs_own_language() {
    let told = |language| ProgramFault::KeepsOpen.advice(language);
    assert!(told(Language::Rhai).ends_with("`if piece.len == 0 { break; }, then conn.close()`"));
    assert!(told(Language::Python).contains("if not piece: break"));
    assert!(told(Language::C).contains("close(conn)"));
    assert!(told(Language::Node).contains("socket.on('end'"));
    assert!(told(Language::Go).contains("io.EOF"));
    assert!(told(Language::Java).contains("read gives -1"));
    assert!(!told(Language::Other).contains(": `"));
}

#[test]
fn every_fault_has_a_word_of_its_own_that_a_check_may_throw() {
    for (at, fault) in ProgramFault::ALL.iter().enumerate() {
        assert_eq!(ProgramFault::of_word(fault.word()), Some(*fault));
        assert!(
            ProgramFault::ALL[..at]
                .iter()
                .all(|other| other.word() != fault.word())
        );
    }
}
