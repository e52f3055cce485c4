// Wrong: reads lines, of text
// Says: an end of a line is added
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;

public class Lines {
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
            BufferedReader in = new BufferedReader(new InputStreamReader(conn.getInputStream(), StandardCharsets.UTF_8));
            PrintWriter out = new PrintWriter(conn.getOutputStream(), true);
            String line;
            while ((line = in.readLine()) != null) out.println(line);
        } catch (IOException e) {
            System.err.println(e);
        }
    }
}
