// Wrong: reads letters, no bytes
// Says: the bytes are made a text
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;

public class Letters {
    public static void main(String[] args) throws Exception {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));
        ServerSocket server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress("127.0.0.1", 10000), 50);
        while (true) {
            Socket conn = server.accept();
            System.err.println(conn);
            serve(conn);
        }
    }

    static void serve(Socket conn) {
        try (conn) {
            Reader in = new InputStreamReader(conn.getInputStream(), StandardCharsets.UTF_8);
            Writer out = new OutputStreamWriter(conn.getOutputStream(), StandardCharsets.UTF_8);
            char[] piece = new char[16];
            int n;
            while ((n = in.read(piece)) != -1) { out.write(piece, 0, n); out.flush(); }
        } catch (IOException e) {
            System.err.println(e);
        }
    }
}
