"""Wrong: serves its first client only, and goes on waiting

Says: serves no more
"""

import time

import frame


def serve(conn):
    frame.serve_with(frame.plain)(conn)
    time.sleep(1000)


frame.run(serve=serve)
