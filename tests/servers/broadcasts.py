"""Wrong: tells everybody what one says

Lesson: 08
Says: clients get each other's bytes
"""

import many


class Server(many.Server):
    def received(self, conn, piece):
        for other in list(self.unsent):
            super().received(other, piece)


Server().run()
