//! Reports: each format is one file behind one trait, all fed by the same events.

mod checks;
mod text;

pub use checks::Checks;
pub use text::Text;

use super::event::Event;

/// Draws a report.
pub trait Report {
    /// Takes the next event.
    fn event(&mut self, event: &Event<'_>);
}
