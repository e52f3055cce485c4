// Right: a plain client for Node
// Lesson: 07 client
const net = require('net');
const pieces = [];
const socket = net.connect(10000, '127.0.0.1', () => socket.end(process.argv[2]));
socket.on('data', piece => pieces.push(piece));
socket.on('end', () => console.log(Buffer.concat(pieces).toString()));
