"""Wrong: sends nothing

Lesson: 07 client
Says: sends nothing or not all
"""

import socket
import sys

s = socket.create_connection(("127.0.0.1", 10000))
sys.argv[1].encode()
reply = b""
while piece := s.recv(16):
    reply += piece
s.close()
print(reply.decode())
