"""Right: for many clients, by asyncio

Lesson: 08
"""

import asyncio
import sys


async def serve(reader, writer):
    print("connection from", writer.get_extra_info("peername"), file=sys.stderr)
    try:
        while piece := await reader.read(4096):
            writer.write(piece)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 10000, reuse_address=True)
    async with server:
        await server.serve_forever()


try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
