"""Wrong: ends with its third client

Says: ended by itself
"""

import frame

frame.run(clients=3)
