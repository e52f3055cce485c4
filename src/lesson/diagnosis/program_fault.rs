//! The faults that programs of the exercises have, each in words.

use super::Symptoms;
use crate::net::numbers;

macro_rules! faults {
    ($($name:ident $word:literal $says:literal;)*) => {
        /// What can be wrong with a server or a client.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is told by its words in the table")]
        pub(crate) enum ProgramFault { $($name,)* }

        impl ProgramFault {
            /// Every fault.
            #[cfg(test)]
            pub(super) const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its word, by which a check may name it and reports for machines do.
            pub(crate) fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The fault of this word.
            pub(super) fn of_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$name),)* _ => None }
            }

            fn in_words(self) -> &'static str {
                match self { $(Self::$name => $says,)* }
            }
        }
    };
}

faults! {
    // It does not listen as it should.
    CannotBeRead "cannot-be-read" "the program cannot be run as it is written";
    EndsAtStart "ends-at-start" "an error ended the program before it listened";
    NoLoop "no-loop" "the program ended, all its work done, before anybody could call";
    ForeignAddress "foreign-address" "the program binds an address that is not this machine's";
    NoReuse "no-reuse" "it does not set SO_REUSEADDR before `bind`";
    OtherPort "other-port" "it listens on another port";
    NeverListens "never-listens" "it never listens";
    OtherAddress "other-address" "it listens on another address than 127.0.0.1";
    Refuses "refuses" "nobody listens there any more";
    // What comes back is not what was sent.
    Nothing "nothing" "nothing comes back";
    LosesLong "loses-long" "a part of a long message is lost";
    AddsNewline "adds-newline" "an end of a line is added";
    AddsNul "adds-nul" "a zero byte is added at the end";
    WholeBuffer "whole-buffer" "the whole buffer is sent, not just what was received";
    ShowsBytes "shows-bytes" "what is sent is how the language shows bytes, not the bytes";
    Doubles "doubles" "everything comes twice";
    Reverses "reverses" "the bytes come in reverse order";
    AddsInFront "adds-in-front" "something is put in front";
    ChangesLetters "changes-letters" "letters are changed: small ones and capitals";
    ChangesNewlines "changes-newlines" "the ends of lines are changed";
    StopsAtNul "stops-at-nul" "zero bytes are lost: they are taken for the end of a text";
    Strips "strips" "blanks and ends of lines at the edges are stripped off";
    MakesText "makes-text" "the bytes are made a text, and some bytes are none";
    DropsLast "drops-last" "the last byte is missing";
    DropsFirst "drops-first" "the first byte is missing";
    OnePiece "one-piece" "only the beginning comes: a piece is taken for the whole message";
    LosesPieces "loses-pieces" "bytes are missing in between";
    AddsMore "adds-more" "more comes than was sent";
    OtherBytes "other-bytes" "other bytes come than were sent";
    OnlyFullPieces "only-full-pieces" "only full pieces of 16 bytes come back: the rest is waited for";
    // When it comes, and how it ends.
    Silent "silent" "it takes the connection and says nothing";
    HoldsBack "holds-back" "it holds everything back until the message has ended";
    KeepsOpen "keeps-open" "it does not close the connection when the message has ended";
    BreaksOff "breaks-off" "it breaks the connection off with bytes still unread";
    // What becomes of the program.
    EndsByItself "ends-by-itself" "the program ended by itself: a server goes on when a client has left";
    Crashes "crashes" "an error ended the program";
    DiesOfBrokenClient "dies-of-broken-client" "a client that broke off ended the whole program";
    StumblesAtTheEnd "stumbles-at-the-end" "it takes for granted that `recv` gives at least one byte";
    DiesOfSigpipe "dies-of-sigpipe" "SIGPIPE ended it: it sent to a client that had left";
    WrongMemory "wrong-memory" "a wrong use of memory ended it";
    Killed "killed" "a signal ended it";
    Leaks "leaks" "it keeps a descriptor open for each client that has left";
    NoLog "no-log" "it writes no log";
    SwallowsCtrlC "swallows-ctrl-c" "it runs on after Ctrl-C";
    DiesOfCtrlC "dies-of-ctrl-c" "Ctrl-C kills it: it does not end by itself";
    CtrlCIsError "ctrl-c-is-error" "it ends with an error after Ctrl-C";
    // One client and the others.
    ServesNoMore "serves-no-more" "it served clients before, and serves no more";
    HeldUp "held-up" "a client that does not read holds it up for ever";
    OthersWait "others-wait" "one client that says nothing holds up the others";
    OthersWaitToo "others-wait-for-reader" "one client that does not read holds up the others";
    ClosesOthers "closes-others" "a client that breaks off takes the others with it";
    Mixes "mixes" "clients get each other's bytes";
    LosesOfSlow "loses-of-slow" "bytes for a client that reads slowly are lost";
    Spins "spins" "it uses the processor while nobody says anything";
    // The client.
    NoCall "no-call" "it does not connect to 127.0.0.1 port 10000";
    SendsNothing "sends-nothing" "it connects, and sends nothing or not all";
    NeverEnds "never-ends" "it does not end: it waits for an end that the server waits for as well";
    PrintsMessage "prints-message" "it prints what it sent, not what came back";
    PrintsNothing "prints-nothing" "it prints nothing";
    PrintsMore "prints-more" "it prints more than the reply";
    RunsOn "runs-on" "it does not end when the whole reply is there";
    ErrorAtEnd "error-at-end" "it ends with an error";
}

impl ProgramFault {
    /// The fault of a program that this signal ended unasked.
    pub(super) fn of_signal(signal: i32) -> Self {
        match signal {
            numbers::SIGPIPE => Self::DiesOfSigpipe,
            numbers::SIGSEGV | numbers::SIGABRT | numbers::SIGBUS => Self::WrongMemory,
            _ => Self::Killed,
        }
    }

    /// The fault in words, with what the symptoms add.
    pub(crate) fn says(self, symptoms: &Symptoms<'_>) -> String {
        let of_program = match self {
            Self::CannotBeRead
            | Self::EndsAtStart
            | Self::Crashes
            | Self::MakesText
            | Self::StumblesAtTheEnd
            | Self::DiesOfBrokenClient
            | Self::ErrorAtEnd => last_error(symptoms.wrote),
            _ => None,
        };
        match of_program {
            Some(line) => format!("{} (`{line}`)", self.in_words()),
            None => self.in_words().into(),
        }
    }

    /// Whether another fault, found later, comes of this one: it is the same, or it is one that
    /// any program shows whose echo is broken.
    pub(crate) fn explains(self, later: Self) -> bool {
        self == later || (self.breaks_the_echo() && later.is_vague())
    }

    /// Nothing that needs an echo can be right with it.
    fn breaks_the_echo(self) -> bool {
        !matches!(
            self,
            Self::NoLog
                | Self::SwallowsCtrlC
                | Self::DiesOfCtrlC
                | Self::CtrlCIsError
                | Self::Leaks
                | Self::Spins
                | Self::NoReuse
                | Self::OtherPort
                | Self::NeverListens
        )
    }

    /// It says what was seen rather than why.
    fn is_vague(self) -> bool {
        matches!(
            self,
            Self::Refuses
                | Self::Nothing
                | Self::Silent
                | Self::LosesLong
                | Self::OnePiece
                | Self::LosesPieces
                | Self::OtherBytes
                | Self::AddsMore
                | Self::BreaksOff
                | Self::HoldsBack
                | Self::KeepsOpen
                | Self::HeldUp
                | Self::OthersWait
                | Self::OthersWaitToo
                | Self::ServesNoMore
                | Self::ClosesOthers
                | Self::Mixes
                | Self::LosesOfSlow
                | Self::EndsByItself
                | Self::Crashes
                | Self::NoLog
                | Self::Spins
                | Self::Leaks
                | Self::OnlyFullPieces
                | Self::MakesText
                | Self::Strips
                | Self::StopsAtNul
                | Self::RunsOn
                | Self::PrintsNothing
                | Self::ErrorAtEnd
        )
    }
}

/// The line that names the error among a program's last words.
fn last_error(wrote: &str) -> Option<String> {
    const LONGEST: usize = 90;
    let is_error = |line: &&str| {
        let word = line.split([':', ' ']).next().unwrap_or_default();
        word.ends_with("Error")
            || word.ends_with("Exception")
            || word == "panic"
            || line.starts_with("error: ")
            || line.starts_with("Exception in thread")
    };
    let line = wrote.lines().rev().map(str::trim).find(is_error)?;
    Some(line.chars().take(LONGEST).collect())
}
