"""Wrong: reads one encoding and writes another

Says: the bytes are made a text
"""

import frame

frame.run(echo=frame.of_pieces(lambda piece: piece.decode("latin-1").encode()))
