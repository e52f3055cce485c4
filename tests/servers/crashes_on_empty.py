"""Wrong: relies on a first byte."""

import frame


def serve(conn):
    try:
        first = conn.recv(16)
        print("the first byte is", first[0], flush=True)
        conn.sendall(first)
        frame.echo(conn)
    except ConnectionError:
        pass
    conn.close()


frame.run(serve=serve)
