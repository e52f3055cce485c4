"""Wrong: waits for the ends of lines

Says: holds everything back
"""

import frame


def echo(conn):
    with conn.makefile("rb") as lines:
        for line in lines:
            conn.sendall(line)


frame.run(echo=echo)
