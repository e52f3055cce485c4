// Wrong: hears no errors
// Says: a client that broke off ended the whole program
const net = require('net');
const server = net.createServer(socket => {
  console.error('connection from', socket.remotePort);
  socket.pipe(socket);
});
server.listen(10000, '127.0.0.1');
process.on('SIGINT', () => process.exit(0));
