"""Wrong: shouts."""

import frame


def serve(conn):
    try:
        while piece := conn.recv(16):
            conn.sendall(piece.upper())
    except ConnectionError:
        pass
    conn.close()


frame.run(serve=serve)
