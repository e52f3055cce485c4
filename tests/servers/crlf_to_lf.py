"""Wrong: makes one newline of the ends of lines

Says: the ends of lines are changed
"""

import frame


def echo(conn):
    while piece := conn.recv(16):
        conn.sendall(piece.replace(b"\r", b""))


frame.run(echo=echo)
