"""Wrong: takes the first piece for the whole message

Says: a piece is taken for the whole message
"""

import frame


def echo(conn):
    conn.sendall(conn.recv(16))


frame.run(echo=echo)
