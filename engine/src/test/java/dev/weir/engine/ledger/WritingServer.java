package dev.weir.engine.ledger;

/** A process that does nothing but write a ledger and say what was acknowledged, until it is killed. */
final class WritingServer {

    private WritingServer() {}

    /** @param args the URL, and the round that its ids are to name */
    public static void main(String[] args) {
        SqlLedger ledger = Entries.open(Entries.settings(args[0]), new SetClock(1_000));
        for (int i = 0; ; i++) {
            String id = args[1] + "-" + i;
            ledger.record(Entries.receipt("R" + id, "u" + id, i));
            ledger.ended(Entries.stream("u" + id, i, "pass", "trace of " + id, null));
            if (i % 5 == 0) { // five to a group or more, so that groups are cut through
                ReviewOutcome outcome = Entries.judge(ledger, Entries.review("f" + id, "R" + id, "right_pass", "ann"));
                System.out.println(outcome + " " + i);
            }
        }
    }
}
