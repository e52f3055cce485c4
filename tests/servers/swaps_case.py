"""Wrong: makes small letters of capitals, and the other way round

Says: letters are changed
"""

import frame

frame.run(echo=frame.of_pieces(bytes.swapcase))
