package dev.weir.engine.doctor;

import java.util.List;

/** What came of all checks, in their order. */
public record Diagnosis(List<Finding> findings) {

    public Diagnosis {
        findings = List.copyOf(findings);
    }

    /** Those that somebody must look at. */
    public List<Finding> ill() {
        return findings.stream().filter(finding -> !finding.status().isWell()).toList();
    }

    /** Ways on which harm comes through, or nothing does. What could not be reached says nothing of them. */
    public int unprotected() {
        return (int) findings.stream()
                .filter(finding -> finding.status() == Status.UNPROTECTED || finding.status() == Status.BLOCKED)
                .count();
    }

    public int count(Status status) {
        return (int)
                findings.stream().filter(finding -> finding.status() == status).count();
    }

    /** In one line. */
    public String summary() {
        return count(Status.PROTECTED) + " protected, " + count(Status.UNPROTECTED) + " unprotected, "
                + count(Status.BLOCKED) + " blocked, " + count(Status.OFF) + " off, " + count(Status.UNREACHABLE)
                + " unreachable";
    }
}
