"""The frame of the servers here: an echo server as the homework wants it, whose parts a server
replaces where it is to be wrong."""

import socket
import sys


def listening(port=10000, host="127.0.0.1", family=socket.AF_INET, reuse=1, listen=True):
    server = socket.socket(family)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, reuse)
    server.bind((host, port))
    if listen:
        server.listen(5)
    return server


def plain(conn):
    while piece := conn.recv(16):
        conn.sendall(piece)


def serve_with(echo):
    def serve(conn):
        try:
            echo(conn)
        except OSError as error:
            print("lost:", error, file=sys.stderr)
        finally:
            conn.close()

    return serve


def of_pieces(change):
    """An echo that does this to each piece."""

    def echo(conn):
        while piece := conn.recv(16):
            conn.sendall(change(piece))

    return echo


def run(server=None, echo=plain, serve=None, clients=None, log=True):
    server = server or listening()
    serve = serve or serve_with(echo)
    try:
        while clients != 0:
            conn, address = server.accept()
            if log:
                print("connection from", address, file=sys.stderr)
            serve(conn)
            if clients is not None:
                clients -= 1
    except KeyboardInterrupt:
        pass
    server.close()
