// Wrong: makes texts of the bytes
// Says: the bytes are made a text
const net = require('net');
const server = net.createServer(socket => {
  console.error('connection from', socket.remotePort);
  socket.setEncoding('utf8');
  socket.on('error', () => socket.destroy());
  socket.on('data', text => socket.write(text));
});
server.listen(10000, '127.0.0.1');
process.on('SIGINT', () => process.exit(0));
