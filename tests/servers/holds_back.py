"""Wrong: gathers the whole message before it answers

Says: holds everything back
"""

import frame


def echo(conn):
    message = b""
    while piece := conn.recv(16):
        message += piece
    conn.sendall(message)


frame.run(echo=echo)
