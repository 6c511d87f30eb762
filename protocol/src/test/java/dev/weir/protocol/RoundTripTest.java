package dev.weir.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RoundTripTest {

    @Property(tries = 500)
    void everyClientMessageComesBackAsItWasWritten(@ForAll("clientMessages") ClientMessage message) throws Exception {
        assertThat(JsonCodec.decodeClient(JsonCodec.encode(message))).isEqualTo(message);
        assertThat(JsonCodec.decodeClient(JsonCodec.encodeUtf8(message))).isEqualTo(message);
    }

    @Property(tries = 500)
    void everyServerMessageComesBackAsItWasWritten(@ForAll("serverMessages") ServerMessage message) throws Exception {
        assertThat(JsonCodec.decodeServer(JsonCodec.encode(message))).isEqualTo(message);
    }

    /** Law 1 begins here: however a text is cut, its deltas carry every code unit to the other side. */
    @Property(tries = 200)
    void aTextCutAnywhereArrivesWhole(@ForAll String text, @ForAll int seed) throws Exception {
        int cut = Math.floorMod(seed, text.length() + 1);
        String arrived = carried(text.substring(0, cut)) + carried(text.substring(cut));
        assertThat(arrived).isEqualTo(text);
    }

    @Provide
    Arbitrary<ClientMessage> clientMessages() {
        return Samples.clientMessages();
    }

    @Provide
    Arbitrary<ServerMessage> serverMessages() {
        return Samples.serverMessages();
    }

    private static String carried(String text) throws ProtocolException {
        byte[] wire = JsonCodec.encodeUtf8(new ClientMessage.Delta("s", text));
        return ((ClientMessage.Delta) JsonCodec.decodeClient(wire)).text();
    }
}
