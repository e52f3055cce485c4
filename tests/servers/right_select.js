// Right: pipes, for many clients
// Lesson: 08
const net = require('net');
const server = net.createServer(socket => {
  console.error('connection from', socket.remotePort);
  socket.on('error', () => socket.destroy());
  socket.pipe(socket);
});
server.listen(10000, '127.0.0.1');
process.on('SIGINT', () => process.exit(0));
