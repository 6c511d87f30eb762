package dev.weir.engine;

import static dev.weir.engine.RelayClient.JSON;
import static dev.weir.engine.RelayClient.ask;
import static dev.weir.engine.RelayClient.completion;
import static dev.weir.engine.RelayClient.error;
import static dev.weir.engine.RelayTest.INSULTS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.relay.FakeUpstream;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request puts before the model beside its messages is moderated before the upstream is asked. */
class RelayFieldsTest {

    @RegisterExtension
    static final RunningRelay relay = new RunningRelay("");

    private static final FakeUpstream upstream = relay.upstream;
    private static final RelayClient client = relay.client;

    private static void assertStopped(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(error(answer).path("code").asText()).isEqualTo("content_filter");
        assertThat(upstream.wasAsked()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'tools':[{'type':'function','function':{'name':'say','description':%s}}]",
                "'tools':[{'type':'function','function':{'name':'say','parameters':{'type':'object','properties':"
                        + "{'to':{'anyOf':[{'type':'string','description':%s}]}}}}}]",
                "'tools':[{'type':'function','function':{'parameters':{'properties':{%s:{'type':'string'}}}}}]",
                "'tools':[{'type':'function','function':{'parameters':{'properties':{'a':{'enum':['x',%s]}}}}}]",
                "'tools':[{'type':'function','function':{'parameters':{'properties':{'a':{'default':%s}}}}}]",
                "'tools':[{'type':'custom','custom':{'name':'c','format':{'type':'grammar','grammar':"
                        + "{'syntax':'lark','definition':%s}}}}]",
                "'functions':[{'name':'f','description':%s}]",
                "'response_format':{'type':'json_schema','json_schema':{'name':'a','description':%s,'schema':{}}}",
                "'response_format':{'type':'json_schema','json_schema':{'schema':{'examples':[%s]}}}",
                "'prediction':{'type':'content','content':%s}",
                "'prediction':{'type':'content','content':[{'type':'text','text':%s}]}",
                "'web_search_options':{'user_location':{'type':'approximate','approximate':{'city':%s}}}",
                "'tool_choice':{'type':'function','function':{'name':%s}}",
                "'metadata':{'note':%s}",
                "'user':%s",
                "'chat_template':%s",
                "'x_unknown':{'deep':[[%s]]}",
                "%s:1"
            })
    void harmInAnyFieldIsStopped(String field) throws Exception {
        String fields = field.replace('\'', '"').formatted(JSON.writeValueAsString(INSULTS));
        assertStopped(client.chat(ask(true, "," + fields)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"suffix\":%s", "\"suffix\":[%s]", "\"messages\":[{\"role\":\"user\",\"content\":%s}]"})
    void harmBesideATextToCompleteIsStopped(String field) throws Exception {
        assertStopped(client.post(
                "/v1/completions",
                "{\"model\":\"m\",\"prompt\":\"Water\"," + field.formatted(JSON.writeValueAsString(INSULTS)) + "}"));
    }

    @Test
    void aRequestOfManyFieldsReachesTheUpstreamAsItIs() throws Exception {
        String fields = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"description\":"
                + "\"Says what the weather is like.\",\"parameters\":{\"type\":\"object\",\"properties\":{\"city\":"
                + "{\"type\":\"string\",\"description\":\"Its name, such as Bern\"},\"image\":{\"type\":\"string\"}},"
                + "\"required\":[\"city\"]}}}],\"tool_choice\":\"auto\",\"prediction\":{\"type\":\"content\",\"content\":"
                + "\"It is warm.\"},\"metadata\":{\"ticket\":\"A-17\"},\"x_other\":{\"words\":\"a few words\",\"deep\":[1.50]}";
        upstream.next(call -> call.json(200, completion("\"content\":\"Yes.\"", "stop")));
        HttpResponse<String> answer = client.chat(ask(false, fields));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(upstream.call().body()).isEqualTo(ask(false, fields));
    }

    /** Who has replies end at a word is not to be refused for it. */
    @Test
    void whatRepliesAreOnlyComparedWithIsNoPrompt() throws Exception {
        String stop = ",\"stop\":[" + JSON.writeValueAsString(INSULTS) + "]";
        upstream.next(call -> call.json(200, completion("\"content\":\"Yes.\"", "stop")));
        assertThat(client.chat(ask(false, stop)).statusCode()).isEqualTo(200);
        assertThat(upstream.call().body()).isEqualTo(ask(false, stop));
    }

    @Test
    void whatStandsBesideTheMessagesMayHaveAPolicyOfItsOwn() throws Exception {
        try (Server lenient = RelayTest.server(upstream, "weir.relay.fields-policy = monitor");
                RelayClient its = new RelayClient(lenient)) {
            String tools = ",\"tools\":[{\"function\":{\"description\":" + JSON.writeValueAsString(INSULTS) + "}}]";
            upstream.next(call -> call.json(200, completion("\"content\":\"Yes.\"", "stop")));
            assertThat(its.chat(ask(false, tools)).statusCode()).isEqualTo(200);
            assertThat(upstream.call().body()).isEqualTo(ask(false, tools));
            assertStopped(its.chat("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":"
                    + JSON.writeValueAsString(INSULTS) + "}]}"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "images | ,\"images\":[\"iVBORw0KGgo=\"]",
                "x.scan | ,\"x\":{\"scan\":\"data:image/png;base64,iVBORw0KGgo=\"}",
                "prompt_token_ids | ,\"prompt_token_ids\":[791,3177]"
            })
    void whatIsNoTextInAFieldIsRefusedBeforeItIsPaidFor(String what) throws Exception {
        String[] parts = what.split(" \\| ");
        HttpResponse<String> answer = client.chat(ask(true, parts[1]));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(error(answer).path("code").asText()).isEqualTo("unreadable_content");
        assertThat(error(answer).path("param").asText()).isEqualTo(parts[0]);
        assertThat(upstream.wasAsked()).isFalse();
    }
}
