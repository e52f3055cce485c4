//! The CAN bus (`CAN_`) and its protocol for trucks and machines (`J1939_`), as `AF_CAN` uses them.

use super::constants;

constants! {
    when (target_os = "linux") {
        CAN_BCM => "the protocol that sends and watches frames on a schedule";
        CAN_ISOTP => "the protocol for messages longer than one frame";
        CAN_J1939 => "the protocol of trucks and machines";
        CAN_RAW => "the protocol of single frames as they are on the bus";

        CAN_EFF_FLAG => "in an identifier: it is the long one, of 29 bits";
        CAN_EFF_MASK => "the bits of a long identifier";
        CAN_ERR_FLAG => "in an identifier: the frame tells of an error";
        CAN_ERR_MASK => "the bits that tell errors apart";
        CAN_RTR_FLAG => "in an identifier: the frame asks for data";
        CAN_SFF_MASK => "the bits of a short identifier, of 11 bits";

        CAN_RAW_ERR_FILTER => "which error frames to receive";
        CAN_RAW_FD_FRAMES => "also take the longer frames of CAN FD";
        CAN_RAW_FILTER => "which identifiers to receive";
        CAN_RAW_JOIN_FILTERS => "a frame must pass all filters, not just one";
        CAN_RAW_LOOPBACK => "whether others on this machine see sent frames";
        CAN_RAW_RECV_OWN_MSGS => "whether the socket sees its own frames";

        CAN_BCM_CAN_FD_FRAME = 0x800 => "schedule flag: the frames are those of CAN FD";
        CAN_BCM_RX_ANNOUNCE_RESUME = 0x100 => "schedule flag: tell when late frames come again";
        CAN_BCM_RX_CHANGED = 12 => "the schedule tells: the content of a frame changed";
        CAN_BCM_RX_CHECK_DLC = 0x40 => "schedule flag: a change of length counts as well";
        CAN_BCM_RX_DELETE = 6 => "ask the schedule: stop watching an identifier";
        CAN_BCM_RX_FILTER_ID = 0x20 => "schedule flag: watch the identifier, not the content";
        CAN_BCM_RX_NO_AUTOTIMER = 0x80 => "schedule flag: do not start the timer by itself";
        CAN_BCM_RX_READ = 7 => "ask the schedule: how an identifier is watched";
        CAN_BCM_RX_RTR_FRAME = 0x400 => "schedule flag: answer requests with the frame given";
        CAN_BCM_RX_SETUP = 5 => "ask the schedule: watch an identifier";
        CAN_BCM_RX_STATUS = 10 => "the schedule tells: how an identifier is watched";
        CAN_BCM_RX_TIMEOUT = 11 => "the schedule tells: an expected frame is late";
        CAN_BCM_SETTIMER = 1 => "schedule flag: set the intervals anew";
        CAN_BCM_STARTTIMER = 2 => "schedule flag: start the timer now";
        CAN_BCM_TX_ANNOUNCE = 8 => "schedule flag: send the new content at once";
        CAN_BCM_TX_COUNTEVT = 4 => "schedule flag: tell when the count has run out";
        CAN_BCM_TX_CP_CAN_ID = 0x10 => "schedule flag: copy the identifier into each frame";
        CAN_BCM_TX_DELETE = 2 => "ask the schedule: stop sending";
        CAN_BCM_TX_EXPIRED = 9 => "the schedule tells: the count has run out";
        CAN_BCM_TX_READ = 3 => "ask the schedule: what is being sent";
        CAN_BCM_TX_RESET_MULTI_IDX = 0x200 => "schedule flag: begin a list of frames anew";
        CAN_BCM_TX_SEND = 4 => "ask the schedule: send one frame now";
        CAN_BCM_TX_SETUP = 1 => "ask the schedule: send frames again and again";
        CAN_BCM_TX_STATUS = 8 => "the schedule tells: what is being sent";

        J1939_EE_INFO_NONE => "what an error report adds: nothing";
        J1939_EE_INFO_TX_ABORT => "what an error report adds: the sending was broken off";
        J1939_FILTER_MAX => "how many filters a socket may have";
        J1939_IDLE_ADDR => "the address of a node that has none yet";
        J1939_MAX_UNICAST_ADDR => "the highest address of a single node";
        J1939_NLA_BYTES_ACKED => "part of a report: how many bytes were acknowledged";
        J1939_NLA_PAD => "part of a report: filling";
        J1939_NO_ADDR => "no address; as a destination, everybody";
        J1939_NO_NAME => "no name of a node";
        J1939_NO_PGN => "no group of parameters";
        J1939_PGN_ADDRESS_CLAIMED => "the group by which a node claims its address";
        J1939_PGN_ADDRESS_COMMANDED => "the group by which a node is given an address";
        J1939_PGN_MAX => "the highest number of a group";
        J1939_PGN_PDU1_MAX => "the highest group that goes to one node";
        J1939_PGN_REQUEST => "the group by which a node asks for another";
        SCM_J1939_DEST_ADDR => "with a message: the address it went to";
        SCM_J1939_DEST_NAME => "with a message: the name of the node it went to";
        SCM_J1939_ERRQUEUE => "with a message: a report from the queue of errors";
        SCM_J1939_PRIO => "with a message: its priority";
        SO_J1939_ERRQUEUE => "keep reports of errors for reading";
        SO_J1939_FILTER => "which messages to receive";
        SO_J1939_PROMISC => "receive messages for every node";
        SO_J1939_SEND_PRIO => "the priority of messages sent";
    }
}
