"""Wrong: strips zero bytes from the end of a piece

Says: zero bytes are lost
"""

import frame

frame.run(echo=frame.of_pieces(lambda piece: piece.rstrip(b"\0")))
