//! Checksums that a card would have computed: a machine leaves them open on its loopback, where
//! nothing can be damaged.

use etherparse::{NetSlice, SlicedPacket, TransportSlice, UdpHeader};

/// Where a TCP header has its checksum, and a UDP header.
const OF_TCP: usize = 16;
const OF_UDP: usize = 6;

/// Writes the checksum of the segment or datagram in a frame. A frame that is not whole, or is neither,
/// stays as it is.
pub(super) fn fill_in(frame: &mut [u8]) {
    let Some((at, sum)) = SlicedPacket::from_ethernet(frame)
        .ok()
        .and_then(|packet| computed(frame.len(), &packet))
    else {
        return;
    };
    if let Some(place) = frame.get_mut(at..at + 2) {
        place.copy_from_slice(&sum.to_be_bytes());
    }
}

/// Where a checksum belongs, and what it is.
fn computed(length: usize, packet: &SlicedPacket<'_>) -> Option<(usize, u16)> {
    match (&packet.net, &packet.transport) {
        (Some(NetSlice::Ipv4(ip)), Some(TransportSlice::Tcp(tcp))) => {
            let (from, to) = (ip.header().source(), ip.header().destination());
            let sum = tcp.calc_checksum_ipv4(from, to).ok()?;
            Some((length.checked_sub(tcp.slice().len())? + OF_TCP, sum))
        }
        (Some(NetSlice::Ipv6(ip)), Some(TransportSlice::Tcp(tcp))) => {
            let (from, to) = (ip.header().source(), ip.header().destination());
            let sum = tcp.calc_checksum_ipv6(from, to).ok()?;
            Some((length.checked_sub(tcp.slice().len())? + OF_TCP, sum))
        }
        (Some(NetSlice::Ipv4(ip)), Some(TransportSlice::Udp(udp))) => {
            let (from, to) = (ip.header().source(), ip.header().destination());
            let header: UdpHeader = udp.to_header();
            let sum = header
                .calc_checksum_ipv4_raw(from, to, udp.payload())
                .ok()?;
            Some((length.checked_sub(udp.slice().len())? + OF_UDP, sum))
        }
        (Some(NetSlice::Ipv6(ip)), Some(TransportSlice::Udp(udp))) => {
            let (from, to) = (ip.header().source(), ip.header().destination());
            let header: UdpHeader = udp.to_header();
            let sum = header
                .calc_checksum_ipv6_raw(from, to, udp.payload())
                .ok()?;
            Some((length.checked_sub(udp.slice().len())? + OF_UDP, sum))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use etherparse::PacketBuilder;
    use proptest::prelude::{any, prop};
    use proptest::proptest;

    use super::fill_in;

    #[test]
    fn an_open_checksum_is_filled_in_as_a_card_would() {
        let ip4 =
            || PacketBuilder::ethernet2([2; 6], [4; 6]).ipv4([127, 0, 0, 1], [127, 0, 0, 1], 64);
        let ip6 = || PacketBuilder::ethernet2([2; 6], [4; 6]).ipv6([1; 16], [2; 16], 64);
        let mut frames = vec![Vec::new(); 4];
        ip4()
            .tcp(1, 2, 3, 4)
            .write(&mut frames[0], b"hello")
            .unwrap();
        ip4().udp(1, 2).write(&mut frames[1], b"hello").unwrap();
        ip6()
            .tcp(1, 2, 3, 4)
            .write(&mut frames[2], b"hello")
            .unwrap();
        ip6().udp(1, 2).write(&mut frames[3], b"hello").unwrap();
        for (frame, at) in frames.iter().zip([50, 40, 70, 60]) {
            let mut open = frame.clone();
            open[at] ^= 0x55;
            fill_in(&mut open);
            assert_eq!(&open, frame, "at {at}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_left_or_filled_in(mut frame in prop::collection::vec(any::<u8>(), 0..200)) {
            fill_in(&mut frame);
        }
    }
}
