package dev.tidewatch.registry.domain;

import java.util.List;
import java.util.UUID;

/**
 * What one gate said.
 *
 * @param gate {@code state}, {@code evidence_age}, {@code paired_test}, {@code coverage}, {@code
 *     data}, {@code same_signature} or {@code approvals}
 * @param explanation the figures, in a sentence
 * @param evidence that it rests on
 */
public record GateVerdict(String gate, boolean passed, String explanation, List<UUID> evidence) {
  static final String STATE = "state";
  static final String EVIDENCE_AGE = "evidence_age";
  static final String PAIRED_TEST = "paired_test";
  static final String COVERAGE = "coverage";
  static final String DATA = "data";
  static final String SAME_SIGNATURE = "same_signature";
  static final String APPROVALS = "approvals";

  public GateVerdict {
    evidence = List.copyOf(evidence);
  }
}
