"""Wrong: holds the last byte of each message back."""

import frame


def serve(conn):
    held = b""
    while piece := conn.recv(16):
        held += piece
        conn.sendall(held[:-1])
        held = held[-1:]
    conn.close()


frame.run(serve=serve)
