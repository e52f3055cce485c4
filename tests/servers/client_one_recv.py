"""Wrong: receives once

Lesson: 07 client
Says: a piece is taken for the whole message
"""

import socket
import sys

s = socket.create_connection(("127.0.0.1", 10000))
s.sendall(sys.argv[1].encode())
s.shutdown(socket.SHUT_WR)
reply = b""
reply = s.recv(16)
s.close()
print(reply.decode())
