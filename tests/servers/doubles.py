"""Wrong: sends each piece twice

Says: everything comes twice
"""

import frame

frame.run(echo=frame.of_pieces(lambda piece: piece * 2))
