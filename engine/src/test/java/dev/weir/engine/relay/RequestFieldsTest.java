package dev.weir.engine.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.protocol.PromptMessage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFieldsTest {

    private static final String BYTES = "iVBORw0KGgoAAAANSUhEUgAA".repeat(12);

    private final Unread marked = new Unread(RelaySettings.Unreadable.MARK);

    private static ObjectNode request(String fields) {
        return RelayJson.object("{" + fields.replace('\'', '"') + "}").orElseThrow();
    }

    private List<PromptMessage> read(String fields) throws BadRequestException {
        return RequestFields.beside("messages", request(fields), marked);
    }

    @Test
    void readsEveryNameAndStringOfATool() throws Exception {
        assertThat(
                        read(
                                "'tools':[{'type':'function','function':{'name':'find_bus','strict':true,"
                                        + "'description':'Finds the next bus.','parameters':{'type':'object','properties':{"
                                        + "'stop name':{'type':['string','null'],'description':'Where to wait.','default':'Market',"
                                        + "'enum':['Market','Old town']},'image':{'type':'string','examples':['a bus']}},"
                                        + "'required':['stop name'],'$defs':{'when':{'anyOf':[{'const':'now'},{'not':{'title':'later'}}]}}}}}]"))
                .containsExactly(new PromptMessage(
                        "system",
                        String.join(
                                "\n",
                                "find_bus",
                                "Finds the next bus.",
                                "stop name",
                                "Where to wait.",
                                "Market",
                                "Market",
                                "Old town",
                                "image",
                                "a bus",
                                "stop name",
                                "when",
                                "now",
                                "later")));
        assertThat(marked.names()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "system    | \"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"A\",\"format\":{\"type\":\"grammar\",\"grammar\":{\"syntax\":\"lark\",\"definition\":\"B\"}}}}]",
                "system    | \"functions\":[{\"name\":\"A\",\"parameters\":{\"description\":\"B\"}}]",
                "system    | \"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"A\",\"schema\":{\"type\":\"object\",\"title\":\"B\"}}}",
                "system    | \"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"A\"}},{\"name\":\"B\"}]}}",
                "system    | \"web_search_options\":{\"search_context_size\":\"low\",\"user_location\":{\"type\":\"approximate\",\"approximate\":{\"A\":\"B\"}}}",
                "assistant | \"prediction\":{\"type\":\"content\",\"content\":[{\"type\":\"text\",\"text\":\"A\"},{\"type\":\"text\",\"text\":\"B\"}]}",
                "user      | \"suffix\":[\"A\",\"B\"]",
                "system    | \"documents\":[{\"A\":\"B\"}]",
                "system    | \"A\\n\":\"B\"",
                "system    | \"metadata\":{\"what it is about\":\"a long and wide river\"}"
            })
    void readsWhatEachFieldPutsBeforeTheModel(String role, String field) throws Exception {
        List<PromptMessage> messages = RequestFields.beside(
                "messages", RelayJson.object("{" + field + "}").orElseThrow(), marked);
        assertThat(messages).hasSize(1);
        assertThat(messages.getFirst().role()).isEqualTo(role);
        assertThat(messages.getFirst().content().lines())
                .containsAnyOf("A", "what it is about")
                .endsWith(messages.getFirst().content().startsWith("A") ? "B" : "a long and wide river");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'messages':[{'role':'user','content':'Hello there'}]",
                "'model':'gpt-4o','user':'u-1','safety_identifier':'s','prompt_cache_key':'k','service_tier':'flex'",
                "'reasoning_effort':'low','verbosity':'high','modalities':['text'],'store':true,'seed':7,'n':1",
                "'audio':{'voice':'alloy','format':'mp3'},'stream_options':{'include_usage':true}",
                "'metadata':{'ticket':'A-17'},'logit_bias':{'50256':-100,'11':1},'temperature':0.70,'top_k':40",
                "'stop':['Old town','\\n\\n'],'bad_words':['some words']",
                "'stop':'Old town'",
                "'tool_choice':'auto','function_call':'none','response_format':{'type':'json_object'}",
                "'stop_token_ids':[1,2,3],'x':{},'y':[],'z':null,'image':null"
            })
    void readsNothingInSettings(String fields) throws Exception {
        assertThat(read(fields)).isEmpty();
        assertThat(marked.names()).isEmpty();
    }

    @Test
    void aSettingThatIsNoNameIsText() throws Exception {
        assertThat(read("'user':'who are you','model':'" + "m".repeat(129) + "','stop':[{'type':'Old town'}]"))
                .extracting(PromptMessage::content)
                .containsExactly("who are you", "m".repeat(129), "Old town");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "images             | images | 'images':['x']",
                "extra.file         | file   | 'extra':{'file':{'id':'f'}}",
                "extra[1]           | data   | 'extra':['x','BYTES']",
                "extra              | data   | 'extra':'data:image/png;base64,iVBORw0K'",
                "tools[0].a         | data   | 'tools':[{'a':'BYTES'}]",
                "audio.voice        | data   | 'audio':{'voice':'BYTES'}",
                "prompt_token_ids   | tokens | 'prompt_token_ids':[1,2]",
                "extra.ids          | tokens | 'extra':{'ids':[[1],[2]]}",
                "prediction.content[0] | image_url | 'prediction':{'content':[{'type':'image_url','url':'x'}]}",
                "documents[0].field | data   | 'documents':[{'a b':'BYTES'}]"
            })
    void whatCannotBeReadIsRefusedNamedOrTakenOut(String what) throws Exception {
        String[] parts = what.replace("BYTES", BYTES).split(" *\\| *");
        assertThatThrownBy(() -> RequestFields.beside(
                        "messages", request(parts[2]), new Unread(RelaySettings.Unreadable.REFUSE)))
                .isInstanceOfSatisfying(BadRequestException.class, refused -> {
                    assertThat(refused.error().code()).isEqualTo("unreadable_content");
                    assertThat(refused.error().param()).isEqualTo(parts[0]);
                    assertThat(refused.error().message()).startsWith(parts[1] + ": ");
                });

        ObjectNode kept = request(parts[2]);
        RequestFields.beside("messages", kept, marked);
        assertThat(kept).isEqualTo(request(parts[2]));
        assertThat(marked.names()).containsExactly(parts[1]);

        ObjectNode dropped = request(parts[2]);
        Unread drop = new Unread(RelaySettings.Unreadable.DROP);
        RequestFields.beside("messages", dropped, drop);
        assertThat(drop.names()).isEmpty();
        assertThat(dropped).isNotEqualTo(request(parts[2]));
        assertThat(dropped.toString()).doesNotContain(BYTES, "iVBOR");
    }

    @Test
    void bytesInLinesAreBytesAndWordsInLinesAreText() throws Exception {
        String line = "QUJD".repeat(19) + "\\n";
        assertThat(read("'a':'" + line.repeat(4) + "QUJDRA==','b':'" + "river\\n".repeat(60) + "'"))
                .hasSize(1);
        assertThat(marked.names()).containsExactly("data");
    }

    @Test
    void numbersOfASchemaAreNoTokens() throws Exception {
        assertThat(read("'tools':[{'function':{'parameters':{'properties':{'n':{'enum':[1,2,3]}}}}}],"
                        + "'response_format':{'json_schema':{'schema':{'default':[0,0]}}}"))
                .containsExactly(new PromptMessage("system", "n"));
        assertThat(marked.names()).isEmpty();
    }

    @Test
    void namesSoManyAsAHeaderTakes() throws Exception {
        StringBuilder parts = new StringBuilder("'content':[");
        for (int i = 0; i < 100; i++) {
            parts.append(i == 0 ? "" : ",").append("{'type':'t").append(i).append("'}");
        }
        read(parts + "]");
        assertThat(marked.names()).hasSize(33).endsWith("others");
    }
}
