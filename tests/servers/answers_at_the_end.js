// Wrong: gathers the message first
// Says: holds everything back
const net = require('net');
const server = net.createServer({ allowHalfOpen: true }, socket => {
  console.error('connection from', socket.remotePort);
  const pieces = [];
  socket.on('error', () => socket.destroy());
  socket.on('data', piece => pieces.push(piece));
  socket.on('end', () => socket.end(Buffer.concat(pieces)));
});
server.listen(10000, '127.0.0.1');
process.on('SIGINT', () => process.exit(0));
