//! Starting a program as a server: its port is made free, and it is waited for until it listens.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use super::port_state::PortState;
use super::turn::PortTurn;
use super::{LOOK, Pause, Program, ProgramEnd, port_state};
use crate::net::error::{Cause, Fault};
use crate::net::network::Network;
use crate::net::port_owner;
use crate::net::sys::numbers;

/// How long a server may take until it listens, as a rule.
const START: Duration = Duration::from_secs(20);
/// How long one that listens elsewhere may go on to do so.
const ELSEWHERE: Duration = Duration::from_secs(3);
/// How long the system may take to free the port of a program that was killed.
const LETTING_GO: Duration = Duration::from_secs(1);
/// How long the system keeps the port of an ended connection: a minute, and some more.
const FORGETTING: Duration = Duration::from_secs(75);
/// How long another check may have the port.
const ANOTHER_CHECK: Duration = Duration::from_mins(5);
/// Between two searches for the ports of a program that does not listen where it should.
const SEEK: Duration = Duration::from_millis(200);
/// Between two looks at what takes long.
const SLOW_LOOK: Duration = Duration::from_millis(50);
/// A wait is worth a word from here on.
const WORD: Duration = Duration::from_millis(1500);

/// Why a program that was started as a server does not listen on its port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StartFailure {
    /// It was not run: somebody else has the port, or what ended keeps it.
    PortTaken,
    /// It could not be started at all.
    NoProgram,
    /// It ended before.
    Ended {
        /// How.
        ended: ProgramEnd,
        /// Ended connections hold the port, which a socket with SO_REUSEADDR would have got.
        needed_reuse: bool,
    },
    /// It listens, but there.
    Elsewhere(Vec<SocketAddr>),
    /// It was not run again: connections of its own last run hold the port, for which it had not
    /// set SO_REUSEADDR.
    KeepsPort,
    /// It runs and does not listen.
    Silent,
}

impl Program {
    /// How long a start may take from now on, in place of [`START`].
    pub(crate) fn set_patience(&self, patience: Duration) {
        self.lock().patience = Some(patience);
    }

    /// What a start waits for now, where it has waited so long that a person should hear of it.
    pub(crate) fn awaited(&self) -> Option<String> {
        let state = self.lock();
        let (what, since) = state.awaited.as_ref()?;
        (since.elapsed() >= WORD).then(|| what.clone())
    }

    /// Waits until no other check uses this port, and keeps it for this one. Errors: EADDRINUSE
    /// when the other one takes minutes.
    pub(crate) fn take_turn(
        &self,
        tables: &Path,
        port: u16,
        pause: Pause<'_>,
    ) -> Result<(), Fault> {
        if self.lock().turn.as_ref().is_some_and(|turn| turn.0 == port) {
            return Ok(());
        }
        let wait = format!("another check uses port {port}: waiting for its end");
        let begun = Instant::now();
        loop {
            if let Some(turn) = PortTurn::take(tables, port) {
                self.lock().turn = Some((port, turn));
                return Ok(());
            }
            if begun.elapsed() >= ANOTHER_CHECK {
                let note = format!(
                    "another check has used port {port} for {} minutes; end it and try again",
                    ANOTHER_CHECK.as_secs() / 60
                );
                return Err(Cause::Os(numbers::EADDRINUSE).noting(note));
            }
            self.awaiting(&wait, SLOW_LOOK, pause)?;
        }
    }

    /// Lets others have the port.
    pub(crate) fn leave_turn(&self) {
        self.lock().turn = None;
    }

    /// Starts it as a server and waits until it listens on `port`, for 20 seconds at most.
    ///
    /// The kernel's table tells, and whose sockets they are; a connection only to try would count
    /// as a client. `descriptors` is how many it may have open. Errors: EADDRINUSE when somebody
    /// else listens there, EBUSY when it runs already, ENOENT and EACCES of the program itself; and
    /// why it does not listen, in words.
    pub(crate) fn start(
        &self,
        network: &dyn Network,
        port: u16,
        descriptors: Option<u32>,
        pause: Pause<'_>,
    ) -> Result<(), Fault> {
        {
            let mut state = self.lock();
            (state.port, state.failure) = (None, Some(StartFailure::PortTaken));
        }
        let tables = network.socket_tables();
        self.take_turn(&tables, port, pause)?;
        make_way(&tables, port, pause)?;
        if self.lock().listened && port_state::ask(network, port) == PortState::Held {
            // Nobody could have it now. Before its first run, such a port was waited for.
            let failure = StartFailure::KeepsPort;
            self.lock().failure = Some(failure.clone());
            return Err(failure.told(port, self.patience()));
        }
        self.start_on(network, port, descriptors, pause)
    }

    /// Starts it as [`Program::start`] does, so that a check can begin: whatever holds the port is
    /// waited for.
    pub(crate) fn start_anew(
        &self,
        network: &dyn Network,
        port: u16,
        pause: Pause<'_>,
    ) -> Result<(), Fault> {
        {
            let mut state = self.lock();
            (state.port, state.failure) = (None, Some(StartFailure::PortTaken));
        }
        let tables = network.socket_tables();
        self.take_turn(&tables, port, pause)?;
        make_way(&tables, port, pause)?;
        self.start_on(network, port, None, pause)
    }

    fn start_on(
        &self,
        network: &dyn Network,
        port: u16,
        descriptors: Option<u32>,
        pause: Pause<'_>,
    ) -> Result<(), Fault> {
        let usable = [PortState::Free, PortState::OnlyWithReuse];
        let before = self.until_forgotten(network, port, &usable, pause)?;
        self.attempt(network, port, descriptors, pause)?;
        let told = self.lock().failure.clone();
        let Some(mut failure) = told else {
            return Ok(());
        };
        if let StartFailure::Ended {
            ended,
            needed_reuse,
        } = &mut failure
            && before == PortState::OnlyWithReuse
        {
            // One that listened before, and now ends without a word, has met what holds the port.
            let listened = self.lock().listened;
            *needed_reuse = ended.says_address_in_use() || (listened && ended.says_nothing());
            if !*needed_reuse && ended.says_nothing() {
                // It may be the ended connections, and it may be something else: without them it
                // shows.
                self.until_forgotten(network, port, &[PortState::Free], pause)?;
                self.attempt(network, port, descriptors, pause)?;
                *needed_reuse = self.lock().failure.is_none();
                self.end();
            }
            let mut state = self.lock();
            (state.port, state.failure) = (None, Some(failure.clone()));
        }
        Err(failure.told(port, self.patience()))
    }

    /// One start; how it went is in the state. Errors: those of the program itself, and of `pause`.
    fn attempt(
        &self,
        network: &dyn Network,
        port: u16,
        descriptors: Option<u32>,
        pause: Pause<'_>,
    ) -> Result<(), Fault> {
        self.lock().failure = Some(StartFailure::NoProgram);
        self.launch(network, &[], descriptors, false)?;
        let tables = network.socket_tables();
        let begun = Instant::now();
        let patience = self.patience();
        let wait = format!(
            "waiting until the program listens on port {port}, for {} s at most",
            patience.as_secs_f64()
        );
        let mut sought = begun;
        let mut elsewhere: Option<(Vec<SocketAddr>, Instant)> = None;
        let failure = loop {
            if listens(&tables, port) && self.is_own(&tables, port) {
                break None;
            }
            if let Some(ended) = self.reap_if_ended() {
                let needed_reuse = false;
                break Some(StartFailure::Ended {
                    ended,
                    needed_reuse,
                });
            }
            // To ask every process for its sockets takes long.
            if sought.elapsed() >= SEEK {
                sought = Instant::now();
                let others = self.listens_at(&tables);
                let since = elsewhere.as_ref().map_or(sought, |found| found.1);
                elsewhere = (!others.is_empty()).then_some((others, since));
            }
            let late = elsewhere
                .as_ref()
                .is_some_and(|found| found.1.elapsed() >= ELSEWHERE);
            if late || begun.elapsed() >= patience {
                self.end();
                let silent = StartFailure::Silent;
                break Some(elsewhere.map_or(silent, |found| StartFailure::Elsewhere(found.0)));
            }
            if let Err(cause) = self.awaiting(&wait, LOOK, pause) {
                self.end();
                return Err(cause.into());
            }
        };
        let mut state = self.lock();
        state.awaited = None;
        state.port = failure.is_none().then_some(port);
        state.listened |= failure.is_none();
        state.failure = failure;
        Ok(())
    }

    /// Whether it is this program that listens there; where the system does not tell, it is.
    fn is_own(&self, tables: &Path, port: u16) -> bool {
        port_owner::listens(tables, port).is_none()
            || self
                .listens_at(tables)
                .iter()
                .any(|address| address.port() == port)
    }

    /// Waits until the system has forgotten the ended connections that keep the port from being one
    /// of `states`.
    fn until_forgotten(
        &self,
        network: &dyn Network,
        port: u16,
        states: &[PortState],
        pause: Pause<'_>,
    ) -> Result<PortState, Fault> {
        let wait = format!(
            "ended connections of an earlier program hold port {port}: waiting until the system \
             has forgotten them, a minute at most"
        );
        let begun = Instant::now();
        loop {
            let state = port_state::ask(network, port);
            if states.contains(&state) {
                self.lock().awaited = None;
                return Ok(state);
            }
            if begun.elapsed() >= FORGETTING {
                return Err(taken(&network.socket_tables(), port));
            }
            self.awaiting(&wait, SLOW_LOOK, pause)?;
        }
    }

    fn patience(&self) -> Duration {
        self.lock().patience.unwrap_or(START)
    }

    /// Lets time pass, and tells those who ask what for.
    fn awaiting(&self, what: &str, time: Duration, pause: Pause<'_>) -> Result<(), Cause> {
        {
            let awaited = &mut self.lock().awaited;
            if awaited.as_ref().is_none_or(|(told, _)| told != what) {
                *awaited = Some((what.into(), Instant::now()));
            }
        }
        let passed = pause(time);
        if passed.is_err() {
            self.lock().awaited = None;
        }
        passed
    }
}

impl StartFailure {
    /// The failure in words, and what to do.
    fn told(&self, port: u16, patience: Duration) -> Fault {
        let mend = format!("`bind` it to 127.0.0.1 port {port}, then `listen`");
        match self {
            Self::PortTaken | Self::NoProgram => {
                Cause::Unknown(format!("the program was not run on port {port}")).into()
            }
            Self::Ended {
                ended,
                needed_reuse,
            } => {
                let cause = Cause::Unknown(format!(
                    "the program {} before it listened on port {port}",
                    ended.in_words()
                ));
                if *needed_reuse {
                    cause.noting(
                        "an ended connection still holds the port: set `SO_REUSEADDR` before `bind`",
                    )
                } else {
                    cause.into()
                }
            }
            Self::Elsewhere(addresses) => {
                let mut ports: Vec<String> = addresses
                    .iter()
                    .map(|address| address.port().to_string())
                    .collect();
                ports.dedup();
                Cause::Unknown(format!(
                    "the program listens on port {}, not on port {port}",
                    ports.join(" and ")
                ))
                .noting(mend)
            }
            Self::KeepsPort => Cause::Unknown(format!(
                "the program cannot be started again: an ended connection still holds port {port}"
            ))
            .noting("set `SO_REUSEADDR` before `bind`"),
            Self::Silent => Cause::Unknown(format!(
                "the program does not listen on port {port}, not within {} seconds",
                patience.as_secs_f64()
            ))
            .noting(mend),
        }
    }
}

impl ProgramEnd {
    /// Whether what it wrote says that its address was in use, as the languages put it.
    fn says_address_in_use(&self) -> bool {
        let wrote =
            [&self.stdout, &self.stderr].map(|text| String::from_utf8_lossy(text).to_lowercase());
        let words = ["eaddrinuse", "address already in use", "address in use"];
        wrote
            .iter()
            .any(|text| words.iter().any(|word| text.contains(word)))
    }

    /// Whether it ended without a word about why.
    fn says_nothing(&self) -> bool {
        self.stderr.is_empty()
    }
}

/// Waits until nobody listens on the port; the error says who does.
fn make_way(tables: &Path, port: u16, pause: Pause<'_>) -> Result<(), Fault> {
    let begun = Instant::now();
    // What was killed a moment ago may still be letting go of it.
    while listens(tables, port) {
        if begun.elapsed() >= LETTING_GO {
            return Err(taken(tables, port));
        }
        pause(LOOK)?;
    }
    Ok(())
}

/// Who has the port, and what to do: the exercise says which one it is, there is no other to choose.
fn taken(tables: &Path, port: u16) -> Fault {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let note =
        port_owner::note(tables, address, (true, false), "and try again").unwrap_or_else(|| {
            format!("port {port} is taken: end the program that holds it, and try again")
        });
    Cause::Os(numbers::EADDRINUSE).noting(note)
}

/// Whether somebody listens on the port; where the system does not tell, a connection does.
fn listens(tables: &Path, port: u16) -> bool {
    port_owner::listens(tables, port).unwrap_or_else(|| {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_ok()
    })
}
