package dev.weir.bench.server;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Processor time of a process since its start as the kernel counts it, in steps of 10 ms, and its resident memory.
 *
 * @param byThread of the threads that are alive, by thread id
 */
public record ProcessTimes(long millis, Map<Long, ThreadTime> byThread, long residentKib) {

    private static final long MILLIS_PER_TICK = 10;

    /** @param name its first 15 characters */
    record ThreadTime(String name, long millis) {}

    /** @throws IOException when there is no such process, or no {@code /proc} */
    public static ProcessTimes of(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        if (!Files.exists(process)) {
            throw new IOException(process + ": missing (expected: the running server, on Linux)");
        }
        return read(process);
    }

    static ProcessTimes read(Path process) throws IOException {
        Map<Long, ThreadTime> threads = new HashMap<>();
        for (Path task : tasks(process)) {
            thread(task).ifPresent(time -> threads.put(Long.parseLong(String.valueOf(task.getFileName())), time));
        }
        return new ProcessTimes(millis(Files.readString(process.resolve("stat"))), threads, residentKib(process));
    }

    public static long residentKib(long pid) throws IOException {
        return residentKib(Path.of("/proc", Long.toString(pid)));
    }

    private static long residentKib(Path process) throws IOException {
        return Files.readAllLines(process.resolve("status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    /** Empty when it ended between the listing and now. */
    private static Optional<ThreadTime> thread(Path task) {
        try {
            String stat = Files.readString(task.resolve("stat"));
            String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
            return Optional.of(new ThreadTime(name, millis(stat)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static List<Path> tasks(Path process) throws IOException {
        List<Path> tasks = new ArrayList<>();
        try (DirectoryStream<Path> listing = Files.newDirectoryStream(process.resolve("task"))) {
            listing.forEach(tasks::add);
        }
        return tasks;
    }

    /** User and system time are fields 14 and 15; the name before them may hold spaces and brackets. */
    private static long millis(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 14);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MILLIS_PER_TICK;
    }

    /** Of threads whose name begins with one of {@code names}, since {@code earlier}. */
    public long millisSince(ProcessTimes earlier, List<String> names) {
        long sum = 0;
        for (Map.Entry<Long, ThreadTime> thread : byThread.entrySet()) {
            if (names.stream().anyMatch(thread.getValue().name()::startsWith)) {
                ThreadTime before = earlier.byThread.get(thread.getKey());
                sum += thread.getValue().millis() - (before == null ? 0 : before.millis());
            }
        }
        return sum;
    }
}
