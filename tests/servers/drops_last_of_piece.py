"""Wrong: leaves the last byte of each piece out

Says: the last byte is missing
"""

import frame

frame.run(echo=frame.of_pieces(lambda piece: piece[:-1]))
