"""Wrong: listens on all addresses of IPv6 and IPv4

Says: another address than 127.0.0.1
"""

import socket

import frame

frame.run(server=frame.listening(host="::", family=socket.AF_INET6))
