"""Wrong: asks who can be written to without having anything to send

Lesson: 08
Says: uses the processor
"""

import select

import many


class Server(many.Server):
    def wait(self):
        return select.select([self.listening, *self.idle()], list(self.unsent), [])[:2]

    def idle(self):
        return [conn for conn, unsent in self.unsent.items() if not unsent]

    def send(self, conn):
        if self.unsent[conn]:
            super().send(conn)


Server().run()
