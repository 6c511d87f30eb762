package dev.weir.engine.adaptation;

import dev.weir.engine.learning.FalseStopCertificate;
import dev.weir.engine.learning.FalseStopTally.Standing;

/**
 * What reviewed stops prove about one policy's false-stop rate, under the weights in force.
 *
 * @param policy name and version
 * @param alpha rate to stay below
 * @param streams that could be stopped
 * @param upperBound the rate is hardly above it, in (0, 1]
 * @param reviewsNeeded until it is certified, all of them right; 0 once it is
 * @param streamsNeeded more streams until then, none of them stopped wrongly
 */
public record CertificateReport(
        String policy,
        long weights,
        double alpha,
        double confidence,
        long streams,
        long stops,
        long reviewed,
        long wrong,
        long unreviewed,
        double upperBound,
        boolean certified,
        long reviewsNeeded,
        long streamsNeeded) {

    static CertificateReport of(Standing standing) {
        FalseStopCertificate now = standing.now();
        return new CertificateReport(
                standing.policy(),
                standing.weights(),
                now.alpha(),
                1 - now.delta(),
                now.streams(),
                standing.stops(),
                standing.reviewed(),
                now.wrong(),
                now.unreviewed(),
                now.upperBound(),
                standing.isCertified(),
                standing.reviewsNeeded(),
                standing.streamsNeeded());
    }
}
