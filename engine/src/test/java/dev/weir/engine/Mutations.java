package dev.weir.engine;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Inputs that were good until something happened to them. */
public final class Mutations {

    private final Random random;
    private final String[] words;

    /** @param words that mean something where the inputs go */
    public Mutations(long seed, String... words) {
        this.random = new Random(seed);
        this.words = words;
    }

    /** So many inputs as a property takes; {@code -Dweir.fuzz=10} makes it ten times that. */
    public static int times(int inputs) {
        return inputs * Integer.getInteger("weir.fuzz", 1);
    }

    public String of(String good) {
        return new String(of(good.getBytes(StandardCharsets.ISO_8859_1)), StandardCharsets.ISO_8859_1);
    }

    /** In one to four places a part is lost, doubled, moved, or makes room for a byte, or for a word or many. */
    public byte[] of(byte[] good) {
        byte[] bytes = good;
        for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
            int at = random.nextInt(bytes.length);
            int until = Math.min(bytes.length, at + random.nextInt(1 + random.nextInt(24)));
            ByteArrayOutputStream changed = new ByteArrayOutputStream();
            changed.write(bytes, 0, at);
            switch (random.nextInt(7)) {
                case 0 -> changed.write(random.nextInt(256));
                case 1 -> changed.write(bytes[at] ^ (1 << random.nextInt(8)));
                case 2 -> changed.writeBytes(word());
                case 3 -> {
                    byte[] word = word();
                    for (int times = random.nextInt(200); times > 0; times--) {
                        changed.writeBytes(word);
                    }
                }
                case 4 -> {
                    int from = random.nextInt(bytes.length);
                    changed.write(bytes, from, Math.min(bytes.length - from, random.nextInt(40)));
                }
                case 5 -> changed.write(bytes, at, until - at);
                default -> {}
            }
            int rest = random.nextInt(3) == 0 ? at : until;
            changed.write(bytes, rest, bytes.length - rest);
            bytes = changed.toByteArray();
        }
        return bytes;
    }

    private byte[] word() {
        return words[random.nextInt(words.length)].getBytes(StandardCharsets.ISO_8859_1);
    }
}
