//! Standard output, and whether all that was written to it arrived.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::OnceLock;

use crate::repr::escape::printable;

/// Why the first write failed.
static LOST: OnceLock<String> = OnceLock::new();

/// Standard output: what cannot be written is remembered for [`lost`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct StandardOutput;

impl Write for StandardOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        noted(io::stdout().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        noted(io::stdout().flush())
    }
}

/// Passes a result on, and remembers a failure. A reader or a terminal that is gone is none: there
/// is nobody left to tell.
pub(crate) fn noted<T>(written: io::Result<T>) -> io::Result<T> {
    if let Err(error) = &written
        && !matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::Interrupted)
        && !io::stdout().is_terminal()
    {
        LOST.get_or_init(|| {
            let text = error.to_string().to_lowercase();
            let why = text.split(" (os error").next().unwrap_or_default();
            printable(why).into_owned()
        });
    }
    written
}

/// Why something that was to show on standard output did not arrive; none where all of it did.
pub(crate) fn lost() -> Option<&'static str> {
    let _noted = StandardOutput.flush();
    LOST.get().map(String::as_str)
}
