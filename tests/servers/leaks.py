"""Wrong: shuts connections down and does not close them

Says: keeps a descriptor open
"""

import socket

import frame

kept = []


def serve(conn):
    kept.append(conn)
    try:
        frame.plain(conn)
        conn.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


frame.run(serve=serve)
