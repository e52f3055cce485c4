"""Wrong: opens a file for each client

Says: keeps a descriptor open
"""

import os

import frame


def echo(conn):
    os.open("/dev/null", os.O_WRONLY)
    frame.plain(conn)


frame.run(echo=echo)
