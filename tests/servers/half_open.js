// Wrong: leaves its own side open
// Says: does not close the connection
const net = require('net');
const server = net.createServer({ allowHalfOpen: true }, socket => {
  console.error('connection from', socket.remotePort);
  socket.on('error', () => socket.destroy());
  socket.on('data', piece => socket.write(piece));
});
server.listen(10000, '127.0.0.1');
process.on('SIGINT', () => process.exit(0));
