"""Right: select, and what is unsent for each client

Lesson: 08
"""

import many


many.Server().run()
