package dev.weir.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same ledger in the PostgreSQL that is installed, which the test starts itself. */
class PostgresLedgerTest extends LedgerBehaviour {

    private static @Nullable PostgresServer server;

    private String url = "";

    @BeforeAll
    static void startServer() throws IOException {
        Optional<Path> programs = PostgresServer.programs();
        assumeThat(programs)
                .as("PostgreSQL is not installed (apt-get install postgresql), so nothing is known about it")
                .isPresent();
        server = PostgresServer.start(programs.orElseThrow());
    }

    @AfterAll
    static void stopServer() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void makeDatabase() throws SQLException {
        url = server().newDatabase();
    }

    private static PostgresServer server() {
        return java.util.Objects.requireNonNull(server);
    }

    @Override
    String url() {
        return url;
    }

    @Test
    void goesOnWhenTheDatabaseIsBackAfterACrash() throws IOException {
        LedgerSettings settings = Entries.settings(url);
        try (SqlLedger ledger = Entries.open(settings, new SetClock(1_000))) {
            ledger.record(Entries.receipt("kept", "u", 7));
            assertThat(Entries.judge(ledger, Entries.review("f-1", "kept", "right_pass", "ann")))
                    .isEqualTo(ReviewOutcome.RECORDED);
            server().crash();
            assertThat(Entries.judge(ledger, Entries.review("f-2", "kept", "right_pass", "ann")))
                    .isEqualTo(ReviewOutcome.UNAVAILABLE);
            assertThat(Entries.judge(ledger, Entries.review("f-2", "kept", "right_pass", "ann")))
                    .isEqualTo(ReviewOutcome.RECORDED);
        }
        assertThat(Entries.all(settings)).extracting(Entry::id).containsExactly("kept", "f-1", "f-2");
        assertThat(Entries.verify(settings).faults()).isEmpty();
    }

    @Test
    void namesTheEntryThatWasChanged() throws Exception {
        LedgerSettings settings = Entries.settings(url);
        try (SqlLedger ledger = Entries.open(settings, new SetClock(1_000))) {
            ledger.record(Entries.receipt("R", "u", 7));
            ledger.record(Entries.receipt("S", "u", 7));
        }
        try (Connection connection = Database.open(settings)) {
            Rows.update(connection, "UPDATE weir_entries SET body = REPLACE(body, '0.25', '0.26') WHERE id = 'S'");
        }
        assertThat(Entries.verify(settings).faults()).singleElement().satisfies(fault -> {
            assertThat(fault.sequence()).isEqualTo(2);
            assertThat(fault.kind()).isEqualTo("receipt");
            assertThat(fault.what()).startsWith("its hash is not that of its content behind entry 1");
        });
    }
}
