"""Wrong: makes a text of the bytes and drops what is none."""

import frame


def serve(conn):
    try:
        while piece := conn.recv(16):
            conn.sendall(piece.decode("ascii", errors="ignore").encode())
    except ConnectionError:
        pass
    conn.close()


frame.run(serve=serve)
