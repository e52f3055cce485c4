"""Wrong: ends its reply as a line of HTTP ends

Says: an end of a line is added
"""

import frame


def echo(conn):
    frame.plain(conn)
    conn.sendall(b"\r\n")


frame.run(echo=echo)
