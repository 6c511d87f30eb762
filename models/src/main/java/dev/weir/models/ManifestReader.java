package dev.weir.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads one {@code expert.json}. Keys are exact: a missing, mistyped or unknown one is a problem that names it, and
 * reading goes on, so that one look at the list mends the file.
 */
final class ManifestReader {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    /** A file beside another expert's manifest: one folder up, and one down again. */
    private static final Pattern ANOTHER_EXPERTS_FILE = Pattern.compile("\\.\\./(?!\\.)[^/\\\\]+/(?!\\.)[^/\\\\]+");

    private final String expert;
    private final List<String> problems;

    private ManifestReader(String expert, List<String> problems) {
        this.expert = expert;
        this.problems = problems;
    }

    /** The manifest in {@code folder}, or empty with the reasons added to {@code problems}. */
    static Optional<ExpertManifest> read(Path folder, List<String> problems) {
        List<String> found = new ArrayList<>();
        String folderName = String.valueOf(folder.getFileName());
        Optional<ExpertManifest> manifest;
        try {
            JsonNode json = JSON.readTree(Files.readString(folder.resolve("expert.json")));
            JsonNode name = json.path("name");
            manifest = new ManifestReader(name.isTextual() ? name.asText() : folderName, found).manifest(json);
        } catch (JsonProcessingException e) {
            found.add("expert " + folderName + ": expert.json " + e.getOriginalMessage() + " (expected: JSON)");
            manifest = Optional.empty();
        } catch (IOException e) {
            found.add("expert " + folderName + ": expert.json cannot be read (expected: a readable UTF-8 file)");
            manifest = Optional.empty();
        }
        problems.addAll(found);
        return found.isEmpty() ? manifest : Optional.empty();
    }

    private Optional<ExpertManifest> manifest(JsonNode json) {
        String kind = text(json, "", "kind");
        return switch (kind) {
            case "lexicon" -> Optional.of(lexicon(json));
            case "streaming" -> Optional.of(streaming(json));
            case "windowed" -> Optional.of(windowed(json));
            case "ngram" -> Optional.of(ngram(json));
            default -> {
                problem("kind", quoted(kind), "lexicon, ngram, streaming or windowed");
                yield Optional.empty();
            }
        };
    }

    private ExpertManifest lexicon(JsonNode json) {
        keys(
                json,
                "",
                "name",
                "version",
                "kind",
                "categories",
                "languages",
                "rules",
                "licence",
                "trainingData",
                "quality");
        return new ExpertManifest.LexiconRules(
                text(json, "", "name"),
                text(json, "", "version"),
                categories(json),
                languages(json),
                file(json, "rules"),
                text(json, "", "licence"));
    }

    private ExpertManifest streaming(JsonNode json) {
        keys(
                json,
                "",
                "name",
                "version",
                "kind",
                "categories",
                "languages",
                "model",
                "sha256",
                "tokenizer",
                "tensors",
                "stateFloats",
                "start",
                "maxBatch",
                "maxTokens",
                "kernel",
                "calibration",
                "licence",
                "trainingData",
                "quality");
        List<Category> categories = categories(json);
        JsonNode tensors = object(json, "tensors", "ids", "lengths", "state", "logits", "nextState");
        JsonNode start = object(json, "start", "reply", "prompt");
        return new ExpertManifest.Streaming(
                text(json, "", "name"),
                text(json, "", "version"),
                categories,
                languages(json),
                file(json, "model"),
                sha256(json, "sha256"),
                vocabulary(json),
                new ExpertManifest.StreamingTensors(
                        text(tensors, "tensors.", "ids"),
                        text(tensors, "tensors.", "lengths"),
                        text(tensors, "tensors.", "state"),
                        text(tensors, "tensors.", "logits"),
                        text(tensors, "tensors.", "nextState")),
                number(json, "", "stateFloats", 1, 1 << 20),
                number(start, "start.", "reply", 0, Integer.MAX_VALUE),
                number(start, "start.", "prompt", 0, Integer.MAX_VALUE),
                number(json, "", "maxBatch", 1, 4096),
                number(json, "", "maxTokens", 1, 4096),
                calibration(json, categories),
                json.has("kernel") ? kernel(json) : null,
                text(json, "", "licence"));
    }

    private ExpertManifest.Kernel kernel(JsonNode json) {
        JsonNode kernel = object(json, "kernel", "type", "dilations");
        String type = text(kernel, "kernel.", "type");
        if (!type.isEmpty() && !type.equals(ExpertManifest.Kernel.GATED_CAUSAL_CONVOLUTION)) {
            problem("kernel.type", quoted(type), quoted(ExpertManifest.Kernel.GATED_CAUSAL_CONVOLUTION));
        }
        JsonNode dilations = kernel.path("dilations");
        List<Integer> read = new ArrayList<>();
        dilations.forEach(dilation -> read.add(dilation.isInt() ? dilation.asInt() : 0));
        if (read.isEmpty() || !read.stream().allMatch(dilation -> dilation >= 1 && dilation <= 4096)) {
            problem("kernel.dilations", shown(dilations), "a list of 1 to 4096, one for each layer");
        }
        return new ExpertManifest.Kernel(List.copyOf(read));
    }

    private ExpertManifest windowed(JsonNode json) {
        keys(
                json,
                "",
                "name",
                "version",
                "kind",
                "categories",
                "languages",
                "model",
                "sha256",
                "head",
                "headSha256",
                "tokenizer",
                "tensors",
                "windowTokens",
                "strideTokens",
                "promptTokens",
                "start",
                "maxBatch",
                "calibration",
                "licence",
                "trainingData",
                "quality");
        List<Category> categories = categories(json);
        JsonNode tensors =
                object(json, "tensors", "ids", "mask", "types", "hidden", "headHidden", "headMask", "logits");
        JsonNode start = object(json, "start", "reply", "end");
        int windowTokens = number(json, "", "windowTokens", 3, 4096);
        return new ExpertManifest.Windowed(
                text(json, "", "name"),
                text(json, "", "version"),
                categories,
                languages(json),
                file(json, "model"),
                sha256(json, "sha256"),
                file(json, "head"),
                sha256(json, "headSha256"),
                vocabulary(json),
                new ExpertManifest.WindowedTensors(
                        text(tensors, "tensors.", "ids"),
                        text(tensors, "tensors.", "mask"),
                        text(tensors, "tensors.", "types"),
                        text(tensors, "tensors.", "hidden"),
                        text(tensors, "tensors.", "headHidden"),
                        text(tensors, "tensors.", "headMask"),
                        text(tensors, "tensors.", "logits")),
                windowTokens,
                number(json, "", "strideTokens", 1, 4096),
                json.has("promptTokens") ? number(json, "", "promptTokens", 1, windowTokens - 4) : 0,
                number(start, "start.", "reply", 0, Integer.MAX_VALUE),
                number(start, "start.", "end", 0, Integer.MAX_VALUE),
                number(json, "", "maxBatch", 1, 4096),
                calibration(json, categories),
                text(json, "", "licence"));
    }

    private ExpertManifest ngram(JsonNode json) {
        keys(
                json,
                "",
                "name",
                "version",
                "kind",
                "categories",
                "languages",
                "reads",
                "model",
                "sha256",
                "tokenizer",
                "buckets",
                "halfLifeWords",
                "damping",
                "weightScale",
                "bias",
                "calibration",
                "licence",
                "trainingData",
                "quality");
        List<Category> categories = categories(json);
        int buckets = number(json, "", "buckets", 1, 1 << 24);
        if (Integer.bitCount(buckets) != 1) {
            problem("buckets", String.valueOf(buckets), "a power of two");
        }
        boolean forgets = json.hasNonNull("halfLifeWords");
        return new ExpertManifest.Ngram(
                text(json, "", "name"),
                text(json, "", "version"),
                categories,
                languages(json),
                roles(json),
                file(json, "model"),
                sha256(json, "sha256"),
                vocabulary(json),
                buckets,
                forgets ? positive(json, "halfLifeWords", "a number > 0, or null") : Double.POSITIVE_INFINITY,
                positive(json, "damping", "a number > 0"),
                perCategory(json, "weightScale", categories, 0),
                perCategory(json, "bias", categories, -Double.MAX_VALUE),
                calibration(json, categories),
                text(json, "", "licence"));
    }

    private Set<Role> roles(JsonNode json) {
        Map<String, Role> byName = Map.of("reply", Role.REPLY, "prompt", Role.PROMPT);
        Set<Role> roles = EnumSet.noneOf(Role.class);
        JsonNode names = json.path("reads");
        for (JsonNode name : names) {
            Role role = byName.get(name.asText());
            if (role == null || !roles.add(role)) {
                problem("reads", shown(names), "\"reply\", \"prompt\" or both, each once");
                return roles;
            }
        }
        if (!names.isArray() || roles.isEmpty()) {
            problem("reads", shown(names), "a list of \"reply\", \"prompt\" or both");
        }
        return roles;
    }

    private double positive(JsonNode json, String key, String expected) {
        double value = real(json.path(key));
        if (!(value > 0)) {
            problem(key, shown(json.path(key)), expected);
        }
        return value;
    }

    private List<Double> perCategory(JsonNode json, String key, List<Category> categories, double least) {
        JsonNode values = json.path(key);
        List<Double> read = new ArrayList<>();
        values.forEach(value -> read.add(real(value)));
        if (!values.isArray()
                || read.size() != categories.size()
                || !read.stream().allMatch(value -> value >= least)) {
            problem(
                    key,
                    shown(values),
                    categories.size() + " numbers" + (least == 0 ? " >= 0" : "") + ", one for each category");
        }
        return List.copyOf(read);
    }

    /** NaN where the value is no finite number. */
    private static double real(JsonNode value) {
        double number = value.isNumber() ? value.asDouble() : Double.NaN;
        return Double.isFinite(number) ? number : Double.NaN;
    }

    private List<Category> categories(JsonNode json) {
        JsonNode names = json.path("categories");
        if (!names.isArray() || names.isEmpty()) {
            problem("categories", shown(names), "a list of at least one category");
            return List.of();
        }
        List<Category> categories = new ArrayList<>();
        for (JsonNode name : names) {
            Optional<Category> category = Category.ofWireName(name.asText());
            if (category.isEmpty()) {
                problem("categories", shown(name), "a category of PROTOCOL.md");
            } else if (categories.contains(category.get())) {
                problem("categories", shown(name), "each category once");
            } else {
                categories.add(category.get());
            }
        }
        return List.copyOf(categories);
    }

    private List<String> languages(JsonNode json) {
        JsonNode codes = json.path("languages");
        if (!codes.isArray() || codes.isEmpty()) {
            problem("languages", shown(codes), "a list of at least one language");
            return List.of();
        }
        List<String> languages = new ArrayList<>();
        for (JsonNode code : codes) {
            if (!code.isTextual() || !code.asText().matches("[a-z]{2,3}")) {
                problem("languages", shown(code), "a BCP 47 language without region, such as \"en\"");
            } else if (languages.contains(code.asText())) {
                problem("languages", shown(code), "each language once");
            } else {
                languages.add(code.asText());
            }
        }
        return List.copyOf(languages);
    }

    private List<Calibration> calibration(JsonNode json, List<Category> categories) {
        String[] names = categories.stream().map(Category::wireName).toArray(String[]::new);
        JsonNode all = object(json, "calibration", names);
        List<Calibration> calibration = new ArrayList<>();
        for (String name : names) {
            String path = "calibration." + name;
            JsonNode one = all.path(name);
            if (one.isMissingNode()) {
                problem(path, "missing", "scale and offset for each category");
                continue;
            }
            keys(one, path + ".", "scale", "offset");
            double scale = one.path("scale").asDouble(Double.NaN);
            double offset = one.path("offset").asDouble(Double.NaN);
            if (!Double.isFinite(scale) || scale <= 0) {
                problem(path + ".scale", shown(one.path("scale")), "a number > 0");
            }
            if (!Double.isFinite(offset)) {
                problem(path + ".offset", shown(one.path("offset")), "a number");
            }
            calibration.add(new Calibration(scale, offset));
        }
        return List.copyOf(calibration);
    }

    private String vocabulary(JsonNode json) {
        JsonNode tokenizer = object(json, "tokenizer", "type", "vocabulary");
        if (!tokenizer.path("type").asText().equals("wordpiece")) {
            problem("tokenizer.type", shown(tokenizer.path("type")), "\"wordpiece\"");
        }
        String vocabulary = text(tokenizer, "tokenizer.", "vocabulary");
        if (!ANOTHER_EXPERTS_FILE.matcher(vocabulary).matches()) {
            checkInFolder("tokenizer.vocabulary", vocabulary);
        }
        return vocabulary;
    }

    private String sha256(JsonNode json, String key) {
        String sha256 = text(json, "", key);
        if (!sha256.isEmpty() && !sha256.matches("[0-9a-f]{64}")) {
            problem(key, quoted(sha256), "64 lower-case hex digits");
        }
        return sha256;
    }

    private String file(JsonNode json, String key) {
        String name = text(json, "", key);
        checkInFolder(key, name);
        return name;
    }

    private void checkInFolder(String key, String name) {
        if (name.contains("/") || name.contains("\\") || name.equals("..")) {
            problem(key, quoted(name), "a file name inside the expert's folder");
        }
    }

    private JsonNode object(JsonNode json, String key, String... keys) {
        JsonNode object = json.path(key);
        if (!object.isObject()) {
            problem(key, shown(object), "an object");
        } else {
            keys(object, key + ".", keys);
        }
        return object;
    }

    /** No key but these; that each is there is seen where it is read. {@code trainingData} and {@code quality} may be left out. */
    private void keys(JsonNode json, String path, String... keys) {
        Set<String> expected = new HashSet<>(List.of(keys));
        for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!expected.contains(name)) {
                problem(path + name, "", "one of " + String.join(", ", keys));
            }
        }
    }

    private String text(JsonNode json, String path, String key) {
        JsonNode value = json.path(key);
        if (!value.isTextual() || value.asText().isBlank()) {
            if (!json.isMissingNode()) {
                problem(path + key, shown(value), "a text");
            }
            return "";
        }
        return value.asText();
    }

    private int number(JsonNode json, String path, String key, int least, int most) {
        JsonNode value = json.path(key);
        if (!value.canConvertToInt() || !value.isIntegralNumber() || value.asInt() < least || value.asInt() > most) {
            if (!json.isMissingNode()) {
                problem(path + key, shown(value), most == Integer.MAX_VALUE ? ">= " + least : least + " to " + most);
            }
            return least;
        }
        return value.asInt();
    }

    private void problem(String key, String value, String expected) {
        problems.add("expert " + expert + ": " + key + (value.isEmpty() ? "" : " " + value) + " (expected: " + expected
                + ")");
    }

    private static String quoted(String value) {
        return "\"" + value + "\"";
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "missing" : value.toString();
    }
}
