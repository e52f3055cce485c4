//! What a person sees of the program: the real binaries, run from outside.

mod architecture;
mod builder;
mod command_line;
mod documentation;
mod interrupt;
mod lessons;
mod progress;
mod prompt;
mod terminal;
mod tutor;
mod two_programs;
