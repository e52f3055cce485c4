//! What a person sees and hears of: screen, pager, Markdown, wrapping, layout, and text above the edited line.

pub(crate) mod layout;
pub(crate) mod markdown;
pub(crate) mod notices;
pub(crate) mod output;
mod pager;
pub(crate) mod painting;
pub(crate) mod screen;
pub(crate) mod wrap;
