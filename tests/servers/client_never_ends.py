"""Wrong: waits for an end without having said its own

Lesson: 07 client
Says: waits for an end that the server waits for as well
"""

import socket
import sys

s = socket.create_connection(("127.0.0.1", 10000))
s.sendall(sys.argv[1].encode())
reply = b""
while piece := s.recv(16):
    reply += piece
s.close()
print(reply.decode())
