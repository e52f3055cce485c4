/* Right: a process for each client */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static volatile sig_atomic_t ended;

static void on_interrupt(int signal) { (void)signal; ended = 1; }

int main(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_interrupt;
    sigaction(SIGINT, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_IGN);
    int server = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(10000);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(server, (struct sockaddr *)&address, sizeof address) < 0 || listen(server, 16) < 0) {
        perror("bind");
        return 1;
    }
    while (!ended) {
        int conn = accept(server, NULL, NULL);
        if (conn < 0) continue;
        printf("connection %d\n", conn);
        fflush(stdout);
        if (fork() == 0) {
            char piece[16];
            ssize_t count;
            close(server);
            while ((count = recv(conn, piece, sizeof piece, 0)) > 0)
                if (send(conn, piece, count, 0) != count) break;
            _exit(0);
        }
        close(conn);
    }
    close(server);
    return 0;
}
