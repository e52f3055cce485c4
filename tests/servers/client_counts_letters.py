"""Wrong: sends as many bytes as there are letters

Lesson: 07 client
Says: only the beginning comes
"""

import socket
import sys

s = socket.create_connection(("127.0.0.1", 10000))
s.sendall(sys.argv[1].encode()[: len(sys.argv[1])])
s.shutdown(socket.SHUT_WR)
reply = b""
while piece := s.recv(16):
    reply += piece
s.close()
print(reply.decode())
