"""Right: a thread for each client"""

import threading

import frame


def serve(conn):
    work = threading.Thread(target=frame.serve_with(frame.plain), args=(conn,), daemon=True)
    work.start()


frame.run(serve=serve)
