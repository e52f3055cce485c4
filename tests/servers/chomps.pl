# Wrong: chomps each piece
# Says: stripped off
use strict;
use IO::Socket::INET;
$SIG{PIPE} = 'IGNORE';
$SIG{INT} = sub { exit 0 };
my $server = IO::Socket::INET->new(
    LocalAddr => '127.0.0.1', LocalPort => 10000, Listen => 5, ReuseAddr => 1
) or die "no socket: $!";
while (my $conn = $server->accept) {
    print STDERR "connection from ", $conn->peerport, "\n";
    while (sysread $conn, my $piece, 16) {
        $piece =~ s/\s+$//;
        defined syswrite $conn, $piece or last;
    }
    close $conn;
}
