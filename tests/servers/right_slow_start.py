"""Right: takes its time to start"""

import time

import frame

time.sleep(2.5)
frame.run()
