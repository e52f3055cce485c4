"""Wrong: accepts, and never says a word; deaf to Ctrl-C as well

Says: says nothing
"""

import signal

import frame

signal.signal(signal.SIGINT, signal.SIG_IGN)
kept = []
frame.run(serve=kept.append)
