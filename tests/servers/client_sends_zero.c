/* Wrong: sends the zero at the end of its text as well
   Lesson: 07 client
   Says: a zero byte is added */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int count, char **words) {
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(10000);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (count != 2 || connect(s, (struct sockaddr *)&address, sizeof address) < 0) return 1;
    if (send(s, words[1], strlen(words[1]) + 1, 0) < 0) return 1;
    shutdown(s, SHUT_WR);
    char piece[16];
    ssize_t n;
    while ((n = recv(s, piece, sizeof piece, 0)) > 0) fwrite(piece, 1, n, stdout);
    close(s);
    return 0;
}
