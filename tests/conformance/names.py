"""A name server for the resolver's cases: a few names, and every way of not answering."""

import os
import socket
import struct
import sys
import threading

A, CNAME, PTR, AAAA = 1, 5, 12, 28
ZONE = {
    "real.test": [(A, "192.0.2.7"), (A, "192.0.2.8")],
    "alias.test": [(CNAME, "real.test")],
    "chain.test": [(CNAME, "alias.test")],
    "six.test": [(AAAA, "2001:db8::6")],
    "aliassix.test": [(CNAME, "six.test")],
    "both.test": [(A, "192.0.2.9"), (AAAA, "2001:db8::9")],
    "dangling.test": [(CNAME, "nowhere.test")],
    "empty.test": [],
    "7.2.0.192.in-addr.arpa": [(PTR, "real.test")],
    "8.2.0.192.in-addr.arpa": [(CNAME, "8.sub.test")],
    "8.sub.test": [(PTR, "real.test")],
    "9.2.0.192.in-addr.arpa": [],
    "6.0.0.0." + "0." * 20 + "8.b.d.0.1.0.0.2.ip6.arpa": [(PTR, "six.test")],
}
CODES = {"fail.test": 2, "refused.test": 5, "10.2.0.192.in-addr.arpa": 2}


def packed(name):
    parts = (part.encode() for part in name.split("."))
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def record(owner, kind, value):
    if kind == A:
        data = socket.inet_aton(value)
    elif kind == AAAA:
        data = socket.inet_pton(socket.AF_INET6, value)
    else:
        data = packed(value)
    return packed(owner) + struct.pack("!HHIH", kind, 1, 60, len(data)) + data


def answer(query):
    at, labels = 12, []
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("latin1").lower())
        at += query[at] + 1
    name = ".".join(labels)
    kind = struct.unpack("!H", query[at + 1 : at + 3])[0]
    if name == "silent.test":
        return None
    code, records, owner = CODES.get(name, 0), [], name
    while code == 0:
        if owner not in ZONE:
            code = 3
            break
        found = ZONE[owner]
        records += [record(owner, k, v) for k, v in found if k in (kind, CNAME)]
        target = [v for k, v in found if k == CNAME]
        if not target:
            break
        owner = target[0]
    question = query[12 : at + 5]
    head = query[:2] + struct.pack("!HHHHH", 0x8580 | code, 1, len(records), 0, 0)
    return head + question + b"".join(records)


def end_with_input():
    sys.stdin.read()
    os._exit(0)


def main():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    threading.Thread(target=end_with_input, daemon=True).start()
    print("ready", flush=True)
    while True:
        query, caller = server.recvfrom(4096)
        try:
            reply = answer(query)
        except (IndexError, struct.error):
            continue
        if reply is not None:
            server.sendto(reply, caller)


main()
