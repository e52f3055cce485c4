"""Wrong: takes no more than ten clients

Lesson: 08
Says: one client that says nothing holds up the others
"""

import time

import many


class Server(many.Server):
    def wait(self):
        readable, writable = super().wait()
        if len(self.unsent) >= 10:
            readable = [conn for conn in readable if conn is not self.listening]
            time.sleep(0.01)
        return readable, writable


Server().run()
