"""Wrong: takes a piece of fewer than 16 bytes for the last

Says: a piece is taken for the whole message
"""

import frame


def echo(conn):
    while True:
        piece = conn.recv(16)
        conn.sendall(piece)
        if len(piece) < 16:
            return


frame.run(echo=echo)
