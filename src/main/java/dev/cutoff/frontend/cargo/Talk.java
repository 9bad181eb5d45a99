package dev.cutoff.frontend.cargo;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The conversation with one client (client.rs): texts are their length in four bytes, big-endian, and UTF-8. */
final class Talk {

    /** A text longer than this is no text of ours. */
    private static final int LONGEST = 1 << 28;

    private final DataInputStream in;
    private final DataOutputStream out;

    Talk(SocketChannel channel) {
        in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
        out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
    }

    /** How a compile ended; {@code said} is all of its standard error. */
    @SuppressWarnings("ArrayRecordComponent") // Not compared; written to nobody.
    record End(int code, long micros, byte[] said) {}

    private byte[] text() throws IOException {
        int length = in.readInt();
        if (length < 0 || length > LONGEST) {
            throw new IOException("a text of " + length + " bytes");
        }
        return in.readNBytes(length);
    }

    private List<String> texts() throws IOException {
        int count = in.readInt();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(new String(text(), StandardCharsets.UTF_8));
        }
        return texts;
    }

    RustcCall call() throws IOException {
        Path folder = Path.of(new String(text(), StandardCharsets.UTF_8));
        List<String> words = texts();
        Map<String, String> environment = new LinkedHashMap<>();
        for (String variable : texts()) {
            int equals = variable.indexOf('=', 1);
            environment.put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        return RustcCall.of(words, folder, environment);
    }

    /** The compiler decides alone, and tells nothing. */
    void pass() throws IOException {
        out.writeByte('P');
        out.flush();
    }

    /** Nothing is run; this was said when it was. */
    void repeat(byte[] said) throws IOException {
        out.writeByte('K');
        out.writeInt(said.length);
        out.write(said);
        out.flush();
    }

    /**
     * The compiler is run.
     *
     * @param holds whether the notice of metadata waits for {@link #verdict}
     * @param replaced words of its command line and what stands in their place, in turn
     * @param variables names and values, in turn
     */
    void run(boolean holds, List<String> replaced, List<String> variables) throws IOException {
        out.writeByte('R');
        out.writeByte(holds ? 1 : 0);
        write(replaced);
        write(variables);
        out.flush();
    }

    private void write(List<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }

    synchronized void verdict(boolean keeps) throws IOException {
        out.writeByte(keeps ? 'k' : 'r');
        out.flush();
    }

    End end() throws IOException {
        if (in.readByte() != 'D') {
            throw new IOException("the client is of another version");
        }
        return new End(in.readInt(), in.readLong(), text());
    }

    /** All is in place. */
    void over() throws IOException {
        out.writeByte('.');
        out.flush();
    }
}
