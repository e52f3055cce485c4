"""Wrong: leaves Ctrl-C to the system

Says: Ctrl-C kills it
"""

import signal

import frame

signal.signal(signal.SIGINT, signal.SIG_DFL)
frame.run()
