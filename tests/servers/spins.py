"""Wrong: asks without waiting

Lesson: 08
Says: uses the processor
"""

import select

import many


class Server(many.Server):
    def wait(self):
        return select.select([self.listening, *self.idle()], list(self.unsent), [], 0)[:2]

    def idle(self):
        return [conn for conn, unsent in self.unsent.items() if not unsent]

    def send(self, conn):
        if self.unsent[conn]:
            super().send(conn)


Server().run()
