"""Wrong: takes the first byte of a message to see whether there is one

Says: the first byte is missing
"""

import frame


def echo(conn):
    if conn.recv(1):
        frame.plain(conn)


frame.run(echo=echo)
