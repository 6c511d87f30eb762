package dev.weir.engine.ledger;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of {@link ChainedLine}s that one process appends to. A crash can leave half a group behind the last line that
 * was made durable; opening finds the last intact line and moves what follows into a file beside it, because appending
 * to half a line would make one broken line of two. Not thread-safe.
 */
final class LedgerFile implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LedgerFile.class);

    /** How far from the end an intact line is looked for: far more than one group. */
    private static final int MAX_TORN_BYTES = 16 << 20;

    private final Path path;
    private final FileChannel channel;
    private long end;
    private String lastHash = ChainedLine.GENESIS;

    private LedgerFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Opens or creates the file, alone.
     *
     * @throws IOException one line that names the file, what is wrong and what to do
     */
    static LedgerFile open(Path path) throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock(path, channel);
            LedgerFile file = new LedgerFile(path, channel);
            file.recover();
            return file;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void lock(Path path, FileChannel channel) throws IOException {
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // held in this process: as good as by another
        }
        if (lock == null) {
            throw new IOException("weir.ledger.file: " + path
                    + " is in use by another server: give each its own file, or \"\" to keep none");
        }
    }

    /** Appends the entries, each one JSON object, and returns when they are on the disk. On failure none is kept. */
    void append(List<String> entries) throws IOException {
        StringBuilder lines = new StringBuilder();
        String hash = lastHash;
        for (String entry : entries) {
            ChainedLine line = ChainedLine.after(hash, entry);
            lines.append(line).append('\n');
            hash = line.hash();
        }
        ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8));
        long position = end;
        try {
            while (bytes.hasRemaining()) {
                position += channel.write(bytes, position);
            }
            channel.force(false);
        } catch (IOException e) {
            channel.truncate(end); // whatever was written of the group
            throw e;
        }
        end = position;
        lastHash = hash;
    }

    /** Shows the entries of about the last {@code bytes} of the file, oldest first. */
    void readRecent(long bytes, Consumer<String> entries) throws IOException {
        long from = Math.max(0, end - bytes);
        channel.position(from);
        // Never closed, nor opened a second time: closing any handle of a file gives up the process's lock on it.
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
        String line = lines.readLine();
        if (from > 0) {
            line = lines.readLine(); // the first may have begun before
        }
        for (; line != null; line = lines.readLine()) {
            ChainedLine.parse(line).map(ChainedLine::entry).ifPresent(entries);
        }
    }

    private void recover() throws IOException {
        long size = channel.size();
        int tailLength = (int) Math.min(size, MAX_TORN_BYTES);
        byte[] tail = read(size - tailLength, tailLength);
        int intactEnd = 0; // in the tail, behind a line feed
        for (int lineEnd = tailLength; lineEnd > 0; lineEnd = previousLineEnd(tail, lineEnd)) {
            Optional<ChainedLine> line = lineEnding(tail, lineEnd);
            if (line.isPresent()) {
                lastHash = line.get().hash();
                intactEnd = lineEnd;
                break;
            }
        }
        if (intactEnd == 0 && size > 0 && !isTornFirstLine(tail, size)) {
            throw new IOException("weir.ledger.file: " + path
                    + " holds no intact ledger line near its end: move it away, or name another file");
        }
        end = size - tailLength + intactEnd;
        if (end < size) {
            moveAside(tail, intactEnd);
        }
    }

    private static boolean isTornFirstLine(byte[] tail, long size) {
        String text = new String(tail, StandardCharsets.UTF_8);
        return tail.length == size && text.indexOf('\n') < 0 && ChainedLine.maybeBeginning(text);
    }

    /** The line that ends with the line feed before {@code lineEnd}, if there is one and it is intact. */
    private static Optional<ChainedLine> lineEnding(byte[] tail, int lineEnd) {
        if (tail[lineEnd - 1] != '\n') {
            return Optional.empty();
        }
        int start = previousLineEnd(tail, lineEnd);
        return ChainedLine.parse(new String(tail, start, lineEnd - 1 - start, StandardCharsets.UTF_8));
    }

    /** The position behind the last line feed that stands before {@code lineEnd - 1}; 0 when there is none. */
    private static int previousLineEnd(byte[] tail, int lineEnd) {
        int i = lineEnd - 1;
        while (i > 0 && tail[i - 1] != '\n') {
            i--;
        }
        return i;
    }

    private void moveAside(byte[] tail, int from) throws IOException {
        Path aside = path.resolveSibling(path.getFileName() + ".torn-at-" + end);
        Files.write(
                aside,
                Arrays.copyOfRange(tail, from, tail.length),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND,
                StandardOpenOption.SYNC);
        channel.truncate(end);
        channel.force(true);
        log.warn(
                "ledger {}: {} bytes behind the last intact line, left by a crash, are now in {}",
                path,
                tail.length - from,
                aside.getFileName());
    }

    private byte[] read(long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining() && channel.read(buffer, position + buffer.position()) >= 0) {
            // until the length is there
        }
        return buffer.array();
    }

    boolean isClosed() {
        return !channel.isOpen();
    }

    /** Releases the file and its lock. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
