//! What happened: a record of every call that a console made, and of every packet that the wire of
//! a private internet carried, kept for whoever draws or lists it.
//!
//! A call is recorded while it is made. [`Tracer::begin`] opens its record where the script calls
//! a function, with the arguments as values; the layers below note on it what they alone know (the
//! descriptor, the addresses of both ends, the bytes, the wait, the lookups within it); and
//! [`Tracer::end`] adds what came of it and hands it to the [`Journal`]. When nobody wants records,
//! each of these is one test.
//!
//! A packet is recorded with [`Journal::add_frame`], from its Ethernet frame; a [`PacketSource`] may
//! keep some back until somebody asks.
//!
//! A picture is drawn from [`Journal::after`]: the records in the order in which the calls ended,
//! from all consoles, from any thread.

mod buffer_levels;
mod call_line;
mod call_record;
mod checksum;
mod clocks;
mod conversation;
mod journal;
mod looked_up;
mod packet;
mod pcapng;
mod seen_packet;
mod state_diagram;
mod tcp_state;
mod traced_socket;
mod tracer;

#[cfg(test)]
mod sample;

pub(crate) use buffer_levels::{BufferLevels, buffer_rows, bytes_of};
pub(crate) use call_line::call_line;
pub(crate) use call_record::{CallError, CallRecord, End, Payload};
pub(crate) use clocks::Clocks;
pub(crate) use conversation::{
    Charset, Ladder, LadderRow, PendingCall, RowContent, SideNote, Tone, TonedText, ladder,
    ladder_svg, ladder_text, plain_text, states_of,
};
pub use journal::Journal;
pub(crate) use journal::{PacketSource, ShowCalls, Wanted};
#[cfg(test)]
pub(crate) use packet::TcpSegment;
pub(crate) use packet::{Card, Frame, PacketContent, PacketReader, PacketRecord};
pub(crate) use pcapng::pcapng;
pub(crate) use seen_packet::{PacketEnd, SeenPacket, seen_packets};
pub(crate) use state_diagram::{next_of, state_diagram};
pub(crate) use tcp_state::TcpState;
pub(crate) use traced_socket::{Choice, last_socket};
pub(crate) use tracer::Tracer;
