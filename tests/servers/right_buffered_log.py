"""Right: logs on standard output, which is written at its end"""

import frame


def serve(conn):
    print("one more")
    frame.serve_with(frame.plain)(conn)


frame.run(serve=serve, log=False)
