// Wrong: names no address
// Says: another address than 127.0.0.1
const net = require('net');
const server = net.createServer(socket => {
  console.error('connection from', socket.remotePort);
  socket.on('error', () => socket.destroy());
  socket.pipe(socket);
});
server.listen(10000);
process.on('SIGINT', () => process.exit(0));
