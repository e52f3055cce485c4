"""Wrong: waits until 16 bytes are there

Says: holds everything back
"""

import socket

import frame


def echo(conn):
    while piece := conn.recv(16, socket.MSG_WAITALL):
        conn.sendall(piece)


frame.run(echo=echo)
