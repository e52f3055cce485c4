//! Joins the two machines by a wire, and gives them their addresses and routes (rtnetlink(7)).

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::IpAddr;
use std::os::fd::{AsRawFd, OwnedFd};

use netlink_packet_core::{
    NLM_F_ACK, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, NLM_F_REPLACE, NLM_F_REQUEST, NetlinkHeader,
    NetlinkMessage, NetlinkPayload,
};
use netlink_packet_route::address::{AddressAttribute, AddressFlags, AddressMessage};
use netlink_packet_route::link::{
    InfoData, InfoKind, InfoVeth, LinkAttribute, LinkFlags, LinkInfo, LinkMessage,
};
use netlink_packet_route::neighbour::{
    NeighbourAddress, NeighbourAttribute, NeighbourMessage, NeighbourState,
};
use netlink_packet_route::route::{
    RouteAddress, RouteAttribute, RouteHeader, RouteMessage, RouteMetric, RouteProtocol,
    RouteScope, RouteType,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};

use crate::net::machine::{Keeper, Machine, switch_off_offloads};
use crate::net::numbers::{AF_INET, AF_NETLINK, SOCK_DGRAM, SOCK_RAW};

/// The card of each machine, and its number: that of the course's `fe80::…%5`.
const LEARNERS_CARD: &str = "eth0";
const INTERNETS_CARD: &str = "inet0";
const CARD: u32 = 5;
/// The number of the card where a kernel has put cards of its own into every namespace.
const OTHER_CARD: u32 = 105;
pub(super) const LOOPBACK: u32 = 1;
/// Their hardware addresses, of the kind that everybody may choose (the second bit).
const LEARNERS_MAC: [u8; 6] = [2, 0, 0, 0, 0, 1];
const INTERNETS_MAC: [u8; 6] = [2, 0, 0, 0, 0, 2];
/// Those of nobody: a frame from the learner's machine, or to it, that a link carries on.
const NOBODY_THERE: [u8; 6] = [2, 0, 0, 0, 0, 0x12];
const NOBODY_HERE: [u8; 6] = [2, 0, 0, 0, 0, 0x11];
/// Ethernet's own.
const MTU: u32 = 1500;

/// Whose addresses are whose.
pub(super) struct Plan {
    /// The learner's machine; the first of each family is the one that its connections come from.
    pub(super) learner: Vec<IpAddr>,
    /// The internet's machine.
    pub(super) internet: Vec<IpAddr>,
    /// Packets for these go over the wire and vanish there.
    pub(super) swallowed: Vec<IpAddr>,
}

/// The wire that was laid.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cards {
    /// The number of the card at each end.
    pub(super) number: u32,
    /// Whether the machines have IPv6.
    pub(super) has_ipv6: bool,
}

/// Lays the wire. Errors mean that the system lets us make
/// namespaces and nothing in them: EPERM, EOPNOTSUPP without veth(4).
pub(super) fn lay(keeper: &Keeper, plan: &Plan) -> io::Result<Cards> {
    let mut here = Netlink::on(keeper, Machine::Learner)?;
    let mut there = Netlink::on(keeper, Machine::Internet)?;
    let other_end = keeper.namespace(Machine::Internet)?;
    let mut card = CARD;
    match here.all([cable(card, &other_end)]) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            card = OTHER_CARD;
            here.all([cable(card, &other_end)])?;
        }
        laid => laid?,
    }
    for (machine, name) in [
        (Machine::Learner, LEARNERS_CARD),
        (Machine::Internet, INTERNETS_CARD),
    ] {
        let socket = keeper.socket(machine, (AF_INET, SOCK_DGRAM, 0))?;
        switch_off_offloads(socket.as_raw_fd(), name)?;
    }
    here.all([up(LOOPBACK), up(card)])?;
    there.all([up(LOOPBACK), up(card)])?;
    let mut lay_family = |ipv6: bool| -> io::Result<()> {
        let of = |list: &[IpAddr]| -> Vec<IpAddr> {
            let family = list.iter().filter(|ip| ip.is_ipv6() == ipv6);
            family.copied().collect()
        };
        let (own, others) = (of(&plan.learner), of(&plan.internet));
        let swallowed = of(&plan.swallowed);
        here.all(own.iter().map(|&ip| has_address(ip, card)))?;
        there.all(others.iter().map(|&ip| has_address(ip, card)))?;
        there.all(own.iter().map(|&ip| reaches(ip, None, card)))?;
        let reached = others.iter().chain(&swallowed);
        let source = own.first().copied();
        here.all(reached.map(|&ip| reaches(ip, source, card)))?;
        here.all(swallowed.iter().map(|&ip| is_at(ip, INTERNETS_MAC, card)))
    };
    lay_family(false)?;
    Ok(Cards {
        number: card,
        has_ipv6: lay_family(true).is_ok(),
    })
}

/// Has all frames between the machines addressed to nobody, so that a link carries them on, or to each
/// other again.
pub(super) fn lead_through_link(
    keeper: &Keeper,
    plan: &Plan,
    cards: Cards,
    is_linked: bool,
) -> io::Result<()> {
    let (there, here) = if is_linked {
        (NOBODY_THERE, NOBODY_HERE)
    } else {
        (INTERNETS_MAC, LEARNERS_MAC)
    };
    let far = plan.internet.iter().chain(&plan.swallowed);
    for (machine, addresses, own, mac) in [
        (
            Machine::Learner,
            far.copied().collect(),
            &plan.learner[..],
            there,
        ),
        (Machine::Internet, plan.learner.clone(), &[], here),
    ] {
        let known = |ip: &&IpAddr| ip.is_ipv4() || cards.has_ipv6;
        let addresses: Vec<IpAddr> = addresses.iter().filter(known).copied().collect();
        let mut netlink = Netlink::on(keeper, machine)?;
        let orders = addresses.iter().map(|&ip| is_at(ip, mac, cards.number));
        netlink.send(orders, NLM_F_REPLACE)?;
        let orders = addresses.iter().map(|&ip| {
            let source = own.iter().find(|own| own.is_ipv4() == ip.is_ipv4());
            let route = route(ip, source.copied(), cards.number);
            RouteNetlinkMessage::NewRoute(if is_linked { quick(route) } else { route })
        });
        netlink.send(orders, NLM_F_REPLACE)?;
    }
    Ok(())
}

/// A route on which what got lost is sent again soon, so that a learner sees it happen: an answer is
/// waited for 20 ms at least, not 200, and each segment is acknowledged at once.
fn quick(mut route: RouteMessage) -> RouteMessage {
    /// The bit of the least time, which the kernel wants locked (`RTAX_RTO_MIN`).
    const LOCKED: u32 = 1 << 13;
    route.attributes.push(RouteAttribute::Metrics(vec![
        RouteMetric::Lock(LOCKED),
        RouteMetric::RtoMin(20),
        RouteMetric::QuickAck(1),
    ]));
    route
}

/// Whether a frame is addressed to nobody.
pub(super) fn addressed_through_link(frame: &[u8]) -> bool {
    [NOBODY_HERE, NOBODY_THERE]
        .iter()
        .any(|mac| frame.starts_with(mac))
}

/// Whether a frame of the learner's card is one that a link carries, on its way there or back.
pub(super) fn passes_link(frame: &[u8]) -> bool {
    addressed_through_link(frame) || frame.get(6..12) == Some(&NOBODY_HERE[..])
}

/// Addresses a frame that was addressed to nobody to whom it was meant for: whether that is the
/// learner's machine. None where it was not.
pub(super) fn sent_through_link(frame: &mut [u8]) -> Option<bool> {
    let is_incoming = frame.starts_with(&NOBODY_HERE);
    let (to, from) = match is_incoming {
        true => (LEARNERS_MAC, INTERNETS_MAC),
        false if frame.starts_with(&NOBODY_THERE) => (INTERNETS_MAC, NOBODY_HERE),
        false => return None,
    };
    frame.get_mut(..6)?.copy_from_slice(&to);
    frame.get_mut(6..12)?.copy_from_slice(&from);
    Some(is_incoming)
}

/// The cards of the learner's machine, each with its number.
pub(super) fn cards(keeper: &Keeper) -> io::Result<Vec<(u32, String)>> {
    let mut here = Netlink::on(keeper, Machine::Learner)?;
    let mut cards = Vec::new();
    here.each(
        RouteNetlinkMessage::GetLink(LinkMessage::default()),
        |message| {
            let RouteNetlinkMessage::NewLink(link) = message else {
                return;
            };
            let name = link
                .attributes
                .iter()
                .find_map(|attribute| match attribute {
                    LinkAttribute::IfName(name) => Some(name.clone()),
                    _ => None,
                });
            cards.extend(name.map(|name| (link.header.index, name)));
        },
    )?;
    Ok(cards)
}

/// A socket that tells the kernel of one machine what to set up.
struct Netlink(File);

impl Netlink {
    fn on(keeper: &Keeper, machine: Machine) -> io::Result<Self> {
        const ROUTE: i32 = 0;
        let socket = keeper.socket(machine, (AF_NETLINK, SOCK_RAW, ROUTE))?;
        Ok(Self(File::from(socket)))
    }

    /// Asks for all of a kind (`NLM_F_DUMP`), and has each looked at.
    fn each(
        &mut self,
        question: RouteNetlinkMessage,
        mut look: impl FnMut(&RouteNetlinkMessage),
    ) -> io::Result<()> {
        let mut header = NetlinkHeader::default();
        header.flags = NLM_F_REQUEST | NLM_F_DUMP;
        let mut message = NetlinkMessage::new(header, NetlinkPayload::from(question));
        message.finalize();
        let mut bytes = vec![0; message.buffer_len()];
        message.serialize(&mut bytes);
        self.0.write_all(&bytes)?;
        let mut ended = Ok(false);
        while matches!(ended, Ok(false)) {
            self.answers(|answer| match &answer.payload {
                NetlinkPayload::InnerMessage(message) => look(message),
                NetlinkPayload::Error(error) => ended = Err(error.to_io()),
                NetlinkPayload::Done(_) => ended = Ok(true),
                _ => {}
            })?;
        }
        ended.map(drop)
    }

    /// Reads what the kernel says next, one message or several.
    fn answers(
        &mut self,
        mut look: impl FnMut(&NetlinkMessage<RouteNetlinkMessage>),
    ) -> io::Result<()> {
        let mut answers = vec![0; 65536];
        let length = self.0.read(&mut answers)?;
        let mut rest = answers.get(..length).unwrap_or_default();
        while let Ok(answer) = NetlinkMessage::<RouteNetlinkMessage>::deserialize(rest) {
            look(&answer);
            let taken = usize::try_from(answer.header.length).unwrap_or(rest.len());
            rest = rest.get(taken.next_multiple_of(4)..).unwrap_or_default();
            if rest.is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// Has all of it done; the first that the kernel refuses is the error.
    fn all(&mut self, orders: impl IntoIterator<Item = RouteNetlinkMessage>) -> io::Result<()> {
        self.send(orders, NLM_F_EXCL)
    }

    /// The same where what is there already is an error (`NLM_F_EXCL`), or is replaced.
    fn send(
        &mut self,
        orders: impl IntoIterator<Item = RouteNetlinkMessage>,
        existing: u16,
    ) -> io::Result<()> {
        let mut bytes = Vec::new();
        let mut count = 0_u32;
        for order in orders {
            let mut header = NetlinkHeader::default();
            header.flags = NLM_F_REQUEST | NLM_F_CREATE | existing | NLM_F_ACK;
            count += 1;
            header.sequence_number = count;
            let mut message = NetlinkMessage::new(header, NetlinkPayload::from(order));
            message.finalize();
            let start = bytes.len();
            bytes.resize(start + message.buffer_len().next_multiple_of(4), 0);
            message.serialize(&mut bytes[start..]);
        }
        if count == 0 {
            return Ok(());
        }
        self.0.write_all(&bytes)?;
        let mut refused = None;
        while count > 0 {
            self.answers(|answer| {
                if let NetlinkPayload::Error(error) = &answer.payload {
                    count = count.saturating_sub(1);
                    if error.code.is_some() {
                        refused.get_or_insert_with(|| error.to_io());
                    }
                }
            })?;
        }
        refused.map_or(Ok(()), Err)
    }
}

/// A wire from this machine to another one.
fn cable(card: u32, other_end: &OwnedFd) -> RouteNetlinkMessage {
    let end = |name: &str, address: [u8; 6]| {
        let mut link = LinkMessage::default();
        link.header.index = card;
        link.attributes = vec![
            LinkAttribute::IfName(name.into()),
            LinkAttribute::Address(address.to_vec()),
            LinkAttribute::Mtu(MTU),
        ];
        link
    };
    let mut peer = end(INTERNETS_CARD, INTERNETS_MAC);
    let namespace = LinkAttribute::NetNsFd(other_end.as_raw_fd());
    peer.attributes.push(namespace);
    let mut link = end(LEARNERS_CARD, LEARNERS_MAC);
    link.attributes.push(LinkAttribute::LinkInfo(vec![
        LinkInfo::Kind(InfoKind::Veth),
        LinkInfo::Data(InfoData::Veth(InfoVeth::Peer(peer))),
    ]));
    RouteNetlinkMessage::NewLink(link)
}

fn up(card: u32) -> RouteNetlinkMessage {
    let mut link = LinkMessage::default();
    link.header.index = card;
    link.header.flags = LinkFlags::Up;
    link.header.change_mask = LinkFlags::Up;
    RouteNetlinkMessage::SetLink(link)
}

/// Gives a card an address, at once: nobody else can have it.
fn has_address(ip: IpAddr, card: u32) -> RouteNetlinkMessage {
    let mut address = AddressMessage::default();
    address.header.family = family(ip);
    address.header.prefix_len = whole(ip);
    address.header.index = card;
    address.attributes = vec![
        AddressAttribute::Local(ip),
        AddressAttribute::Address(ip),
        AddressAttribute::Flags(AddressFlags::Nodad),
    ];
    RouteNetlinkMessage::NewAddress(address)
}

/// A route over a card's wire to one address, from one of its own.
fn reaches(ip: IpAddr, source: Option<IpAddr>, card: u32) -> RouteNetlinkMessage {
    RouteNetlinkMessage::NewRoute(route(ip, source, card))
}

fn route(ip: IpAddr, source: Option<IpAddr>, card: u32) -> RouteMessage {
    let mut route = RouteMessage::default();
    route.header.address_family = family(ip);
    route.header.destination_prefix_length = whole(ip);
    route.header.table = RouteHeader::RT_TABLE_MAIN;
    route.header.protocol = RouteProtocol::Static;
    route.header.kind = RouteType::Unicast;
    route.header.scope = if ip.is_ipv4() {
        RouteScope::Link
    } else {
        RouteScope::Universe
    };
    let at = |ip| match ip {
        IpAddr::V4(ip) => RouteAddress::Inet(ip),
        IpAddr::V6(ip) => RouteAddress::Inet6(ip),
    };
    route.attributes = vec![
        RouteAttribute::Destination(at(ip)),
        RouteAttribute::Oif(card),
    ];
    let source = source.map(|source| RouteAttribute::PrefSource(at(source)));
    route.attributes.extend(source);
    route
}

/// Says which card has an address, so that nobody is asked for it.
fn is_at(ip: IpAddr, mac: [u8; 6], card: u32) -> RouteNetlinkMessage {
    let mut neighbour = NeighbourMessage::default();
    neighbour.header.family = family(ip);
    neighbour.header.ifindex = card;
    neighbour.header.state = NeighbourState::Permanent;
    neighbour.attributes = vec![
        NeighbourAttribute::Destination(match ip {
            IpAddr::V4(ip) => NeighbourAddress::Inet(ip),
            IpAddr::V6(ip) => NeighbourAddress::Inet6(ip),
        }),
        NeighbourAttribute::LinkLayerAddress(mac.to_vec()),
    ];
    RouteNetlinkMessage::NewNeighbour(neighbour)
}

fn family(ip: IpAddr) -> AddressFamily {
    match ip {
        IpAddr::V4(_) => AddressFamily::Inet,
        IpAddr::V6(_) => AddressFamily::Inet6,
    }
}

/// The length of a prefix that is one address.
fn whole(ip: IpAddr) -> u8 {
    if ip.is_ipv4() { 32 } else { 128 }
}
