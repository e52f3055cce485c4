//! Packets as a pcapng file, which Wireshark opens: with the names that were looked up, and a comment
//! on each packet that a call caused.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use pcap_file::DataLink;
use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption};
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption, InterfaceTsResolution,
};
use pcap_file::pcapng::blocks::name_resolution::{
    Ipv4Record, Ipv6Record, NameResolutionBlock, Record,
};
use pcap_file::pcapng::blocks::opt_common::CommonOption;

use super::call_line::call_text;
use super::looked_up::names;
use super::packet::PacketContent;
use super::{CallRecord, Card, Clocks, End, PacketRecord};

/// The names of the learner's cards, in the order of their numbers in the file.
const CARDS: [&str; 2] = ["eth0", "lo"];

/// The bytes of the file, with the packets in the order of their times.
pub(crate) fn pcapng(
    calls: &[Arc<CallRecord>],
    packets: &[Arc<PacketRecord>],
    clocks: Clocks,
) -> io::Result<Vec<u8>> {
    let mut writer = PcapNgWriter::new(Vec::new()).map_err(io::Error::other)?;
    for name in CARDS {
        let mut interface = InterfaceDescriptionBlock::new(DataLink::ETHERNET, 0);
        interface.options = vec![
            InterfaceDescriptionOption::IfName(name.into()),
            InterfaceDescriptionOption::IfTsResol(InterfaceTsResolution::NANO),
        ];
        writer
            .write_pcapng_block(interface)
            .map_err(io::Error::other)?;
    }
    let mut records: Vec<Record<'_>> = names(calls).into_iter().map(record).collect();
    if !records.is_empty() {
        records.push(Record::End);
        let block = NameResolutionBlock {
            records,
            options: Vec::new(),
        };
        writer.write_pcapng_block(block).map_err(io::Error::other)?;
    }
    let mut packets = packets.to_vec();
    packets.sort_by_key(|packet| packet.at);
    let causes = causes(calls, &packets);
    for packet in &packets {
        let at = clocks.since_1970(packet.at);
        let comment = causes.get(&packet.number).map(|calls| calls.join("; "));
        let comment = comment
            .map(|text| EnhancedPacketOption::Common(CommonOption::Comment(Cow::Owned(text))));
        let block = EnhancedPacketBlock {
            interface_id: match packet.card {
                Card::Wire => 0,
                Card::Loopback => 1,
            },
            timestamp: at,
            original_len: u32::try_from(packet.length).map_err(io::Error::other)?,
            data: Cow::Borrowed(&packet.frame),
            options: comment.into_iter().collect(),
        };
        writer.write_pcapng_block(block).map_err(io::Error::other)?;
    }
    Ok(writer.into_inner())
}

fn record<'a>((address, names): (IpAddr, BTreeSet<String>)) -> Record<'a> {
    let names = names.into_iter().map(Cow::Owned).collect();
    match address {
        IpAddr::V4(ip_addr) => Record::Ipv4(Ipv4Record { ip_addr, names }),
        IpAddr::V6(ip_addr) => Record::Ipv6(Ipv6Record { ip_addr, names }),
    }
}

/// The calls that caused a packet, by its number.
fn causes(calls: &[Arc<CallRecord>], packets: &[Arc<PacketRecord>]) -> BTreeMap<u64, Vec<String>> {
    let mut causes: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for call in calls {
        let (Some(End::Inet(own)), Some(End::Inet(peer))) = (&call.own, &call.peer) else {
            continue;
        };
        let is_its = |packet: &&Arc<PacketRecord>| {
            let Some((from, to)) = packet.ends else {
                return false;
            };
            let same = from.port() == own.port()
                && (from.ip() == own.ip() || own.ip().is_unspecified())
                && to == *peer;
            same && packet.at >= call.time.start && is_caused(call, &packet.content)
        };
        if let Some(packet) = packets.iter().find(is_its) {
            let text = format!("{}: {}", call.console, call_text(call));
            causes.entry(packet.number).or_default().push(text);
        }
    }
    causes
}

/// Whether a packet is of the kind that a call sends.
fn is_caused(call: &CallRecord, content: &PacketContent) -> bool {
    match (call.call, content) {
        ("connect" | "create_connection", PacketContent::Tcp(segment)) => {
            segment.flags.syn && !segment.flags.ack
        }
        ("close" | "shutdown", PacketContent::Tcp(segment)) => {
            segment.flags.fin || segment.flags.rst
        }
        (_, PacketContent::Tcp(segment)) => call.sent.is_some() && segment.length > 0,
        (_, PacketContent::Udp(_)) => call.sent.is_some(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::sync::Arc;

    use etherparse::PacketBuilder;
    use pcap_file::pcapng::PcapNgReader;
    use pcap_file::pcapng::blocks::block_common::Block;

    use super::pcapng;
    use crate::repr::Repr;
    use crate::trace::sample::Sample;
    use crate::trace::{Clocks, Frame, Journal};

    const HERE: &str = "10.29.144.178:45330";
    const WEB: &str = "108.59.11.99:80";

    #[test]
    fn a_file_has_packets_names_and_the_calls_that_caused_them() {
        let mut sample = Sample::default();
        let address = Repr::array(vec![Repr::text("108.59.11.99", 99), Repr::Int(80)]);
        sample
            .call("main", "getaddrinfo", 3, (0, 5))
            .argument(Repr::text("crisewing.com", 99))
            .returns(address);
        sample.call("main", "connect", 3, (10, 500)).ends(HERE, WEB);
        let journal = Arc::<Journal>::default();
        let _wanted = journal.want();
        let mut frame = Vec::new();
        PacketBuilder::ethernet2([2; 6], [4; 6])
            .ipv4([10, 29, 144, 178], [108, 59, 11, 99], 64)
            .tcp(45330, 80, 1000, 64240)
            .syn()
            .write(&mut frame, &[])
            .unwrap();
        journal.add_frame(Frame::whole(sample.at(20), &frame));
        let file = pcapng(&sample.records(), &journal.packets_after(0), Clocks::now()).unwrap();
        let mut reader = PcapNgReader::new(&file[..]).unwrap();
        let (mut packets, mut named) = (Vec::new(), false);
        while let Some(block) = reader.next_block() {
            match block.unwrap().0 {
                Block::EnhancedPacket(packet) => {
                    packets.push((packet.data.to_vec(), format!("{:?}", packet.options)));
                }
                Block::NameResolution(names) => {
                    let text = format!("{:?}", names.records);
                    let address: IpAddr = "108.59.11.99".parse().unwrap();
                    named = text.contains("crisewing.com") && text.contains(&address.to_string());
                }
                _ => {}
            }
        }
        assert!(named, "the name is in the file");
        assert_eq!((packets.len(), &packets[0].0), (1, &frame));
        assert!(packets[0].1.contains("main: connect()"), "{}", packets[0].1);
    }
}
