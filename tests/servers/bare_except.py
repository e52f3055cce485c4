"""Wrong: catches Ctrl-C with all else while a client is connected

Says: runs on after Ctrl-C
"""

import frame


def serve(conn):
    try:
        frame.plain(conn)
    except:
        pass
    conn.close()


frame.run(serve=serve)
