"""Wrong: listens on 127.0.0.2

Says: another address than 127.0.0.1
"""

import frame

frame.run(server=frame.listening(host="127.0.0.2"))
