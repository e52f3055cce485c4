//! The terminal's settings (termios(3)), kept while another program has the terminal.

use std::os::fd::RawFd;

const TERMINAL: RawFd = libc::STDIN_FILENO;

/// The settings at one moment; they are put back when this is dropped.
pub(crate) struct TerminalSettings(libc::termios);

impl TerminalSettings {
    /// The settings of standard input; none where it is no terminal.
    pub(crate) fn keep() -> Option<Self> {
        // SAFETY: the structure is plain integers: all zero is a valid one.
        let mut settings: libc::termios = unsafe { std::mem::zeroed() };
        // SAFETY: `settings` is a termios to be written.
        let found = unsafe { libc::tcgetattr(TERMINAL, &raw mut settings) };
        (found == 0).then_some(Self(settings))
    }
}

impl Drop for TerminalSettings {
    fn drop(&mut self) {
        // SAFETY: the settings came from tcgetattr.
        unsafe { libc::tcsetattr(TERMINAL, libc::TCSADRAIN, &raw const self.0) };
    }
}
