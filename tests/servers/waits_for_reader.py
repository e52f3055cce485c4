"""Wrong: waits until a client has taken all

Lesson: 08
Says: one client that does not read holds up the others
"""

import many


class Server(many.Server):
    def send(self, conn):
        conn.setblocking(True)
        conn.sendall(self.unsent[conn])
        conn.setblocking(False)
        self.unsent[conn] = b""


Server().run()
