"""Wrong: does not look what `send` returns

Lesson: 08
Says: bytes for a client that reads slowly are lost
"""

import many


class Server(many.Server):
    def send(self, conn):
        super().send(conn)
        self.unsent[conn] = b""


Server().run()
