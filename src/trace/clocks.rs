//! The system's clock beside this process's: packets and files have the one, calls the other.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Clocks that were read within this time were read together.
const TOGETHER: Duration = Duration::from_micros(5);
/// How often they are read anew for that.
const TRIES: usize = 5;

/// A clock of this process and the system's, read together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clocks {
    here: Instant,
    system: SystemTime,
}

impl Clocks {
    /// Both clocks now.
    pub(crate) fn now() -> Self {
        let read = || {
            let (here, system) = (Instant::now(), SystemTime::now());
            (here.elapsed(), Self { here, system })
        };
        let (mut apart, mut best) = read();
        for _ in 1..TRIES {
            if apart < TOGETHER {
                break;
            }
            let (now, clocks) = read();
            if now < apart {
                (apart, best) = (now, clocks);
            }
        }
        best
    }

    /// The moment so long after 1970, on the clock of this process.
    pub(crate) fn instant(&self, since_1970: Duration) -> Instant {
        match self.system.duration_since(UNIX_EPOCH + since_1970) {
            Ok(ago) => self.here.checked_sub(ago).unwrap_or(self.here),
            Err(ahead) => self.here + ahead.duration(),
        }
    }

    /// How long after 1970 a moment was, on the system's clock.
    pub(crate) fn since_1970(&self, at: Instant) -> Duration {
        let ago = self.here.saturating_duration_since(at);
        let now = self.system.duration_since(UNIX_EPOCH).unwrap_or_default();
        (now + at.saturating_duration_since(self.here)).saturating_sub(ago)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Clocks;

    #[test]
    fn a_moment_is_the_same_on_both_clocks() {
        let clocks = Clocks::now();
        let at = clocks
            .here
            .checked_sub(Duration::from_millis(1_500))
            .unwrap();
        assert_eq!(clocks.instant(clocks.since_1970(at)), at);
    }
}
