package dev.cutoff.frontend.cargo;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers the clients of one run at a socket; over when it is closed, as every client then runs the compiler itself. */
final class Calls implements AutoCloseable {

    private final ServerSocketChannel server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "cutoff-cargo");
        thread.setDaemon(true);
        return thread;
    });
    private final Path socket;
    private final Tally tally;

    Calls(Path socket, Tally tally) throws IOException {
        this.socket = socket;
        this.tally = tally;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
    }

    Path socket() {
        return socket;
    }

    ExecutorService threads() {
        return threads;
    }

    void serve(UnitBuilder builder) {
        threads.execute(() -> {
            while (true) {
                try {
                    SocketChannel client = server.accept();
                    threads.execute(() -> answer(client, builder));
                } catch (ClosedChannelException e) {
                    return;
                } catch (IOException e) {
                    tally.note("a call could not be answered: " + e.getMessage());
                    return;
                }
            }
        });
    }

    private void answer(SocketChannel client, UnitBuilder builder) {
        try (client) {
            Talk talk = new Talk(client);
            builder.build(talk.call(), talk);
        } catch (IOException | RuntimeException e) {
            // The client goes on without us, with the compiler.
            tally.note("a call was left to the compiler: " + e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
