"""Right: counts the bytes of the reply and says no end

Lesson: 07 client
"""

import socket
import sys

s = socket.create_connection(("127.0.0.1", 10000))
s.sendall(sys.argv[1].encode())
reply = b""
while len(reply) < len(sys.argv[1].encode()):
    reply += s.recv(16)
s.close()
print(reply.decode())
