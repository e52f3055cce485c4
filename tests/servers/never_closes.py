"""Wrong: echoes, but keeps each connection open."""

import frame

kept = []


def serve(conn):
    kept.append(conn)
    try:
        frame.echo(conn)
    except ConnectionError:
        pass


frame.run(serve=serve)
