"""Wrong: makes a text of the bytes and replaces what is none

Says: the bytes are made a text
"""

import frame

frame.run(echo=frame.of_pieces(lambda piece: piece.decode(errors="replace").encode()))
