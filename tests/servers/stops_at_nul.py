"""Wrong: sends what is before a zero byte

Says: zero bytes are lost
"""

import frame

frame.run(echo=frame.of_pieces(lambda piece: piece.split(b"\0")[0]))
