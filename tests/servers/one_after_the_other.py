"""Wrong: serves one client after the other

Lesson: 08
Says: one client that says nothing holds up the others
"""

import frame

frame.run()
