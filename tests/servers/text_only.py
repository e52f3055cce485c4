"""Wrong: makes a text of the bytes and drops what is none

Says: the bytes are made a text
"""

import frame

frame.run(echo=frame.of_pieces(lambda piece: piece.decode("ascii", errors="ignore").encode()))
