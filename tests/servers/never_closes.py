"""Wrong: echoes, but keeps each connection open

Says: does not close the connection
"""

import frame

kept = []


def serve(conn):
    kept.append(conn)
    try:
        frame.plain(conn)
    except OSError:
        pass


frame.run(serve=serve)
