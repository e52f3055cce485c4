"""Right: by the standard library"""

import socketserver
import sys


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        print("connection from", self.client_address, file=sys.stderr)
        while piece := self.request.recv(16):
            self.request.sendall(piece)


socketserver.TCPServer.allow_reuse_address = True
with socketserver.TCPServer(("127.0.0.1", 10000), Echo) as server:
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
