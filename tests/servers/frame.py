"""The frame of the servers here: an echo server as the homework wants it, whose parts a server
replaces where it is to be wrong."""

import socket
import sys


def listening(port=10000):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", port))
    server.listen(5)
    return server


def echo(conn):
    while True:
        piece = conn.recv(16)
        if not piece:
            return
        conn.sendall(piece)


def serve(conn):
    try:
        echo(conn)
    except ConnectionError as error:
        print("lost:", error, file=sys.stderr)
    finally:
        conn.close()


def run(server=None, serve=serve, forever=True):
    server = server or listening()
    try:
        while True:
            conn, _ = server.accept()
            serve(conn)
            if not forever:
                break
    except KeyboardInterrupt:
        pass
    server.close()
