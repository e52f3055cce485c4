"""Wrong: takes a piece of fewer than 16 bytes, or the first, for the whole message."""

import frame


def serve(conn):
    try:
        conn.sendall(conn.recv(16))
    except ConnectionError:
        pass
    conn.close()


frame.run(serve=serve)
