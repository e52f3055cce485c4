"""Wrong: writes a line when it starts, and no more

Says: it writes no log
"""

import sys

import frame

print("listening", file=sys.stderr)
frame.run(log=False)
