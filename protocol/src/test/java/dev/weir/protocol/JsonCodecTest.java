package dev.weir.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCodecTest {

    @Test
    void readsTheContractsOwnExamples() throws Exception {
        assertThat(JsonCodec.decodeClient("""
                        {"type":"open","stream":"g-17","policy":"default","mode":"gate","units":"codepoint",
                         "conversation":"c-9","channel":"content","messages":[{"role":"user","content":"how"}],
                         "meta":{"model":"llama-4","user":"u-3f"}}""")).isInstanceOf(ClientMessage.OpenStream.class);
        assertThat(JsonCodec.decodeServer("""
                        {"type":"stopped","stream":"g-17","at":208,"onset":187,"released":180,"exposure":0,
                         "category":"weapons_cbrn","categories":["weapons_cbrn"],"severity":"unsafe","risk":0.97,
                         "rule":null,"policy":"default@12","message":"This reply was stopped","receipt":"01J"}""")).isInstanceOf(ServerMessage.Stopped.class);
    }

    @Test
    void writesNoFieldThatHasNothingToSay() {
        assertThat(JsonCodec.encode(new ServerMessage.Released("s", 3, 0.5)))
                .isEqualTo("{\"type\":\"released\",\"stream\":\"s\",\"through\":3,\"risk\":0.5}");
        assertThat(JsonCodec.encode(new ServerMessage.Credit(null, 7))).isEqualTo("{\"type\":\"credit\",\"add\":7}");
    }

    @Test
    void writesTheAbsentRuleOfAStopAsNull() {
        assertThat(JsonCodec.encode(Samples.STOPPED)).contains("\"rule\":null");
    }

    @Test
    void ignoresFieldsItDoesNotKnowAtEveryLevel() throws Exception {
        assertThat(JsonCodec.decodeClient("""
                        {"new":{"deep":[1,{"x":null}]},"type":"open","stream":"s",
                         "messages":[{"role":"user","name":["n"],"content":"hi"}]}"""))
                .extracting(message ->
                        ((ClientMessage.OpenStream) message).messages().size())
                .isEqualTo(1);
    }

    @Test
    void ignoresAKnownFieldThatBelongsToAnotherMessage() throws Exception {
        assertThat(JsonCodec.decodeClient("{\"type\":\"flush\",\"stream\":\"s\",\"text\":17,\"meta\":[]}"))
                .isEqualTo(new ClientMessage.Flush("s"));
    }

    @Test
    void readsNullAsAnAbsentField() throws Exception {
        assertThat(JsonCodec.decodeClient("{\"type\":\"delta\",\"stream\":\"s\",\"text\":\"t\",\"at\":null}"))
                .isEqualTo(new ClientMessage.Delta("s", "t"));
    }

    @Test
    void keepsHalfASurrogatePair() throws Exception {
        ClientMessage.Delta half = new ClientMessage.Delta("s", "a\ud83d");
        assertThat(JsonCodec.decodeClient("{\"type\":\"delta\",\"stream\":\"s\",\"text\":\"a\\ud83d\"}"))
                .isEqualTo(half);
        assertThat(JsonCodec.encode(half)).contains("\\ud83d");
        assertThat(JsonCodec.decodeClient(JsonCodec.encodeUtf8(half))).isEqualTo(half);
    }

    @Test
    void keepsAPairWhoseHalvesAreBothEscaped() throws Exception {
        assertThat(JsonCodec.decodeClient("{\"type\":\"delta\",\"stream\":\"s\",\"text\":\"\\ud83d\\ude00\"}"))
                .isEqualTo(new ClientMessage.Delta("s", "😀"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // the message | code | field | found | final
                "{'stream':'s'} | BAD_MESSAGE | type | nothing | false",
                "{'type':3,'stream':'s'} | BAD_MESSAGE | type | an integer | false",
                "{'type':'delta','type':'end','stream':'s','text':'t'} | BAD_MESSAGE | type | the field twice | true",
                "{'type':'shout','stream':'s'} | UNKNOWN_TYPE | type | \"shout\" | false",
                "{'type':'delta','text':'t'} | BAD_MESSAGE | stream | nothing | false",
                "{'type':'delta','stream':'','text':'t'} | BAD_MESSAGE | stream | another string | false",
                "{'type':'delta','stream':'é','text':'t'} | BAD_MESSAGE | stream | another string | false",
                "{'type':'delta','stream':['s'],'text':'t'} | BAD_MESSAGE | stream | an array | false",
                "{'type':'delta','stream':'s'} | BAD_MESSAGE | text | nothing | true",
                "{'type':'delta','text':7,'stream':'s'} | BAD_MESSAGE | text | an integer | true",
                "{'type':'delta','text':'a','text':'b','stream':'s'} | BAD_MESSAGE | text | the field twice | true",
                "{'at':-1,'type':'delta','stream':'s','text':'t'} | BAD_MESSAGE | at | an integer out of range | true",
                "{'at':1.5,'type':'delta','stream':'s','text':'t'} | BAD_MESSAGE | at | a fraction | true",
                "{'at':2147483648,'type':'delta','stream':'s','text':'t'} | BAD_MESSAGE | at | out of range | true",
                "{'at':'1','type':'delta','stream':'s','text':'t'} | BAD_MESSAGE | at | a string | true",
                "{'type':'end','stream':'s','length':true} | BAD_MESSAGE | length | a boolean | false",
                "{'type':'open','stream':'s','mode':'gaTe'} | BAD_MESSAGE | mode | another string | true",
                "{'type':'open','stream':'s','units':'bytes'} | BAD_MESSAGE | units | another string | true",
                "{'type':'open','stream':'s','channel':'content/'} | BAD_MESSAGE | channel | another string | true",
                "{'type':'open','stream':'s','messages':{}} | BAD_MESSAGE | messages | an object | true",
                "{'type':'open','stream':'s','messages':['x']} | BAD_MESSAGE | messages[0] | a string | true",
                "{'type':'open','stream':'s','messages':[{'role':'user'}]} | BAD_MESSAGE | messages[0].content | nothing | true",
                "{'type':'open','stream':'s','messages':[{'role':1,'content':''}]} | BAD_MESSAGE | messages[0].role | an integer | true",
                "{'type':'open','stream':'s','meta':{'k':1}} | BAD_MESSAGE | meta | an integer | true",
                "{'type':'feedback','receipt':'r','verdict':'missed'} | BAD_MESSAGE | id | nothing | false",
                "{'type':'feedback','id':'f','receipt':'r','verdict':'bad'} | BAD_MESSAGE | verdict | another string | false",
                "{'type':'feedback','id':'f','receipt':'r','verdict':'missed','categories':[1]} | BAD_MESSAGE | categories | an integer | false",
            })
    void namesTheFieldAndWhatItFound(String json, ErrorCode code, String field, String found, boolean isFinal) {
        ProtocolException fault = refused(json.replace('\'', '"'));
        assertThat(fault.code()).isEqualTo(code);
        assertThat(fault.field()).isEqualTo(field);
        assertThat(fault.getMessage()).contains(found).contains("(expected: ");
        assertThat(fault.isFinal()).isEqualTo(isFinal);
        boolean readable = json.contains("'stream':'s'");
        assertThat(fault.stream()).isEqualTo(readable ? "s" : null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "{",
                "{\"type\":\"end\",\"stream\":\"s\"",
                "{\"type\":\"end\",\"stream\":\"s\"} x",
                "{\"type\":\"end\",\"stream\":\"s\"}{}",
                "{'type':'end'}",
                "{\"type\":\"end\",\"stream\":\"s\",\"length\":NaN}",
                "{\"type\":\"end\",\"stream\":\"s\",\"length\":01}",
                "{\"type\":\"end\",\"stream\":\"a\u0001\"}",
                "{\"type\":\"end\",\"stream\":\"s\",}",
                "{\"x\":\"\\q\"}",
            })
    void callsWhatIsNotJsonBadJson(String json) {
        assertThat(refused(json).code()).isEqualTo(ErrorCode.BAD_JSON);
    }

    @Test
    void callsAnArrayABadMessage() {
        assertThat(refused("[]").code()).isEqualTo(ErrorCode.BAD_MESSAGE);
    }

    @Test
    void refusesNestingThatNoMessageNeeds() {
        assertThat(refused("{\"x\":" + "[".repeat(20) + "]".repeat(20) + "}").code())
                .isEqualTo(ErrorCode.BAD_JSON);
    }

    @Test
    void refusesNumbersLongerThanAnyMessageNeeds() {
        assertThat(refused("{\"type\":\"delta\",\"stream\":\"s\",\"text\":\"t\",\"at\":" + "9".repeat(1_000) + "}")
                        .code())
                .isEqualTo(ErrorCode.BAD_JSON);
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        byte[] latin1 = "{\"type\":\"delta\",\"stream\":\"s\",\"text\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> JsonCodec.decodeClient(latin1)).hasMessage("the message is not UTF-8");
    }

    @Test
    void endsTheStreamOfADeltaThatBreaksOff() {
        ProtocolException fault = refused("{\"type\":\"delta\",\"stream\":\"s\",\"text\":\"half of i");
        assertThat(fault.stream()).isEqualTo("s");
        assertThat(fault.isFinal()).isTrue();
    }

    @Test
    void namesNoStreamWhenTheMessageNamesTwo() {
        assertThat(refused("{\"type\":\"delta\",\"stream\":\"a\",\"stream\":\"b\",\"text\":\"t\"}").stream())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"delta\",\"stream\":\"s\",\"text\":[\"SECRET\"]}",
                "{\"type\":\"delta\",\"stream\":\"s\",\"text\":\"SECRET",
                "{\"type\":\"delta\",\"stream\":\"s\",\"text\":\"SECRET\\q\"}",
                "{\"type\":\"delta\",\"stream\":\"s\",\"text\":SECRET}",
                "{\"type\":\"open\",\"stream\":\"s\",\"messages\":[{\"role\":[\"SECRET\"],\"SECRET\":1}]}",
                "{\"type\":\"open\",\"stream\":\"s\",\"meta\":{\"SECRET\":[\"SECRET\"]}}",
                "{\"type\":\"SECRET text in the wrong place\",\"stream\":\"s\"}",
            })
    void neverRepeatsTheTextItRefuses(String json) {
        assertThat(refused(json).getMessage()).doesNotContain("SECRET");
    }

    @Test
    void refusesAPromptThatIsTooLongAndCountsCodePoints() throws Exception {
        String fits = "😀".repeat(ClientMessage.OpenStream.MAX_PROMPT_CODE_POINTS);
        assertThat(JsonCodec.decodeClient(openWith(fits))).isInstanceOf(ClientMessage.OpenStream.class);
        ProtocolException fault = refused(openWith(fits + "!"));
        assertThat(fault.code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
        assertThat(fault.isFinal()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"released\",\"stream\":\"s\",\"through\":1,\"risk\":1.1}",
                "{\"type\":\"released\",\"stream\":\"s\",\"through\":1,\"risk\":\"0\"}",
                "{\"type\":\"redacted\",\"stream\":\"s\",\"from\":3,\"to\":2,\"category\":\"c\",\"replacement\":\"\"}",
                "{\"type\":\"opened\",\"stream\":\"s\",\"policy\":\"p\",\"mode\":\"gate\",\"units\":\"utf8\",\"credit\":1,\"prompt\":{}}",
                "{\"type\":\"error\",\"code\":\"tired\",\"message\":\"m\"}",
            })
    void refusesAnswersNoServerMayGive(String json) {
        ProtocolException fault = catchThrowableOfType(ProtocolException.class, () -> JsonCodec.decodeServer(json));
        assertThat(fault.code()).isEqualTo(ErrorCode.BAD_MESSAGE);
    }

    @Test
    void cannotMakeAMessageOfARiskThatIsNotANumber() {
        assertThatThrownBy(() -> new ServerMessage.Released("s", 1, Double.NaN))
                .hasMessage("released.risk: NaN (expected: a number in [0, 1])");
    }

    private static String openWith(String prompt) {
        return "{\"type\":\"open\",\"stream\":\"s\",\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]}";
    }

    private static ProtocolException refused(String json) {
        return catchThrowableOfType(ProtocolException.class, () -> JsonCodec.decodeClient(json));
    }
}
