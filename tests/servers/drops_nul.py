"""Wrong: drops zero bytes

Says: zero bytes are lost
"""

import frame

frame.run(echo=frame.of_pieces(lambda piece: piece.replace(b"\0", b"")))
