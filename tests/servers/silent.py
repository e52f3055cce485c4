"""Wrong: accepts, and never says a word

Says: says nothing
"""

import frame

kept = []
frame.run(serve=kept.append)
