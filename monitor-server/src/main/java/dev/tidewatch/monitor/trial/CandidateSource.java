package dev.tidewatch.monitor.trial;

import java.util.List;

/** Tells of versions that wait for a trial. */
@FunctionalInterface
public interface CandidateSource {
  /** Of models without an open trial, in the order in which their tasks were made. */
  List<Candidate> untried(int limit);
}
