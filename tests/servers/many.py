"""The frame of the servers for many clients: select, and what is unsent for each client."""

import select
import socket
import sys

import frame


class Server:
    def __init__(self):
        self.listening = frame.listening()
        self.unsent = {}

    def wait(self):
        reading = [conn for conn, unsent in self.unsent.items() if not unsent]
        writing = [conn for conn, unsent in self.unsent.items() if unsent]
        return select.select([self.listening] + reading, writing, [])[:2]

    def accept(self):
        conn, address = self.listening.accept()
        print("connection from", address, file=sys.stderr)
        conn.setblocking(False)
        self.unsent[conn] = b""

    def received(self, conn, piece):
        self.unsent[conn] += piece
        self.send(conn)

    def send(self, conn):
        try:
            count = conn.send(self.unsent[conn])
        except BlockingIOError:
            count = 0
        self.unsent[conn] = self.unsent[conn][count:]

    def lost(self, conn):
        conn.close()
        self.unsent.pop(conn, None)

    def turn(self):
        readable, writable = self.wait()
        for conn in readable:
            if conn is self.listening:
                self.accept()
                continue
            if conn not in self.unsent:
                continue
            try:
                piece = conn.recv(4096)
                if piece:
                    self.received(conn, piece)
                else:
                    self.left(conn)
            except OSError:
                self.lost(conn)
        for conn in writable:
            try:
                if conn in self.unsent:
                    self.send(conn)
            except OSError:
                self.lost(conn)

    def left(self, conn):
        self.lost(conn)

    def run(self):
        try:
            while True:
                self.turn()
        except KeyboardInterrupt:
            self.listening.close()
