"""Wrong: ends when it listens

Says: before anybody could call
"""

import frame

frame.listening(listen=False).close()
