"""Wrong: ends after its first client

Says: ended by itself
"""

import frame

frame.run(clients=1)
