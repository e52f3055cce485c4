"""Wrong: writes no log

Says: it writes no log
"""

import frame

frame.run(log=False)
