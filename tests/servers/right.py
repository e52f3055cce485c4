"""Right: a plain echo server"""

import frame

frame.run()
