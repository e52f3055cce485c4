//! Packets as a pcapng file, which Wireshark opens: with the names that were looked up, and a comment
//! on each packet that a call caused.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

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
use super::packet::PacketContent;
use super::{CallRecord, End, PacketRecord};
use crate::repr::Repr;

/// The name of the learner's end of the wire.
const INTERFACE: &str = "eth0";

/// A clock of this process and the system's, read together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clocks {
    pub(crate) here: Instant,
    pub(crate) system: SystemTime,
}

impl Clocks {
    /// Both clocks now.
    pub(crate) fn now() -> Self {
        Self {
            here: Instant::now(),
            system: SystemTime::now(),
        }
    }
}

/// The bytes of the file. An error only where a packet is from before 1970.
pub(crate) fn pcapng(
    calls: &[Arc<CallRecord>],
    packets: &[Arc<PacketRecord>],
    clocks: Clocks,
) -> io::Result<Vec<u8>> {
    let mut writer = PcapNgWriter::new(Vec::new()).map_err(io::Error::other)?;
    let mut interface = InterfaceDescriptionBlock::new(DataLink::ETHERNET, 0);
    interface.options = vec![
        InterfaceDescriptionOption::IfName(INTERFACE.into()),
        InterfaceDescriptionOption::IfTsResol(InterfaceTsResolution::NANO),
    ];
    writer
        .write_pcapng_block(interface)
        .map_err(io::Error::other)?;
    let mut records: Vec<Record<'_>> = names(calls).into_iter().map(record).collect();
    if !records.is_empty() {
        records.push(Record::End);
        let block = NameResolutionBlock {
            records,
            options: Vec::new(),
        };
        writer.write_pcapng_block(block).map_err(io::Error::other)?;
    }
    let causes = causes(calls, packets);
    for packet in packets {
        let ago = clocks.here.saturating_duration_since(packet.at);
        let at = clocks.system.checked_sub(ago).unwrap_or(UNIX_EPOCH);
        let comment = causes.get(&packet.number).map(|calls| calls.join("; "));
        let comment = comment
            .map(|text| EnhancedPacketOption::Common(CommonOption::Comment(Cow::Owned(text))));
        let block = EnhancedPacketBlock {
            interface_id: 0,
            timestamp: at.duration_since(UNIX_EPOCH).map_err(io::Error::other)?,
            original_len: u32::try_from(packet.frame.len()).map_err(io::Error::other)?,
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

/// The names that were looked up, by the addresses that were answered.
fn names(calls: &[Arc<CallRecord>]) -> BTreeMap<IpAddr, BTreeSet<String>> {
    let mut names: BTreeMap<IpAddr, BTreeSet<String>> = BTreeMap::new();
    let lookups = ["getaddrinfo", "gethostbyname", "gethostbyname_ex"];
    for call in calls.iter().filter(|call| lookups.contains(&call.call)) {
        let (Some((_, Repr::Text(host))), Ok(answer)) = (call.arguments.first(), &call.outcome)
        else {
            continue;
        };
        // An address is its own name; a text with NUL would end a record.
        let is_name = host.left == 0
            && !host.kept.is_empty()
            && !host.kept.contains('\0')
            && host.kept.parse::<IpAddr>().is_err();
        if is_name {
            for address in addresses(answer) {
                names
                    .entry(address)
                    .or_default()
                    .insert(host.kept.to_string());
            }
        }
    }
    names
}

/// The addresses that a value is or has in it.
fn addresses(value: &Repr) -> Vec<IpAddr> {
    match value {
        Repr::Text(text) => text.kept.parse().into_iter().collect(),
        Repr::Array(array) => array.kept.iter().flat_map(addresses).collect(),
        Repr::Record(parts) => parts.iter().flat_map(|(_, part)| addresses(part)).collect(),
        _ => Vec::new(),
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

    use super::{Clocks, pcapng};
    use crate::repr::Repr;
    use crate::trace::Journal;
    use crate::trace::sample::Sample;

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
        journal.add_frame(sample.at(20), true, &frame);
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
