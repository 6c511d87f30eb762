package dev.weir.engine.overload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UrgencyTest {

    @Test
    void aStopThatIsNearHurriesOnlyWhatAReaderIsSparedBy() {
        assertThat(Urgency.SHOWN.nearStop()).isEqualTo(Urgency.NEAR_STOP);
        assertThat(Urgency.HELD.nearStop()).isEqualTo(Urgency.NEAR_STOP);
        assertThat(Urgency.MONITORED.nearStop()).isEqualTo(Urgency.MONITORED);
        assertThat(Urgency.UNATTENDED.nearStop()).isEqualTo(Urgency.UNATTENDED);
    }
}
