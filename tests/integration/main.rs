//! What a person sees of the program: the real binaries, run from outside.

mod architecture;
mod authoring;
mod broken;
mod builder;
mod command_line;
mod commands;
mod consoles;
mod course;
mod documentation;
mod editor;
mod every_wait;
mod exercises;
mod files;
mod homework;
mod hostile;
mod interrupt;
mod lessons;
mod limits;
mod output;
mod packet_lessons;
mod pictures;
mod port_in_use;
mod private_internet;
mod progress;
mod prompt;
mod readme;
mod screen_file;
mod screens;
mod screens_of_consoles;
mod screens_of_editing;
mod slips;
mod strangers;
mod terminal;
mod tutor;
mod tutor_course;
mod two_programs;
mod verdicts;
mod waiting_calls;

#[path = "../support/hostile.rs"]
mod hostile_pieces;
#[path = "../support/machine.rs"]
mod machine;
