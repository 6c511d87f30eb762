package dev.weir.engine.admin;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.weir.engine.access.Admission;
import dev.weir.engine.access.Caller;
import dev.weir.engine.http.Audit;
import dev.weir.protocol.Mode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is said of those who come to the admin port. */
class AuditTest {

    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private final Logger audit = (Logger) LoggerFactory.getLogger("dev.weir.audit");

    @BeforeEach
    void listen() {
        said.start();
        audit.addAppender(said);
    }

    @AfterEach
    void stop() {
        audit.detachAppender(said);
    }

    private List<String> lines() {
        return said.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void whateverMayChangeSomethingIsSaidWithWhoAskedAndWhatCameOfIt() throws Exception {
        try (AdminPort port = new AdminPort()) {
            for (String path : List.of(
                    "/v1/weights/freeze",
                    "/v1/weights/rollback",
                    "/v1/weights/promote",
                    "/admin/reviews",
                    "/admin/replay",
                    "/admin/replay/cancel")) {
                port.send(port.post(path, "{}"));
            }
        }
        assertThat(lines())
                .containsExactly(
                        "anonymous of default: POST /v1/weights/freeze -> 400",
                        "anonymous of default: POST /v1/weights/rollback -> 400",
                        "anonymous of default: POST /v1/weights/promote -> 400",
                        "anonymous of default: POST /admin/reviews -> 400",
                        "anonymous of default: POST /admin/replay -> 400",
                        "anonymous of default: POST /admin/replay/cancel -> 200");
    }

    @Test
    void lookingIsNotSaid() throws Exception {
        try (AdminPort port = new AdminPort()) {
            assertThat(port.send("GET", "/metrics").statusCode()).isEqualTo(200);
            assertThat(port.send("GET", "/admin/policies").statusCode()).isEqualTo(200);
        }
        assertThat(lines()).isEmpty();
    }

    /** A token of another's may name anybody so. */
    @Test
    void noNameMakesUpALineOrHidesOne() {
        String name = "ann\r\n\u001b[2Kroot of default: POST /v1/weights/freeze -> 200\u202e\u2028";
        Caller caller = new Caller("acme", name, Set.of(), List.of(), Mode.GATE, Caller.ANYBODY.pass());
        Audit.done(caller, "POST /\nx", 200);
        Audit.refused(new Admission.Refused(Admission.Reason.FORBIDDEN, "no", name), "GET /\nx");
        Audit.done(
                new Caller("a", "x".repeat(9_000), Set.of(), List.of(), Mode.GATE, Caller.ANYBODY.pass()), "GET /", 1);
        assertThat(lines())
                .satisfiesExactly(
                        done -> assertThat(done)
                                .isEqualTo("ann???[2Kroot of default: POST /v1/weights/freeze -> 200?? of acme:"
                                        + " POST /?x -> 200"),
                        refused -> assertThat(refused)
                                .isEqualTo("refused ann???[2Kroot of default: POST /v1/weights/freeze -> 200??:"
                                        + " GET /?x (no)"),
                        endless -> assertThat(endless).hasSizeLessThan(300));
    }
}
