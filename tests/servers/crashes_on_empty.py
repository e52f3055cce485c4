"""Wrong: relies on a first byte

Says: takes for granted that `recv` gives at least one byte
"""

import frame


def echo(conn):
    first = conn.recv(16)
    print("the first byte is", first[0], flush=True)
    conn.sendall(first)
    frame.plain(conn)


frame.run(echo=echo)
