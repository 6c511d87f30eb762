package dev.weir.engine.ledger;

/**
 * What somebody did, or tried to do, to how the server decides.
 *
 * @param who as his credential says
 * @param action such as {@code POST /v1/weights/freeze}, without what was sent
 * @param outcome what he was told, or what changed
 */
public record OperatorAction(String who, String action, String outcome, long atMillis) {}
