"""Wrong: shouts

Says: letters are changed
"""

import frame

frame.run(echo=frame.of_pieces(bytes.upper))
