"""Wrong: sends how Python shows bytes

Says: how the language shows bytes
"""

import frame

frame.run(echo=frame.of_pieces(lambda piece: str(piece).encode()))
