"""Wrong: listens on port 10001

Says: it listens on another port
"""

import frame

frame.run(server=frame.listening(10001))
