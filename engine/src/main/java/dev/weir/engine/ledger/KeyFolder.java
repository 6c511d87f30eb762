package dev.weir.engine.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Keys of 256 bits, a file each, made when they are first needed, in a directory that only its owner can read. Apart from
 * the database, so that a backup of the one is worth nothing without the other. Nothing is kept in memory: a key that is
 * destroyed is gone for a running server too.
 */
final class KeyFolder {

    private static final int KEY_BYTES = 32;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final Path folder;
    private final SecureRandom random = new SecureRandom();

    KeyFolder(Path folder) {
        this.folder = folder;
    }

    /** The key of that name, drawn and made durable when there is none. */
    byte[] key(String name) throws IOException {
        Optional<byte[]> found = find(name);
        return found.isPresent() ? found.get() : create(name);
    }

    Optional<byte[]> find(String name) throws IOException {
        Path file = file(name);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        byte[] key = Files.readAllBytes(file);
        if (key.length != KEY_BYTES) {
            throw new IOException("weir.ledger.keys: " + file + " has " + key.length + " bytes (expected: " + KEY_BYTES
                    + "); without the right ones what they sealed is lost");
        }
        return Optional.of(key);
    }

    /** Overwrites and removes a key; false when there was none. */
    boolean destroy(String name) throws IOException {
        Path file = file(name);
        if (!Files.exists(file)) {
            return false;
        }
        Files.write(file, new byte[KEY_BYTES], StandardOpenOption.WRITE, StandardOpenOption.DSYNC);
        Files.delete(file);
        return true;
    }

    private byte[] create(String name) throws IOException {
        Files.createDirectories(folder, ownerOnly("rwx------"));
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        Path draft = Files.createTempFile(folder, "new", ".key", ownerOnly("rw-------"));
        Files.write(draft, key, StandardOpenOption.WRITE, StandardOpenOption.DSYNC);
        try {
            Files.createLink(file(name), draft); // fails when another process was first; never a half-written key
            return key;
        } catch (FileAlreadyExistsException e) {
            return find(name).orElseThrow();
        } catch (UnsupportedOperationException e) {
            Files.copy(draft, file(name), StandardCopyOption.COPY_ATTRIBUTES);
            return key;
        } finally {
            Files.delete(draft);
        }
    }

    private Path file(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new UncheckedIOException(
                    new IOException("key of " + name + " (expected: 1 to 64 letters, digits, dots, - or _)"));
        }
        return folder.resolve(name + ".key");
    }

    private FileAttribute<?>[] ownerOnly(String permissions) {
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
