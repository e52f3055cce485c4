"""Wrong: makes a text of each piece

Lesson: 07 client
Says: the bytes are made a text
"""

import socket
import sys

s = socket.create_connection(("127.0.0.1", 10000))
s.sendall(sys.argv[1].encode())
s.shutdown(socket.SHUT_WR)
reply = b""
reply = ""
while piece := s.recv(16):
    reply += piece.decode()
s.close()
print(reply)
