//! What a person sees and hears of: screen, pager, Markdown, layout, and text above the edited line.

pub mod layout;
pub mod markdown;
pub mod notices;
mod pager;
pub mod screen;
