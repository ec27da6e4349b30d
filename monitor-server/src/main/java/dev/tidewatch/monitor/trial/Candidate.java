package dev.tidewatch.monitor.trial;

import java.util.UUID;

/**
 * A version that a retrain task made and that no trial was begun for.
 *
 * @param traceparent W3C trace context of the task; empty: none
 */
public record Candidate(
    UUID retrainTaskId, String model, String version, TrialPlan plan, String traceparent) {}
