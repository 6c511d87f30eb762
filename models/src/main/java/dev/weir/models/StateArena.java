package dev.weir.models;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * The recurrent states of all streams of one expert, in one block of native memory allocated at start, one slot each.
 *
 * <p>Close, cancel, idle and stop race for a stream's slot, and a slot given back twice would have two clients share
 * one state. So a slot carries the generation it was handed out in: only the current one can be released or scored,
 * anything older is refused and changes nothing. Safe from any thread; a lock guards each operation, so that a state
 * is never copied while its slot changes hands.
 */
public final class StateArena implements AutoCloseable {
    /** What {@link #place} says of a stale slot. */
    static final long STALE = -1;

    /** One stream's place; {@code generation} counts how often it was handed out. */
    public record Slot(int index, int generation) {}

    private final Arena memory = Arena.ofShared();
    private final MemorySegment states;
    private final long stateBytes;
    private final int[] generations;
    private final boolean[] taken;
    /** Handed out and not scored yet: reads as zeros, whatever the slot held before. */
    private final boolean[] fresh;

    private final int[] free;
    private int freeCount;
    private boolean closed;

    StateArena(int slots, int stateFloats) {
        if (slots < 1) {
            throw new IllegalArgumentException("slots " + slots + " (expected: >= 1)");
        }
        stateBytes = (long) stateFloats * Float.BYTES;
        states = memory.allocate(Math.max(1, stateBytes * slots), 64);
        generations = new int[slots];
        taken = new boolean[slots];
        fresh = new boolean[slots];
        free = new int[slots];
        for (int i = slots - 1; i >= 0; i--) {
            free[freeCount++] = i;
        }
    }

    /** A slot that holds zeros, or empty when all are taken or the arena is closed. */
    public synchronized Optional<Slot> acquire() {
        if (closed || freeCount == 0) {
            return Optional.empty();
        }
        int index = free[--freeCount];
        taken[index] = true;
        fresh[index] = true;
        return Optional.of(new Slot(index, ++generations[index]));
    }

    /** Gives a slot back. False, and nothing happens, if it was released before or is of an older generation. */
    public synchronized boolean release(Slot slot) {
        if (!holds(slot)) {
            return false;
        }
        taken[slot.index()] = false;
        free[freeCount++] = slot.index();
        return true;
    }

    public synchronized int inUse() {
        return generations.length - freeCount;
    }

    public int capacity() {
        return generations.length;
    }

    /** Copies the slot's state to {@code to}; false, and nothing copied, if the slot is stale. */
    synchronized boolean read(Slot slot, MemorySegment to, long toOffset) {
        if (!isCurrent(slot)) {
            return false;
        }
        if (fresh[slot.index()]) {
            to.asSlice(toOffset, stateBytes).fill((byte) 0);
        } else {
            MemorySegment.copy(states, slot.index() * stateBytes, to, toOffset, stateBytes);
        }
        return true;
    }

    /** Copies a state into the slot; false, and nothing copied, if the slot went stale since it was read. */
    synchronized boolean write(Slot slot, MemorySegment from, long fromOffset) {
        if (!isCurrent(slot)) {
            return false;
        }
        MemorySegment.copy(from, fromOffset, states, slot.index() * stateBytes, stateBytes);
        fresh[slot.index()] = false;
        return true;
    }

    /** All states, for one that reads and writes them where they lie; of a slot from its {@link #place} on. */
    MemorySegment memory() {
        return states;
    }

    /**
     * Where the slot's state begins in {@link #memory()}, in bytes; {@link #STALE} if it is stale. A state not scored yet
     * is filled with zeros there, so it is the writer of states alone who may ask.
     */
    synchronized long place(Slot slot) {
        if (!isCurrent(slot)) {
            return STALE;
        }
        long place = slot.index() * stateBytes;
        if (fresh[slot.index()]) {
            states.asSlice(place, stateBytes).fill((byte) 0);
            fresh[slot.index()] = false;
        }
        return place;
    }

    /** Whether the slot can be scored: neither stale nor of a closed arena. */
    synchronized boolean isCurrent(Slot slot) {
        return !closed && holds(slot);
    }

    private boolean holds(Slot slot) {
        return slot.index() >= 0
                && slot.index() < taken.length
                && taken[slot.index()]
                && generations[slot.index()] == slot.generation();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            memory.close();
        }
    }
}
