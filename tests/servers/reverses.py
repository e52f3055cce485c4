"""Wrong: sends the bytes of a piece backwards

Says: in reverse order
"""

import frame

frame.run(echo=frame.of_pieces(lambda piece: piece[::-1]))
