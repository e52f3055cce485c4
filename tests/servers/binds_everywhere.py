"""Wrong: listens on all addresses

Says: another address than 127.0.0.1
"""

import frame

frame.run(server=frame.listening(host="0.0.0.0"))
