"""Wrong: says who speaks before it echoes

Says: something is put in front
"""

import frame


def echo(conn):
    conn.sendall(b"echo: ")
    frame.plain(conn)


frame.run(echo=echo)
