"""Wrong: waits for more than the client sends

Says: does not close the connection
"""

import time

import frame


def echo(conn):
    frame.plain(conn)
    time.sleep(30)


frame.run(echo=echo)
