"""Wrong: does not end

Lesson: 07 client
Says: does not end when the whole reply is there
"""

import socket
import sys

s = socket.create_connection(("127.0.0.1", 10000))
s.sendall(sys.argv[1].encode())
s.shutdown(socket.SHUT_WR)
reply = b""
while piece := s.recv(16):
    reply += piece
s.close()
print(reply.decode(), flush=True)
__import__("time").sleep(1000)
