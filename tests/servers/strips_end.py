"""Wrong: strips the end of each piece

Says: stripped off
"""

import frame

frame.run(echo=frame.of_pieces(bytes.rstrip))
