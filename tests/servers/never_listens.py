"""Wrong: binds and does not listen

Options: --start-timeout 2
Says: it never listens
"""

import time

import frame

server = frame.listening(listen=False)
try:
    time.sleep(1000)
except KeyboardInterrupt:
    pass
