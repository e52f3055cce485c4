"""Wrong: closes everything when one client breaks off

Lesson: 08
Says: a client that breaks off takes the others with it
"""

import sys

import many


class Server(many.Server):
    def lost(self, conn):
        broken = sys.exc_info()[1] is not None
        for other in list(self.unsent) if broken else [conn]:
            super().lost(other)


Server().run()
