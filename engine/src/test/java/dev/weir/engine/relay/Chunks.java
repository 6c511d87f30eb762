package dev.weir.engine.relay;

import java.util.ArrayList;
import java.util.List;

/** Events as OpenAI's server writes them. */
public final class Chunks {

    private Chunks() {}

    /** @param choice fields of the one choice, without its braces */
    public static String chunk(String choice) {
        return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"fake-1\","
                + "\"system_fingerprint\":\"fp_1\",\"choices\":[{" + choice + "}]}";
    }

    public static String delta(int index, String delta) {
        return chunk("\"index\":" + index + ",\"delta\":{" + delta + "},\"logprobs\":null,\"finish_reason\":null");
    }

    public static String role(int index) {
        return delta(index, "\"role\":\"assistant\",\"content\":\"\"");
    }

    public static String content(int index, String text) {
        return delta(
                index, "\"content\":" + RelayJson.write(RelayJson.newObject().textNode(text)));
    }

    public static String finish(int index, String reason) {
        return chunk("\"index\":" + index + ",\"delta\":{},\"logprobs\":null,\"finish_reason\":\"" + reason + "\"");
    }

    public static String usage(int prompt, int completion) {
        return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"fake-1\","
                + "\"choices\":[],\"usage\":{\"prompt_tokens\":" + prompt + ",\"completion_tokens\":" + completion
                + ",\"total_tokens\":" + (prompt + completion) + "}}";
    }

    /** About as a model's tokens come. */
    public static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.split("(?= )")) {
            for (int from = 0; from < word.length(); from += 5) {
                words.add(word.substring(from, Math.min(word.length(), from + 5)));
            }
        }
        return words;
    }
}
