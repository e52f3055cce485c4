"""Wrong: writes question marks for what is no ASCII

Says: the bytes are made a text
"""

import frame

frame.run(echo=frame.of_pieces(lambda piece: piece.decode("ascii", "replace").encode("ascii", "replace")))
