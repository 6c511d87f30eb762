package dev.weir.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files a manifest names: found, whole, readable. What is wrong is added to a list of problems. */
final class ExpertFiles {
    private final String expert;
    private final Path folder;
    private final List<String> problems;

    ExpertFiles(String expert, Path folder, List<String> problems) {
        this.expert = expert;
        this.folder = folder;
        this.problems = problems;
    }

    /** The bytes of a file that is the one the manifest was written for, else null. */
    byte @Nullable [] checkModel(String key, String file, String sha256) {
        try {
            byte[] bytes = Files.readAllBytes(folder.resolve(file));
            String found = sha256(bytes);
            if (found.equals(sha256)) {
                return bytes;
            }
            problem(key, file + " with sha256 " + found, "sha256 " + sha256 + ", from its manifest");
        } catch (IOException e) {
            problem(key, file, "a readable file in its folder");
        }
        return null;
    }

    @Nullable
    NgramWeights ngramWeights(ExpertManifest.Ngram manifest) {
        byte[] bytes = checkModel("model", manifest.model(), manifest.sha256());
        if (bytes == null) {
            return null;
        }
        int categories = manifest.categories().size();
        long expected = (long) manifest.buckets() * categories;
        if (bytes.length != expected) {
            problem(
                    "model",
                    manifest.model() + " of " + bytes.length + " bytes",
                    manifest.buckets() + " buckets of " + categories + " categories: " + expected + " bytes");
            return null;
        }
        return new NgramWeights(bytes, manifest.buckets(), categories);
    }

    @Nullable
    WordPiece vocabulary(String file) {
        try {
            return WordPiece.load(folder.resolve(file));
        } catch (IOException e) {
            problem("tokenizer.vocabulary", file, "a readable vocabulary with [UNK] in it, in its folder");
            return null;
        }
    }

    @Nullable
    Lexicon lexicon(ExpertManifest.LexiconRules manifest) {
        try {
            return Lexicon.load(folder.resolve(manifest.rules()), manifest.categories(), this::problem);
        } catch (IOException e) {
            problem("rules", manifest.rules(), "a readable UTF-8 file in its folder");
            return null;
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void problem(String key, String value, String expected) {
        problems.add("expert " + expert + ": " + key + " " + value + " (expected: " + expected + ")");
    }
}
