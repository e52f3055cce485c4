//! A packet socket whose frames the kernel writes into memory that we share with it (packet(7),
//! `PACKET_RX_RING`): nobody is woken for a frame, and none is copied by a call of its own.

use std::io;
use std::mem::{size_of, zeroed};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::ptr::{self, NonNull};
use std::slice;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::super::unix::sockopt::{self, OptionValue};

/// The bytes of a frame's place: its beginning is kept where it is longer, as on the loopback.
const SLOT: usize = 2048;
/// The bytes that the kernel takes at once.
const BLOCK: usize = 65536;
/// How many of them: 2048 frames in all.
const BLOCKS: usize = 64;
/// The number of `sll_pkttype` for a frame that this machine sends.
const OUTGOING: u8 = libc::PACKET_OUTGOING;
/// The same for one that is addressed to somebody else.
const FOREIGN: u8 = libc::PACKET_OTHERHOST;

/// What a packet socket sees from now on.
#[derive(Debug)]
pub(crate) struct PacketRing {
    socket: OwnedFd,
    memory: NonNull<u8>,
    /// The place of the next frame.
    next: usize,
}

// SAFETY: the memory belongs to the socket, and is read through `&mut self` alone.
unsafe impl Send for PacketRing {}

/// A frame that was on a card.
#[derive(Debug)]
pub(crate) struct RingFrame<'a> {
    /// When, since 1970.
    pub(crate) at: Duration,
    /// The number of the card.
    pub(crate) card: u32,
    /// Whether this machine sent it.
    pub(crate) is_outgoing: bool,
    /// Whether it came and is addressed to somebody else.
    pub(crate) is_foreign: bool,
    /// Whether its checksum is still to be computed by a card that will never do it.
    pub(crate) has_open_checksum: bool,
    /// The bytes of it that are here.
    pub(crate) bytes: &'a [u8],
    /// How many it had.
    pub(crate) length: usize,
}

impl PacketRing {
    /// Has a packet socket (`AF_PACKET`, `SOCK_RAW`, protocol 0) see the frames of a card, or those of
    /// all for 0. Errors: ENOMEM, EINVAL where the kernel knows no such memory.
    pub(crate) fn new(socket: OwnedFd, card: u32) -> io::Result<Self> {
        let fd = socket.as_raw_fd();
        let version = libc::tpacket_versions::TPACKET_V2 as i32;
        let version = OptionValue::Int(version);
        sockopt::set(fd, libc::SOL_PACKET, libc::PACKET_VERSION, &version)?;
        let wanted = libc::tpacket_req {
            tp_block_size: number(BLOCK),
            tp_block_nr: number(BLOCKS),
            tp_frame_size: number(SLOT),
            tp_frame_nr: number(BLOCK * BLOCKS / SLOT),
        };
        let size = size_of::<libc::tpacket_req>();
        // SAFETY: the structure is four plain words.
        let bytes = unsafe { slice::from_raw_parts((&raw const wanted).cast::<u8>(), size) };
        let wanted = OptionValue::Bytes(bytes.to_vec());
        sockopt::set(fd, libc::SOL_PACKET, libc::PACKET_RX_RING, &wanted)?;
        let access = libc::PROT_READ | libc::PROT_WRITE;
        let size = BLOCK * BLOCKS;
        // SAFETY: the kernel chooses the place; the size is that of the ring.
        let memory = unsafe { libc::mmap(ptr::null_mut(), size, access, libc::MAP_SHARED, fd, 0) };
        if memory == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let memory = NonNull::new(memory.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        let ring = Self {
            socket,
            memory,
            next: 0,
        };
        bind(&ring.socket, card, libc::ETH_P_ALL)?;
        Ok(ring)
    }

    /// The descriptor that is ready to be read while a frame is there.
    pub(crate) fn descriptor(&self) -> RawFd {
        self.socket.as_raw_fd()
    }

    /// Takes the frames that are there: how many.
    pub(crate) fn drain(&mut self, mut each: impl FnMut(&RingFrame<'_>)) -> usize {
        let mut count = 0;
        // A kernel that fills them as fast as they are read keeps nobody here for ever.
        while count < BLOCK * BLOCKS / SLOT {
            // SAFETY: `next` is the place of a frame, within the memory; a header stands at its
            // beginning, and the kernel aligns it.
            let header: *mut libc::tpacket2_hdr =
                unsafe { self.memory.as_ptr().add(self.next * SLOT).cast() };
            // SAFETY: the word is within the header, aligned, and lives as long as `self`; the
            // kernel writes it as one word.
            let status = unsafe { AtomicU32::from_ptr(&raw mut (*header).tp_status) };
            let told = status.load(Ordering::Acquire);
            if told & libc::TP_STATUS_USER == 0 {
                break;
            }
            // SAFETY: the frame is ours until its status says otherwise.
            unsafe { each(&frame(header, told)) };
            status.store(libc::TP_STATUS_KERNEL, Ordering::Release);
            self.next = (self.next + 1) % (BLOCK * BLOCKS / SLOT);
            count += 1;
        }
        count
    }
}

/// Has a packet socket (protocol 0) send what is written to it on a card, each time one frame. It
/// receives none.
pub(crate) fn packet_sender(socket: OwnedFd, card: u32) -> io::Result<OwnedFd> {
    bind(&socket, card, 0)?;
    Ok(socket)
}

/// Joins a packet socket to a card, for frames of a protocol.
fn bind(socket: &OwnedFd, card: u32, protocol: i32) -> io::Result<()> {
    let short = |number: i32| u16::try_from(number).unwrap_or_default();
    // SAFETY: an address is plain integers, for which zeros are valid.
    let mut address: libc::sockaddr_ll = unsafe { zeroed() };
    address.sll_family = short(libc::AF_PACKET);
    address.sll_protocol = short(protocol).to_be();
    address.sll_ifindex = card.cast_signed();
    let len = number(size_of::<libc::sockaddr_ll>());
    // SAFETY: `address` is of the length that is said.
    let bound = unsafe { libc::bind(socket.as_raw_fd(), (&raw const address).cast(), len) };
    if bound < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

impl Drop for PacketRing {
    fn drop(&mut self) {
        // SAFETY: the memory was mapped with this size, and nobody has a reference into it.
        unsafe { libc::munmap(self.memory.as_ptr().cast(), BLOCK * BLOCKS) };
    }
}

/// The frame behind a header. The kernel must have given it to us.
unsafe fn frame<'a>(header: *const libc::tpacket2_hdr, told: u32) -> RingFrame<'a> {
    // SAFETY: the header is filled, and the address and the bytes that it speaks of lie in its slot.
    unsafe {
        let known = &*header;
        let begin = header.cast::<u8>();
        let address_at = size_of::<libc::tpacket2_hdr>().next_multiple_of(libc::TPACKET_ALIGNMENT);
        let address: *const libc::sockaddr_ll = begin.add(address_at).cast();
        let address = address.read_unaligned();
        let from = usize::from(known.tp_mac).min(SLOT);
        let kept = (known.tp_snaplen as usize).min(SLOT - from);
        RingFrame {
            at: Duration::new(known.tp_sec.into(), known.tp_nsec),
            card: address.sll_ifindex.cast_unsigned(),
            is_outgoing: address.sll_pkttype == OUTGOING,
            is_foreign: address.sll_pkttype == FOREIGN,
            has_open_checksum: told & libc::TP_STATUS_CSUMNOTREADY != 0,
            bytes: slice::from_raw_parts(begin.add(from), kept),
            length: known.tp_len as usize,
        }
    }
}

/// A size as the kernel wants it.
fn number(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}
