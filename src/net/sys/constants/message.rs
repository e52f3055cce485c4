//! Flags for one `send` or `recv` (`MSG_`), and what `poll` waits for and reports (`POLL`).

use super::constants;

constants! {
    when (all()) {
        MSG_CTRUNC => "told by recvmsg: control data did not fit";
        MSG_DONTROUTE => "send only to hosts on the same link, past the routing table";
        MSG_DONTWAIT => "return at once instead of waiting, for this call";
        MSG_EOR => "this ends a record, where the protocol has records";
        MSG_NOSIGNAL => "a peer that is gone gives EPIPE and no signal";
        MSG_OOB => "urgent bytes, outside the normal order";
        MSG_PEEK => "read without taking: the next read sees the same bytes";
        MSG_TRUNC => "the datagram was longer than the buffer";
        MSG_WAITALL => "wait until the whole buffer is full";

        POLLERR => "an error is pending; always reported";
        POLLHUP => "the peer has hung up; always reported";
        POLLIN => "bytes, a connection or the end can be read without waiting";
        POLLNVAL => "the descriptor is not open; always reported";
        POLLOUT => "a send would not wait";
        POLLPRI => "urgent bytes can be read";
        POLLRDBAND => "bytes of raised priority can be read";
        POLLRDNORM => "normal bytes can be read";
        POLLWRBAND => "bytes of raised priority can be sent";
        POLLWRNORM => "normal bytes can be sent";
    }
    when (target_os = "linux") {
        MSG_CMSG_CLOEXEC => "descriptors that come along are not inherited by started programs";
        MSG_CONFIRM => "tell the link layer that the neighbour has answered";
        MSG_ERRQUEUE => "read from the queue of errors, not of data";
        MSG_FASTOPEN => "connect and send in one call, in the first packet";
        MSG_MORE => "more follows: hold back a partial packet";

        POLLMSG = 0x400 => "a message is there, on systems that have STREAMS; unused here";
        POLLRDHUP => "the peer has shut its writing side down";
    }
    when (target_os = "macos") {
        MSG_EOF => "the end: close the writing side with this send";
    }
}
