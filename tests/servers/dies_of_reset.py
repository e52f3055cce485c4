"""Wrong: catches nothing

Says: a client that broke off ended the whole program
"""

import frame


def serve(conn):
    frame.plain(conn)
    conn.close()


frame.run(serve=serve)
