"""Wrong: mixes clients up from the sixth on

Lesson: 08
Says: clients get each other's bytes
"""

import many


class Server(many.Server):
    def received(self, conn, piece):
        everybody = list(self.unsent)
        if len(everybody) > 5:
            conn = everybody[everybody.index(conn) - 1]
        super().received(conn, piece)


Server().run()
