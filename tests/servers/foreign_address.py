"""Wrong: binds an address of another machine

Says: not this machine's
"""

import frame

frame.run(server=frame.listening(host="192.0.2.1"))
