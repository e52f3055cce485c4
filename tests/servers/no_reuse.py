"""Wrong: does not set SO_REUSEADDR

Says: does not set SO_REUSEADDR
"""

import frame

frame.run(server=frame.listening(reuse=0))
