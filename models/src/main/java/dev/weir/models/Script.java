package dev.weir.models;

import java.lang.Character.UnicodeScript;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A writing system, and what it says about the language written in it. */
@SuppressWarnings("ImmutableEnumChecker") // arrays that nobody writes to after they are filled
enum Script {
    LATIN(LanguageProfiles.LATIN, UnicodeScript.LATIN),
    CYRILLIC(LanguageProfiles.CYRILLIC, UnicodeScript.CYRILLIC),
    ARABIC(LanguageProfiles.ARABIC, UnicodeScript.ARABIC),
    DEVANAGARI(LanguageProfiles.DEVANAGARI, UnicodeScript.DEVANAGARI),
    HAN("zh", UnicodeScript.HAN, UnicodeScript.BOPOMOFO),
    KANA("ja", UnicodeScript.HIRAGANA, UnicodeScript.KATAKANA),
    HANGUL("ko", UnicodeScript.HANGUL),
    GREEK("el", UnicodeScript.GREEK),
    HEBREW("he", UnicodeScript.HEBREW),
    THAI("th", UnicodeScript.THAI),
    ARMENIAN("hy", UnicodeScript.ARMENIAN),
    GEORGIAN("ka", UnicodeScript.GEORGIAN),
    BENGALI("bn", UnicodeScript.BENGALI),
    TAMIL("ta", UnicodeScript.TAMIL),
    TELUGU("te", UnicodeScript.TELUGU),
    KANNADA("kn", UnicodeScript.KANNADA),
    MALAYALAM("ml", UnicodeScript.MALAYALAM),
    GUJARATI("gu", UnicodeScript.GUJARATI),
    GURMUKHI("pa", UnicodeScript.GURMUKHI),
    SINHALA("si", UnicodeScript.SINHALA),
    KHMER("km", UnicodeScript.KHMER),
    LAO("lo", UnicodeScript.LAO),
    BURMESE("my", UnicodeScript.MYANMAR),
    ETHIOPIC("am", UnicodeScript.ETHIOPIC),
    /** Any other; its language is undetermined. */
    OTHER("und");

    private static final Map<UnicodeScript, Script> BY_UNICODE = new EnumMap<>(UnicodeScript.class);

    static {
        for (Script script : values()) {
            for (UnicodeScript unicode : script.unicode) {
                BY_UNICODE.put(unicode, script);
            }
        }
    }

    private final UnicodeScript[] unicode;
    private final LanguageProfiles profiles;

    Script(String language, UnicodeScript... unicode) {
        this(LanguageProfiles.only(language), unicode);
    }

    Script(LanguageProfiles profiles, UnicodeScript... unicode) {
        this.unicode = unicode;
        this.profiles = profiles;
    }

    /** The script of a letter; null for letters of none or of all, such as mathematical ones. */
    static @Nullable Script of(int letter) {
        if (letter < 0x80) {
            return LATIN;
        }
        UnicodeScript unicode = UnicodeScript.of(letter);
        return unicode == UnicodeScript.COMMON || unicode == UnicodeScript.INHERITED
                ? null
                : BY_UNICODE.getOrDefault(unicode, OTHER);
    }

    /** Its languages. */
    LanguageProfiles profiles() {
        return profiles;
    }

    /** A sign for a word or a syllable says as much as two letters. */
    int weight() {
        return this == HAN || this == KANA || this == HANGUL ? 2 : 1;
    }
}
