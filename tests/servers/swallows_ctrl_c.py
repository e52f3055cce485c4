"""Wrong: goes on after Ctrl-C

Says: runs on after Ctrl-C
"""

import frame

server = frame.listening()
while True:
    frame.run(server=server.dup())
