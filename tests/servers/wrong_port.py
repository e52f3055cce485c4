"""Wrong: listens on port 10001."""

import frame

frame.run(server=frame.listening(10001))
