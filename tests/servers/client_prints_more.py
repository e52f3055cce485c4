"""Wrong: prints words of its own

Lesson: 07 client
Says: prints more than the reply
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
print("received:", reply.decode())
