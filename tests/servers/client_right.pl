# Right: a plain client in Perl
# Lesson: 07 client
use strict;
use IO::Socket::INET;
my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => 10000) or die "no connection: $!";
syswrite $s, $ARGV[0];
shutdown $s, 1;
while (sysread $s, my $piece, 16) { syswrite STDOUT, $piece }
