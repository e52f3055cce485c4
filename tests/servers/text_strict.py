"""Wrong: makes a text of the bytes and fails where that is none

Says: the bytes are made a text
"""

import frame

frame.run(echo=frame.of_pieces(lambda piece: piece.decode().encode()))
