package dev.weir.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Curated phrases and structured secrets, found in one pass over a text with constant memory and constant work a
 * character. Phrases cast votes; secrets also have a replacement, and are what a cursor {@linkplain Cursor#holdFrom
 * holds} text for. Safe from any thread; each text has a cursor of its own.
 */
public final class Lexicon {
    /** Longest phrase match in raw code points; a phrase spread over more is none. */
    private static final int LONGEST_PHRASE = 256;

    private static final Rule CARD = secret("secret.card", "[card number]", CardReader.LONGEST);
    private static final Rule IBAN = secret("secret.iban", "[bank account]", IbanReader.LONGEST);
    private static final Rule EMAIL = secret("secret.email", "[e-mail address]", EmailReader.LONGEST);
    private static final Rule KEY = secret("secret.key", "[access key]", KeyReader.LONGEST);
    private static final Rule WEB_TOKEN = secret("secret.web-token", "[access token]", WebTokenReader.LONGEST);
    private static final Rule PRIVATE_KEY = secret("secret.private-key", "[private key]", PrivateKeyReader.LONGEST);
    private static final Rule SOCIAL_SECURITY =
            secret("secret.social-security", "[social security number]", SocialSecurityReader.LONGEST);
    private static final Rule HIDDEN = opaque("opaque.hidden", OpaqueReader.MOST_HIDDEN + 1);
    private static final Rule UNREADABLE = opaque("opaque.unreadable", LONGEST_PHRASE);
    private static final Rule ENCODED = opaque("opaque.encoded", LONGEST_PHRASE * 16);
    private static final Rule DISGUISED = opaque("opaque.disguised", LONGEST_PHRASE * 16);
    private static final Rule SPELLED_OUT = opaque("opaque.spelled-out", LONGEST_PHRASE * 16);

    private static final int ASCII = 0x80;
    /** Which readers of secrets a character may start, a bit each, by what {@link #kind} stands before it. */
    private static final int[][] MAY_START = {
        mayStart(SecretReader.BREAK), mayStart('a'), mayStart('0'),
    };

    private final PhraseAutomaton phrases;
    private final SpelledOutReader.Phrases spelledOut;
    private final int maxMatchLength;

    private Lexicon(PhraseAutomaton phrases, SpelledOutReader.Phrases spelledOut) {
        this.phrases = phrases;
        this.spelledOut = spelledOut;
        maxMatchLength = PrivateKeyReader.LONGEST;
    }

    private static Rule secret(String id, String replacement, int maxLength) {
        return new Rule(id, Category.PRIVACY, Vote.ofProbability(0.9), replacement, maxLength);
    }

    private static Rule opaque(String id, int maxLength) {
        return new Rule(id, Category.OPAQUE, Vote.ofProbability(0.7), null, maxLength);
    }

    private static SecretReader[] newSecretReaders() {
        return new SecretReader[] {
            new CardReader(CARD),
            new IbanReader(IBAN),
            new EmailReader(EMAIL),
            new KeyReader(KEY),
            new WebTokenReader(WEB_TOKEN),
            new PrivateKeyReader(PRIVATE_KEY),
            new SocialSecurityReader(SOCIAL_SECURITY)
        };
    }

    private static int[] mayStart(int before) {
        SecretReader[] secrets = newSecretReaders();
        int[] mayStart = new int[ASCII];
        for (int c = 0; c < ASCII; c++) {
            for (int i = 0; i < secrets.length; i++) {
                mayStart[c] |= secrets[i].mayStart(SecretReader.BREAK, before, c) ? 1 << i : 0;
            }
        }
        return mayStart;
    }

    /** Place in {@link #MAY_START} after this character: letters are all alike to a secret, and so are digits. */
    private static int kind(int before) {
        return SecretReader.isLetter(before) ? 1 : SecretReader.isDigit(before) ? 2 : 0;
    }

    /** Where what is wrong with a rules file is said. */
    interface Problems {
        void add(String key, String value, String expected);
    }

    /** Reads lines of id, category, probability and phrase, with tabs between; lines that begin with # are comments. */
    static Lexicon load(Path file, List<Category> categories, Problems problems) throws IOException {
        List<String> texts = new ArrayList<>();
        List<Rule> rules = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        Set<String> seen = new HashSet<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String where = file.getFileName() + " line " + number;
            String[] columns = line.split("\t", -1);
            if (columns.length != 4) {
                problems.add(
                        "rules", where + " has " + columns.length + " columns", "id, category, probability, phrase");
                continue;
            }
            Optional<Category> category = Category.ofWireName(columns[1]);
            Byte vote = vote(columns[2]);
            String stored = PhraseAutomaton.stored(columns[3]);
            if (category.isEmpty() || !categories.contains(category.get())) {
                problems.add("rules", where + " category \"" + columns[1] + "\"", "one of the manifest's categories");
            } else if (vote == null) {
                problems.add("rules", where + " probability \"" + columns[2] + "\"", "a number in (0, 1)");
            } else if (stored.length() < 4 || stored.length() > PhraseAutomaton.LONGEST) {
                problems.add("rules", where + " phrase", "2 to " + (PhraseAutomaton.LONGEST - 2) + " characters");
            } else if (!ids.add(columns[0]) || !seen.add(stored + columns[1])) {
                problems.add("rules", where + " \"" + columns[0] + "\"", "each id and phrase once");
            } else {
                texts.add(stored);
                rules.add(new Rule(columns[0], category.get(), vote, null, LONGEST_PHRASE));
            }
        }
        return new Lexicon(new PhraseAutomaton(texts, rules), new SpelledOutReader.Phrases(texts, rules));
    }

    private static @Nullable Byte vote(String probability) {
        try {
            double p = Double.parseDouble(probability);
            return p > 0 && p < 1 ? Vote.ofProbability(p) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    public Cursor newCursor() {
        return new Cursor(this);
    }

    /** Longest match of any rule with a replacement, in raw code points: the most a hold can come to. */
    public int maxMatchLength() {
        return maxMatchLength;
    }

    /**
     * Reads one text. Not thread-safe.
     *
     * <p>Matches of one rule never overlap; matches of two may, and come in the order they became final.
     */
    public static final class Cursor {
        private final PhraseAutomaton.Cursor phrases;
        private final SpelledOutReader spelledOut;
        private final EncodedPhrases encoded;
        private final DisguiseReader disguise = new DisguiseReader(DISGUISED);
        private final OpaqueReader opaque = new OpaqueReader(HIDDEN, UNREADABLE, ENCODED);
        private final SecretReader[] secrets = newSecretReaders();
        /** A bit for each reader of secrets that is not idle. */
        private int reading;

        /** The last two characters of the plain view. */
        private int before = SecretReader.BREAK;

        private int beforeThat = SecretReader.BREAK;
        private int length;

        private Cursor(Lexicon lexicon) {
            phrases = new PhraseAutomaton.Cursor(lexicon.phrases);
            spelledOut = new SpelledOutReader(lexicon.spelledOut, SPELLED_OUT);
            encoded = new EncodedPhrases(lexicon.phrases, phrases);
        }

        /** Takes one code point (an unpaired surrogate is one) and reports the matches it made final. */
        public void append(int codePoint, MatchSink sink) {
            int offset = length++;
            int plain = FoldedView.plain(codePoint);
            encoded.beforePlain(codePoint, plain);
            phrases.append(codePoint, offset, sink);
            spelledOut.append(codePoint, offset, sink);
            disguise.append(codePoint, offset, sink);
            boolean cut = opaque.append(plain, offset, sink);
            if (plain != FoldedView.GONE) {
                encoded.append(codePoint, plain, offset, sink);
                readSecrets(plain, offset, sink);
            } else if (cut) {
                endSecrets(sink);
            }
        }

        private void readSecrets(int c, int offset, MatchSink sink) {
            int concerned = reading | (c < ASCII ? MAY_START[kind(before)][c] : 0);
            for (int left = concerned; left != 0; left &= left - 1) {
                int bit = Integer.lowestOneBit(left);
                SecretReader secret = secrets[Integer.numberOfTrailingZeros(left)];
                secret.append(beforeThat, before, c, offset, sink);
                reading = secret.isIdle() ? reading & ~bit : reading | bit;
            }
            beforeThat = before;
            before = c;
        }

        private void endSecrets(MatchSink sink) {
            for (SecretReader secret : secrets) {
                secret.end(length, sink);
            }
            reading = 0;
        }

        /** The text is complete: reports what the end made final. */
        public void end(MatchSink sink) {
            phrases.end(length, sink);
            spelledOut.end(length, sink);
            disguise.end(length, sink);
            encoded.end(length, sink);
            endSecrets(sink);
        }

        /**
         * The first raw offset that a later character could still make part of a match of a rule with a replacement;
         * {@link #length()} if there is none. Never goes back. In prose it is the start of the word being written.
         */
        public int holdFrom() {
            int from = length;
            for (int left = reading; left != 0; left &= left - 1) {
                from = Math.min(from, secrets[Integer.numberOfTrailingZeros(left)].holdFrom(length));
            }
            return from;
        }

        public int length() {
            return length;
        }
    }
}
