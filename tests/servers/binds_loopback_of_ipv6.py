"""Wrong: listens on ::1

Says: another address than 127.0.0.1
"""

import socket

import frame

frame.run(server=frame.listening(host="::1", family=socket.AF_INET6))
