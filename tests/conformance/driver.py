"""CPython's side: runs each case of a folder in a fresh namespace and prints what it gave.

A value is written as socklab's canonical text, so that the two sides compare as text; an error as
`kind|errno|symbol|message`, its class in socklab's word.
"""

import ast
import errno
import os
import select
import socket
import struct
import sys
import threading
import time

FAMILIES = {int(v): k for k, v in vars(socket).items() if k.startswith("AF_")}
TYPES = {1: "SOCK_STREAM", 2: "SOCK_DGRAM", 3: "SOCK_RAW", 5: "SOCK_SEQPACKET", 4: "SOCK_RDM"}
LOOKUPS = {v: k for k, v in vars(socket).items() if k.startswith("EAI_")}
HOSTS = {1: "HOST_NOT_FOUND", 2: "TRY_AGAIN", 3: "NO_RECOVERY", 4: "NO_DATA"}


def quoted(text):
    out = ""
    for c in text:
        n = ord(c)
        if c in '"\\':
            out += "\\" + c
        elif c == "\n":
            out += "\\n"
        elif c == "\r":
            out += "\\r"
        elif c == "\t":
            out += "\\t"
        elif n < 32 or 127 <= n < 160:
            out += "\\x%02x" % n
        else:
            out += c
    return '"' + out + '"'


def literal(data):
    names = {34: '\\"', 92: "\\\\", 10: "\\n", 13: "\\r", 9: "\\t"}
    parts = (names.get(b) or (chr(b) if 32 <= b < 127 else "\\x%02x" % b) for b in data)
    return 'b"' + "".join(parts) + '"'


def shown(s):
    closed = s.fileno() < 0
    text = "<socket" + (" [closed]" if closed else " fd=%d" % s.fileno())
    text += " family=%s" % FAMILIES.get(int(s.family), int(s.family))
    text += " type=%s" % TYPES.get(int(s.type), int(s.type))
    text += " proto=%d" % s.proto
    for name, ask in () if closed else (("laddr", s.getsockname), ("raddr", s.getpeername)):
        try:
            address = ask()
        except OSError:
            continue
        text += " %s=%s" % (name, show(address))
    return text + ">"


def show(value):
    if value is None:
        return "()"
    if value is True or value is False:
        return str(value).lower()
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return literal(bytes(value))
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(show(part) for part in value) + "]"
    if isinstance(value, socket.socket):
        return shown(value)
    return "?" + repr(value)


def kind(e):
    """The error's class, number and symbol in socklab's words."""
    if isinstance(e, socket.gaierror):
        return "LookupFailed", e.errno, LOOKUPS.get(e.errno)
    if isinstance(e, socket.herror):
        return "LookupFailed", e.errno, HOSTS.get(e.errno)
    if isinstance(e, OSError) and e.errno is not None:
        return "Os", e.errno, errno.errorcode.get(e.errno)
    if isinstance(e, OSError) and not isinstance(e, (TimeoutError, socket.timeout)):
        # One class for two things: what no table has, and what is no address.
        missing = "not found" in str(e) or str(e).startswith("no interface")
        return "NotFound" if missing else "InvalidValue", None, None
    for cls, word in (
        (TimeoutError, "TimedOut"),
        (socket.timeout, "TimedOut"),
        (OverflowError, "OutOfRange"),
        (ValueError, "InvalidValue"),
        (TypeError, "WrongType"),
        (AttributeError, "WrongType"),
        (struct.error, "OutOfRange"),
        (IndexError, "OutOfRange"),
    ):
        if isinstance(e, cls):
            return word, None, None
    if type(e) is LookupError:  # an encoding that no table has
        return "InvalidValue", None, None
    return type(e).__name__, None, None


def attempt(f):
    """What a call gives, or its error in one word: the symbol, or the kind."""
    try:
        return f()
    except Exception as e:
        word, _, symbol = kind(e)
        return symbol or word


def tcp(family=socket.AF_INET):
    """Two connected TCP sockets: the accepted one, and the caller's."""
    server = socket.socket(family)
    server.bind(("127.0.0.1" if family == socket.AF_INET else "::1", 0))
    server.listen(1)
    b = socket.socket(family)
    b.connect(server.getsockname())
    a, _ = server.accept()
    server.close()
    return a, b


def udp(family=socket.AF_INET):
    """Two bound UDP sockets."""
    a, b = socket.socket(family, socket.SOCK_DGRAM), socket.socket(family, socket.SOCK_DGRAM)
    for s in (a, b):
        s.bind(("127.0.0.1" if family == socket.AF_INET else "::1", 0))
        s.settimeout(5)
    return a, b


def dead():
    """An address at which nobody listens."""
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    address = s.getsockname()
    s.close()
    return address


def run(source, tmp):
    scope = {name: value for name, value in vars(socket).items() if not name.startswith("__")}
    scope.update(
        socket=socket, select=select, errno=errno, os=os, struct=struct, time=time,
        threading=threading, tmp=tmp, attempt=attempt, tcp=tcp, udp=udp, dead=dead,
    )
    for name in dir(select):
        if name.startswith("POLL"):
            scope[name] = getattr(select, name)
    for name in dir(errno):
        if name.startswith("E"):
            scope[name] = getattr(errno, name)
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "case", "exec"), scope)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), "case", "eval"), scope)


def main():
    folder, tmp = sys.argv[1:3]
    for number in sys.argv[3:]:
        with open(os.path.join(folder, number + ".py"), encoding="utf-8") as file:
            source = file.read()
        try:
            line = "V " + show(run(source, tmp + number))
        except BaseException as e:
            word, number_, symbol = kind(e)
            message = (e.strerror if isinstance(e, OSError) and e.strerror else str(e)) or ""
            message = " ".join(message.split())
            line = "E %s|%s|%s|%s" % (word, number_, symbol, message)
        print("@@ " + number + " " + line, flush=True)


main()
