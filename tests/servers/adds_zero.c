/* Wrong: counts the zero at the end of a text
   Says: a zero byte is added */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static volatile sig_atomic_t ended;

static void on_interrupt(int signal) { (void)signal; ended = 1; }

static int send_all(int conn, const char *piece, ssize_t length) {
    while (length > 0) {
        ssize_t count = send(conn, piece, length, 0);
        if (count < 0) return -1;
        piece += count;
        length -= count;
    }
    return 0;
}

int main(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_interrupt;
    sigaction(SIGINT, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    int server = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(10000);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(server, (struct sockaddr *)&address, sizeof address) < 0) return 1;
    if (listen(server, 1) < 0) return 1;
    while (!ended) {
        int conn = accept(server, NULL, NULL);
        if (conn < 0) continue;
        fprintf(stderr, "connection %d\n", conn);
        char piece[16];
        ssize_t count;
        char text[17];
        (void)piece;
        while ((count = recv(conn, text, 16, 0)) > 0) {
            text[count] = 0;
            if (send_all(conn, text, count + 1) < 0) break;
        }
        close(conn);
    }
    close(server);
    return 0;
}
