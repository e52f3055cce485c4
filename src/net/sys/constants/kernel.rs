//! Families that Linux has beside the Internet's: its cryptography (`ALG_`), Bluetooth (`BTPROTO_`,
//! `HCI_`), talk with the kernel (`NETLINK_`), link frames (`PACKET_`, `ETHERTYPE_`), clusters
//! (`TIPC_`), and virtual machines (`VMADDR_` and friends).

use super::constants;

constants! {
    when (target_os = "linux") {
        ALG_OP_DECRYPT => "for ALG_SET_OP: make the text readable";
        ALG_OP_ENCRYPT => "for ALG_SET_OP: make the text secret";
        ALG_OP_SIGN = 2 => "for ALG_SET_OP: sign";
        ALG_OP_VERIFY = 3 => "for ALG_SET_OP: check a signature";
        ALG_SET_AEAD_ASSOCLEN => "how many bytes are authenticated but not encrypted";
        ALG_SET_AEAD_AUTHSIZE => "how long the tag of an authenticated cipher is";
        ALG_SET_IV => "the starting value of a cipher";
        ALG_SET_KEY => "the key of a cipher";
        ALG_SET_OP => "what to do: an ALG_OP_ value";
        ALG_SET_PUBKEY = 6 => "a public key";

        BTPROTO_HCI = 1 => "Bluetooth: commands to the adapter itself";
        BTPROTO_L2CAP = 0 => "Bluetooth: packets over one of many channels";
        BTPROTO_RFCOMM = 3 => "Bluetooth: a stream, like a serial cable";
        BTPROTO_SCO = 2 => "Bluetooth: sound of telephone quality";
        ETH_P_ALL => "for AF_PACKET: frames of every kind";
        HCI_DATA_DIR = 1 => "Bluetooth option: tell whether a packet came or went";
        HCI_FILTER = 2 => "Bluetooth option: which packets to receive";
        HCI_TIME_STAMP = 3 => "Bluetooth option: tell when a packet came";

        NETLINK_CRYPTO => "the kernel's table of ciphers";
        NETLINK_DNRTMSG => "routing messages of DECnet";
        NETLINK_FIREWALL => "packets held by an old firewall; unused today";
        NETLINK_IP6_FW => "packets held by an old IPv6 firewall; unused today";
        NETLINK_NFLOG => "packets logged by an old firewall; unused today";
        NETLINK_ROUTE => "links, addresses, routes and neighbours";
        NETLINK_USERSOCK => "a number for protocols between programs";
        NETLINK_XFRM => "the tables of IPsec";

        PACKET_BROADCAST => "the frame went to everybody on the link";
        PACKET_FASTROUTE = 6 => "the frame took a fast path; unused today";
        PACKET_HOST => "the frame was for this machine";
        PACKET_LOOPBACK => "the frame came from the loopback interface";
        PACKET_MULTICAST => "the frame went to a group on the link";
        PACKET_OTHERHOST => "the frame was for another machine and overheard";
        PACKET_OUTGOING => "the frame was sent by this machine";

        IOCTL_VM_SOCKETS_GET_LOCAL_CID = 0x7b9 => "the ioctl that asks for this machine's own context id";
        SO_VM_SOCKETS_BUFFER_MAX_SIZE = 2 => "the largest buffer of an AF_VSOCK socket";
        SO_VM_SOCKETS_BUFFER_MIN_SIZE = 1 => "the smallest buffer of an AF_VSOCK socket";
        SO_VM_SOCKETS_BUFFER_SIZE = 0 => "the buffer of an AF_VSOCK socket";
        VM_SOCKETS_INVALID_VERSION = 0xffff_ffff => "what the version is where it is not known";
    }
    when (any(target_os = "linux", target_os = "macos")) {
        ETHERTYPE_ARP = 0x0806 => "a frame that asks for the hardware address behind an IPv4 address";
        ETHERTYPE_IP = 0x0800 => "a frame that carries IPv4";
        ETHERTYPE_IPV6 = 0x86dd => "a frame that carries IPv6";
        ETHERTYPE_VLAN = 0x8100 => "a frame of one of several networks on the same wire";

        VMADDR_CID_ANY => "any context id: bind for every peer";
        VMADDR_CID_HOST => "the context id of the machine that runs the virtual ones";
        VMADDR_PORT_ANY => "any port: the kernel chooses";
    }
    when (target_os = "linux") {
        TIPC_ADDR_ID = 3 => "an address: one port of one node";
        TIPC_ADDR_NAME = 2 => "an address: one instance of a service";
        TIPC_ADDR_NAMESEQ = 1 => "an address: a range of instances of a service";
        TIPC_CFG_SRV = 0 => "the service of configuration";
        TIPC_CLUSTER_SCOPE = 2 => "seen by the whole cluster";
        TIPC_CONN_TIMEOUT = 130 => "option: milliseconds that connect may take";
        TIPC_CRITICAL_IMPORTANCE = 3 => "messages that are dropped last of all";
        TIPC_DEST_DROPPABLE = 129 => "option: messages that cannot be delivered may be dropped";
        TIPC_HIGH_IMPORTANCE = 2 => "messages that are dropped late";
        TIPC_IMPORTANCE = 127 => "option: how important the messages are";
        TIPC_LOW_IMPORTANCE = 0 => "messages that are dropped first";
        TIPC_MEDIUM_IMPORTANCE = 1 => "messages that are dropped after the least important";
        TIPC_NODE_SCOPE = 3 => "seen by this node alone";
        TIPC_PUBLISHED = 1 => "the event: a service has appeared";
        TIPC_SRC_DROPPABLE = 128 => "option: messages may be dropped where they are sent";
        TIPC_SUBSCR_TIMEOUT = 3 => "the event: the subscription has run out";
        TIPC_SUB_CANCEL = 4 => "subscription: end it";
        TIPC_SUB_PORTS = 1 => "subscription: tell of every port";
        TIPC_SUB_SERVICE = 2 => "subscription: tell of the first and the last port";
        TIPC_TOP_SRV = 1 => "the service that tells who is there";
        TIPC_WAIT_FOREVER = -1 => "a timeout that never comes";
        TIPC_WITHDRAWN = 2 => "the event: a service has gone";
        TIPC_ZONE_SCOPE = 1 => "seen by the whole zone; the same as the cluster today";
    }
}
