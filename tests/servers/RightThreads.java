// Right: a thread for each client
// Lesson: 08
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;

public class RightThreads {
    public static void main(String[] args) throws Exception {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));
        ServerSocket server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress("127.0.0.1", 10000), 50);
        while (true) {
            Socket conn = server.accept();
            System.err.println(conn);
            new Thread(() -> serve(conn)).start();
        }
    }

    static void serve(Socket conn) {
        try (conn) {
            byte[] piece = new byte[16];
            OutputStream out = conn.getOutputStream();
            int n;
            while ((n = conn.getInputStream().read(piece)) != -1) out.write(piece, 0, n);
        } catch (IOException e) {
            System.err.println(e);
        }
    }
}
