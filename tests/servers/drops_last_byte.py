"""Wrong: holds the last byte of each message back

Says: the last byte is missing
"""

import frame


def echo(conn):
    held = b""
    while piece := conn.recv(16):
        held += piece
        conn.sendall(held[:-1])
        held = held[-1:]


frame.run(echo=echo)
