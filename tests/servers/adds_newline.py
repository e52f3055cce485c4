"""Wrong: ends each piece with a newline

Says: an end of a line is added
"""

import frame

frame.run(echo=frame.of_pieces(lambda piece: piece + b"\n"))
