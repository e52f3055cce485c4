"""Wrong: ends its reply with a newline."""

import frame


def serve(conn):
    try:
        frame.echo(conn)
        conn.sendall(b"\n")
    except ConnectionError:
        pass
    conn.close()


frame.run(serve=serve)
