"""Wrong: closes each connection without having read from it

Says: nothing comes back
"""

import frame


def echo(conn):
    conn.recv(16)


frame.run(echo=echo)
