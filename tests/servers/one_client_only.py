"""Wrong: ends after its first client."""

import frame

frame.run(forever=False)
