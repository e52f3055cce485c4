"""Wrong: has a bracket open

Says: cannot be run as it is written
"""

import frame

frame.run(
