package dev.weir.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class StateArenaTest {
    @Property(tries = 200)
    void neverHasOneSlotInTwoHands(@ForAll List<Integer> actions) {
        try (StateArena arena = new StateArena(3, 1)) {
            List<StateArena.Slot> held = new java.util.ArrayList<>();
            List<StateArena.Slot> gone = new java.util.ArrayList<>();
            for (int action : actions) {
                if (action % 2 == 0) {
                    arena.acquire().ifPresent(held::add);
                } else if (!held.isEmpty()) {
                    StateArena.Slot slot = held.remove(Math.floorMod(action, held.size()));
                    assertThat(arena.release(slot)).isTrue();
                    gone.add(slot);
                }
                gone.forEach(slot -> assertThat(arena.release(slot)).isFalse());
                Set<Integer> places = new HashSet<>();
                held.forEach(slot -> assertThat(places.add(slot.index())).isTrue());
                assertThat(arena.inUse()).isEqualTo(held.size());
            }
        }
    }

    @Test
    void releasesASlotOnceHoweverManyAskAtTheSameTime() throws Exception {
        try (StateArena arena = new StateArena(4, 1);
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int round = 0; round < 500; round++) {
                StateArena.Slot slot = arena.acquire().orElseThrow();
                AtomicInteger released = new AtomicInteger();
                List<Callable<Void>> releases = IntStream.range(0, 4)
                        .<Callable<Void>>mapToObj(i -> () -> {
                            if (arena.release(slot)) {
                                released.incrementAndGet();
                            }
                            return null;
                        })
                        .toList();
                for (Future<Void> done : threads.invokeAll(releases)) {
                    done.get();
                }
                assertThat(released).hasValue(1);
                assertThat(arena.inUse()).isZero();
            }
        }
    }

    @Test
    void saysWhenItIsFull() {
        try (StateArena arena = new StateArena(1, 1)) {
            assertThat(arena.acquire()).isPresent();
            assertThat(arena.acquire()).isEmpty();
        }
    }
}
