"""Wrong: ends with exit code 1 after Ctrl-C

Says: ends with an error after Ctrl-C
"""

import sys

import frame

frame.run()
sys.exit(1)
